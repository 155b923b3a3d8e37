"""RSS, Atom and CDF feeds, WordPress exports, and the markup in them → articles; and that no damage makes it raise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("lxml")
pytest.importorskip("feedparser")

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import Problem, read
from searcher.readers.markup import MAX_HTML, text_of
from searcher.readers.web import wxr
from searcher.sources import Source, sources
from tests import places

SUITE = places.SHARED / "formats/rss/feedparser_suite"

RSS = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Le Quotidien</title><language>fr-FR</language><pubDate>Fri, 13 Mar 2020 01:00:00 +0100</pubDate>
<item><title>Le maire &amp; son budget</title><link>https://exemple.fr/42</link><guid>exemple-42</guid>
<description>&lt;p&gt;Une hausse de 3 %&lt;/p&gt;</description><dc:creator>Jeanne Martin</dc:creator>
<category>Politique</category><category>Lille</category><pubDate>Thu, 12 Mar 2020 18:45:00 +0100</pubDate>
<content:encoded><![CDATA[<p>Premier alinéa.</p><script>x</script>
<p>Second<br/>alinéa.</p><p>L’article <a href="#">Le maire</a> est apparu en premier sur
<a href="#">Le Quotidien</a>.</p>]]></content:encoded></item>
<item><title>Brève - Le Quotidien</title><description>Une ligne. [...]</description></item>
<item><enclosure url="a.mp3"/></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Le Quotidien</title>
<updated>2020-03-13T01:00:00Z</updated>
<entry><id>tag:exemple.fr,2020:42</id><title type="html">Le &lt;b&gt;maire&lt;/b&gt;</title>
<link href="https://exemple.fr/42"/><published>2020-03-12T18:45:00+01:00</published>
<updated>2020-03-14T08:00:00+01:00</updated>
<author><name>Jeanne Martin</name></author><author><name>Paul Durand</name></author>
<source><title>L’Autre Journal</title></source><category term="pol" label="Politique"/>
<summary>Le début du premier…</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Le début du premier alinéa.</p></div></content>
</entry></feed>"""

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Le Quotidien</title><language>en</language>
<wp:author><wp:author_login><![CDATA[jmartin]]></wp:author_login>
<wp:author_display_name><![CDATA[Jeanne Martin]]></wp:author_display_name></wp:author>
{}
</channel></rss>"""


def post(content: str = "Un.", *, status: str = "publish", kind: str = "post", rest: str = "") -> str:
    return f"""<item><title>Le maire &amp; son budget</title><link>https://exemple.fr/42</link>
<dc:creator><![CDATA[jmartin]]></dc:creator><guid isPermaLink="false">https://exemple.fr/?p=42</guid>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[Le <i>chapeau</i>.]]></excerpt:encoded>
<wp:post_date>2020-07-12 18:45:00</wp:post_date><wp:post_date_gmt>2020-07-12 16:45:00</wp:post_date_gmt>
<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>
<category domain="post_tag" nicename="x"><![CDATA[Budget]]></category>
<category domain="category" nicename="politique"><![CDATA[Politique]]></category>{rest}</item>"""


def found(content: str | bytes, name: str = "flux.xml") -> list[Article | Problem]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read(Source(name, name, len(raw), content=raw)))


def articles(content: str | bytes) -> list[Article]:
    return [each for each in found(content) if isinstance(each, Article)]


def reasons(content: str | bytes) -> list[tuple[str, str]]:
    return [(each.kind, each.reason) for each in found(content) if isinstance(each, Problem)]


# ── feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16"])
def test_it_reads_rss_whatever_encoding_it_declares(encoding: str) -> None:
    first, second = articles(RSS.replace("’", "'").encode(encoding))
    assert first == Article(
        id="exemple-42",
        title="Le maire & son budget",
        standfirst="Une hausse de 3 %",
        text="Une hausse de 3 %\n\nPremier alinéa.\n\nSecond\nalinéa.",
        date="2020-03-12T18:45:00+01:00",
        source="Le Quotidien",
        author="Jeanne Martin",
        section="Politique",
        language="fr",
        url="https://exemple.fr/42",
        path="flux.xml",
        place="item 1",
        format="feed",
    )
    assert (second.id, second.title, second.text, second.date) == ("flux-2", "Brève", "Une ligne.", None)


def test_it_counts_the_entries_that_say_nothing() -> None:
    assert reasons(RSS) == [("skipped", "1 of 3 entries: neither a title nor a text")]


def test_it_reads_atom() -> None:
    assert articles(ATOM) == [
        Article(
            id="tag:exemple.fr,2020:42",
            title="Le maire",
            text="Le début du premier alinéa.",
            date="2020-03-12T18:45:00+01:00",
            source="L’Autre Journal",
            author="Jeanne Martin, Paul Durand",
            section="Politique",
            language="fr",
            url="https://exemple.fr/42",
            path="flux.xml",
            format="feed",
        )
    ]


@pytest.mark.parametrize(
    "feed",
    [
        '<rss version="0.91"><channel><item><title>Titre</title><description>Un.</description></item></channel></rss>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="a"><title>Titre</title><description>Un.</description></item></rdf:RDF>',
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Titre</title>'
        '<content type="text/html" mode="escaped">&lt;p&gt;Un.&lt;/p&gt;</content></entry></feed>',
        '<?xml version="1.0"?><CHANNEL><ITEM HREF="a"><TITLE>Titre</TITLE><ABSTRACT>Un.</ABSTRACT></ITEM></CHANNEL>',
        '<rss version="2.0"><channel><item><title>Titre</title><description>Un.</description></item>',
    ],
    ids=["RSS 0.91", "RSS 1.0", "Atom 0.3", "CDF", "cut short"],
)
def test_it_reads_feeds_of_every_kind(feed: str) -> None:
    assert [(each.title, each.text) for each in articles(feed)] == [("Titre", "Un.")]


def test_it_says_that_a_feed_has_no_entries() -> None:
    assert reasons('<rss version="2.0"><channel><title>Vide</title></channel></rss>') == [
        ("skipped", "no article: a feed without entries")
    ]


@pytest.mark.skipif(not SUITE.is_dir(), reason="the shared sample files are not on this machine")
def test_it_gives_entries_or_a_reason_for_every_sample_feed() -> None:
    counted: Counter[str] = Counter()
    for source in sources([SUITE]):
        assert isinstance(source, Source)
        results = list(read(source))
        assert results, source.path
        counted.update("article" if isinstance(each, Article) else each.kind for each in results)
    assert counted["article"] >= 48
    # A comment and nothing else; Korean, Russian and Thai in encodings that nothing names.
    assert counted["failed"] <= 4


# ── WordPress ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_published_posts_of_wordpress() -> None:
    content = (
        'Le conseil municipal a voté le budget de la ville.\n\n[caption id="a"]<img src="a.jpg"/> Le maire[/caption]\n'
        "Il est [sic] en hausse.\r\n\r\n[gallery ids='1']\n<h2>Des voix contre</h2>\nL’opposition a voté contre.\n\n"
        "https://youtu.be/abc"
    )
    assert articles(WXR.format(post(content))) == [
        Article(
            id="https://exemple.fr/?p=42",
            title="Le maire & son budget",
            standfirst="Le chapeau.",
            text="Le chapeau.\n\nLe conseil municipal a voté le budget de la ville.\n\nIl est [sic] en hausse.\n\n"
            "Des voix contre\n\nL’opposition a voté contre.",
            date="2020-07-12T18:45:00+02:00",
            source="Le Quotidien",
            author="Jeanne Martin",
            section="Politique",
            language="fr",
            url="https://exemple.fr/42",
            path="flux.xml",
            place="item 1",
            format="wxr",
        )
    ]


def test_it_reads_blocks_of_wordpress_without_their_line_breaks() -> None:
    blocks = (
        "<!-- wp:paragraph -->\n<p>Un\nmot.</p>\n<!-- /wp:paragraph -->\n\n"
        "<!-- wp:image --><figure><img/>\n<figcaption>X</figcaption></figure>"
    )
    assert wxr.formatted(blocks) == "Un mot."


def test_it_counts_what_was_never_published() -> None:
    items = [
        post(),
        post(status="draft"),
        post(status="draft"),
        post(status="inherit", kind="attachment"),
        post(kind="nav_menu_item"),
        post(rest="<wp:post_password>x</wp:post_password>"),
        post(kind="page"),
    ]
    content = WXR.format("".join(items))
    assert len(articles(content)) == 2
    assert reasons(content) == [
        ("skipped", "no article: 2 × draft post, 1 × attachment, 1 × nav menu item, 1 × post behind a password")
    ]


def test_it_reads_an_export_as_far_as_it_goes() -> None:
    whole = WXR.format(post() + post())
    cut = whole[: whole.rindex("<wp:status>")]
    assert len(articles(cut)) == 1
    ((kind, reason),) = reasons(cut)
    assert kind == "failed"
    assert reason.endswith("; 1 items before it were read")


def test_it_reads_an_export_with_bytes_that_xml_forbids() -> None:
    raw = WXR.format(post("Un mot\x08 à dire.")).encode().replace("à".encode(), b"\xe0")
    assert articles(raw)[0].text.endswith("Un mot à dire.")


def test_it_keeps_the_memory_of_an_export_flat() -> None:
    """No item stays in the tree once it was read."""
    from lxml import etree

    seen: list[Any] = []
    iterparse = etree.iterparse

    def watched(*arguments: Any, **options: Any) -> Any:
        for event, item in iterparse(*arguments, **options):
            yield event, item
            seen.append(len(item.getparent()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etree, "iterparse", watched)
        assert len(articles(WXR.format(post() * 50))) == 50
    assert seen[-1] == 1


# ── markup ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>L&rsquo;État<br>suite <b>gras</b></p>reste", "L’État\nsuite gras\n\nreste"),
        ("<ul><li>un<li>deux</ul>fin", "un\n\ndeux\n\nfin"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("un <script>x</script>deux<style>y</style><iframe>z</iframe>", "un deux"),
        ("<p hidden>non</p><span style='DISPLAY: none'>non</span>oui", "oui"),
        ("<figure><img><figcaption>non</figcaption></figure>oui", "oui"),
        ("<!-- non -->", ""),
        ("deux &amp; trois\nlignes", "deux & trois\nlignes"),
        ("3 < 4", "3 < 4"),
        ("<font>" * 400 + "oui", "oui"),
        ("<html><head><title>non</title></head><body>oui</body></html>", "oui"),
    ],
)
def test_it_turns_html_into_paragraphs(html: str, text: str) -> None:
    assert text_of(html) == text


def test_it_refuses_html_beyond_its_limits() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        text_of("<b>" * 5000)
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        text_of("a" * (MAX_HTML + 1))


@given(st.text(st.sampled_from("<>/&;#pbr !-é\0\n"), max_size=200))
def test_it_reads_any_markup(html: str) -> None:
    assert "\0" not in text_of(html)


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = [
    RSS.encode("latin-1", "replace"),
    ATOM.encode(),
    WXR.format(post("Un.\n\nDeux.") + post(status="draft")).encode(),
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(WHOLE),
    st.integers(0, 3000),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=6),
)
def test_it_never_raises_for_damaged_feeds(whole: bytes, end: int, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(whole[: max(end, 1)])
    for at, byte in flips:
        damaged[at % len(damaged)] = byte
    for each in found(bytes(damaged)):
        assert isinstance(each, Article | Problem)
        if isinstance(each, Problem):
            assert "damaged (" not in each.reason, each.reason
