"""What agencies send (NITF, NewsML 1.2 and G2, ninjs, IPTC 7901, ANPA 1312) → articles; and that no damage makes it raise."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("lxml")

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.agencies.wire import author, bare, unwrapped
from searcher.sources import Source, sources
from tests import places

SAMPLES = places.SHARED / "formats/newsml_nitf"

NITF = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
<nitf baselang="fr-FR">
 <head>
  <title>Titre de la page</title>
  <tobject tobject.type="Politique"/>
  <docdata>
   <doc-id id-string="depeche-42" regsrc="exemple.fr"/>
   <date.issue norm="20200312T184500+0100"/>
   <doc.copyright holder="Agence Exemple" year="2020"/>
  </docdata>
 </head>
 <body>
  <body.head>
   <hedline><hl1>Le maire pr&eacute;sente son budget</hl1></hedline>
   <byline>Par Jeanne MARTIN<byttl>envoyée spéciale</byttl></byline>
   <dateline><location>Lille</location></dateline>
   <abstract><p>Un budget en hausse de 3 %.</p></abstract>
  </body.head>
  <body.content>
   <media media-type="image"><media-caption>La mairie de Lille</media-caption></media>
   <p>Le conseil s'est réuni <chron norm="20200312">jeudi</chron> soir.</p>
   <hl2>Des voix contre</hl2>
   <p>L'opposition a voté contre, dit-elle, &#171; par principe &#187;.</p>
   <p>jm/ab/cd</p>
  </body.content>
 </body>
</nitf>"""

NEWSML1 = """<?xml version="1.0" encoding="iso-8859-1"?>
<NewsML Version="1.2">
<NewsEnvelope><DateAndTime>20200313T010000Z</DateAndTime></NewsEnvelope>
<NewsItem xml:lang="fr">
<Identification><NewsIdentifier><ProviderId>exemple.fr</ProviderId><DateId>20200312</DateId><NewsItemId>TX-1</NewsItemId>
<RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:exemple.fr:20200312:TX-1:2</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20200312T184500+0100</FirstCreated><ThisRevisionCreated>20200312T200000+0100</ThisRevisionCreated>
</NewsManagement>
<NewsComponent>
<NewsLines><HeadLine>Le maire présente son budget</HeadLine><SubHeadLine>Une hausse de 3 %%</SubHeadLine>
<ByLine>Par Jeanne MARTIN</ByLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="Agence Exemple"/></Provider></AdministrativeMetadata>
%s
</NewsComponent></NewsItem></NewsML>"""

TEXT = """<NewsComponent><ContentItem><MediaType FormalName="Text"/><DataContent><p>Premier alinéa.</p><p>Second alinéa.</p>
</DataContent></ContentItem></NewsComponent>"""
PICTURE = """<NewsComponent><Role FormalName="Photo"/><NewsComponent><Role FormalName="Caption"/><ContentItem>
<MediaType FormalName="Text"/><DataContent><p>Le maire de Lille.</p></DataContent></ContentItem></NewsComponent>
<ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem></NewsComponent>"""

G2 = """<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:exemple.fr:20200312:42" version="3" xml:lang="fr">
<itemMeta><itemClass qcode="ninat:%s"/><provider qcode="nprov:EX"><name>Agence Exemple</name></provider>
<versionCreated>2020-03-12T20:00:00+01:00</versionCreated><firstCreated>2020-03-12T18:45:00+01:00</firstCreated>
<pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><language tag="fr"/><by>Jeanne Martin</by>
<subject type="cpnat:geoArea" qcode="loc:FR"><name>France</name></subject>
<subject type="cpnat:abstract" qcode="medtop:11000000"><name xml:lang="en">politics</name>
<name xml:lang="fr">Politique</name></subject>
<headline>Le maire présente son budget</headline><headline role="hld:subHeadline">Une hausse de 3 %%</headline></contentMeta>
<contentSet>%s</contentSet></newsItem>"""

XHTML = """<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<header><p>12.03.2020</p></header><p>Premier alinéa.</p>
<p>Second alinéa, dit &amp;quot;oui&amp;quot;.</p></body></html></inlineXML>"""

NINJS: dict[str, Any] = {
    "guid": "https://exemple.fr/42",
    "type": "text",
    "versioncreated": "2020-03-12T18:45:00+0100",
    "firstcreated": "2020-03-09T09:00:00+0100",
    "byline": "Par Jeanne Martin",
    "headline": "Le maire présente son budget",
    "description_text": "Une hausse de 3 %",
    "body_html": "<p>Premier alinéa.</p><p>Second alinéa.</p><script>x</script>",
    "language": "fr",
    "source": "Agence Exemple",
    "service": [{"code": "pol", "name": "Politique"}],
    "embargoed": "2020-03-13T00:00:00Z",
}

IPTC = (
    "\x01frs042 4 i 120 FRA /AFP-EX42\r\n\r\nPolitique-budget/\r\n\x02Le maire présente son budget\r\n"
    "Par Jeanne MARTIN =\r\n\r\n"
    "     LILLE, 12 mars (AFP) - Le conseil municipal s'est réuni jeudi soir\r\n"
    "et il a voté le budget de la ville, en hausse de trois pour cent par\r\nrapport à celui de l'an passé.\r\n"
    "     L'opposition a voté contre.\r\njm/ab/cd\r\n\x03AFP 121845 GMT MAR 98\r\n\x04"
)
ANPA = (
    "\x16\x16\x01W1234\x1f_-----\r\nr a\x13\x11 BC-FR--Budget   03-12 0120\r\n"
    "\x02^BC-FR--Lille Budget,120<\r\n^The mayor's budget is up<"
    "\r\n^AP Photo XNP101<\r\n^By JANE MARTIN=\r\n^Associated Press=\r\n"
    "\t   LILLE, France (AP) _ The council met on Thursday.\r\n \r\n"
    "\t   ``It is up,'' he said.\r\n\r\n\t   \x03AP-WF-03-12-20 1845GMT<\r\n\x0c\r\n\x04"
)


def found(content: str | bytes, name: str = "depeche") -> list[Article | Problem]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read(Source(name, name, len(raw), content=raw)))


def only(content: str | bytes, name: str = "depeche") -> Article:
    """The one article of `content`, which must give nothing else."""
    one = found(content, name)
    assert len(one) == 1, one
    assert isinstance(one[0], Article), one[0]
    return one[0]


def refusals(content: str | bytes, name: str = "depeche") -> list[tuple[str, str]]:
    return [(each.kind, each.reason) for each in found(content, name) if isinstance(each, Problem)]


# ── NITF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_it_reads_nitf_whatever_encoding_it_declares(encoding: str) -> None:
    assert only(NITF.encode(encoding)) == Article(
        id="depeche-42",
        title="Le maire présente son budget",
        standfirst="Un budget en hausse de 3 %.",
        text="Un budget en hausse de 3 %.\n\nLe conseil s'est réuni jeudi soir.\n\nDes voix contre\n\n"
        "L'opposition a voté contre, dit-elle, « par principe ».",
        date="2020-03-12T18:45:00+01:00",
        source="Agence Exemple",
        author="Jeanne MARTIN",
        section="Politique",
        language="fr",
        path="depeche",
        format="nitf",
    )


def test_it_takes_the_day_of_publication_and_one_of_two_bodies() -> None:
    article = only("""<nitf><head><pubdata date.publication="19870101T000000" name="Le Quotidien" ex-ref="http://exemple.fr/1"/>
        </head><body><body.head><hedline><hl1>Titre</hl1></hedline></body.head><body.content>
        <block class="lead_paragraph"><p>LEAD: Un.</p></block><block class="full_text"><p>LEAD: Un.</p><p>Deux.</p></block>
        </body.content></body></nitf>""")
    assert (article.date, article.source, article.url) == ("1987-01-01", "Le Quotidien", "http://exemple.fr/1")
    assert article.text == "LEAD: Un.\n\nDeux."


# ── NewsML 1.2 ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_newsml_and_leaves_captions_out() -> None:
    assert only((NEWSML1 % (TEXT + PICTURE)).encode("latin-1")) == Article(
        id="urn:newsml:exemple.fr:20200312:TX-1:2",
        title="Le maire présente son budget",
        standfirst="Une hausse de 3 %",
        text="Une hausse de 3 %\n\nPremier alinéa.\n\nSecond alinéa.",
        date="2020-03-12T18:45:00+01:00",
        source="Agence Exemple",
        author="Jeanne MARTIN",
        language="fr",
        path="depeche",
        format="newsml1",
    )


def test_it_leaves_out_the_pictures_that_go_with_a_text() -> None:
    picture = """<NewsComponent><Role FormalName="Supporting"/><NewsLines><HeadLine>Le maire</HeadLine></NewsLines>
    <NewsComponent><ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem></NewsComponent>
    <NewsComponent><ContentItem><MediaType FormalName="Text"/><DataContent><p>Le maire de Lille.</p></DataContent></ContentItem>
    </NewsComponent></NewsComponent>"""
    assert only(NEWSML1 % (TEXT + picture)).text == "Une hausse de 3 %\n\nPremier alinéa.\n\nSecond alinéa."


def test_it_gives_each_language_of_a_newsml_item_an_article() -> None:
    def component(language: str, text: str) -> str:
        return (
            f'<NewsComponent xml:lang="{language}"><NewsLines><HeadLine>{text} !</HeadLine></NewsLines>'
            f"<ContentItem><DataContent><p>{text}.</p></DataContent></ContentItem></NewsComponent>"
        )

    both = found(NEWSML1 % (component("fr", "Bonjour") + component("nl", "Goedendag")))
    assert [(each.title, each.language, each.place) for each in both if isinstance(each, Article)] == [
        ("Bonjour !", "fr", "item 1"),
        ("Goedendag !", "nl", "item 2"),
    ]


def test_it_reads_one_of_the_forms_that_newsml_calls_equivalent() -> None:
    forms = (
        '<NewsComponent EquivalentsList="yes">'
        "<NewsComponent><ContentItem><DataContent>Premier alinéa.</DataContent></ContentItem></NewsComponent>"
        "<NewsComponent><ContentItem><DataContent><p>Premier alinéa.</p><p>Suite.</p></DataContent></ContentItem>"
        "</NewsComponent>"
        "</NewsComponent>"
    )
    assert only(NEWSML1 % forms).text.split("\n\n")[1:] == ["Premier alinéa.", "Suite."]


def test_it_takes_title_and_body_of_newsml_from_their_roles() -> None:
    parts = "".join(
        f'<NewsComponent><Role FormalName="{role}"/><ContentItem><DataContent>{text}</DataContent></ContentItem>'
        "</NewsComponent>"
        for role, text in (("Title", "Le maire présente son budget"), ("Lead", "Le chapeau."), ("Body", "Le corps."))
    )
    article = only(NEWSML1 % parts)
    assert (article.standfirst, article.text) == ("Le chapeau.", "Le chapeau.\n\nLe corps.")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (NEWSML1 % PICTURE, "no article: a picture"),
        (
            NEWSML1 % '<ContentItem Href="b.xml"><MediaType FormalName="Text"/></ContentItem>',
            "no article: its text lies in another file",
        ),
        ("<NewsML><NewsEnvelope/></NewsML>", "no article: a message without news items"),
        ("<NewsML><NewsItem><TopicSet/></NewsItem></NewsML>", "no article: a catalogue of topics"),
        (G2 % ("picture", ""), "no article: a picture"),
        (G2 % ("video", '<remoteContent href="a.mp4"/>'), "no article: a video"),
        ("<conceptItem xmlns='http://iptc.org/std/nar/2006-10-01/'/>", "no article: a concept"),
        (
            "<newsMessage><itemSet><packageItem/><planningItem/></itemSet></newsMessage>",
            "no article: a package of other items, a plan of coverage",
        ),
        (json.dumps({**NINJS, "type": "picture"}), "no article: a picture"),
    ],
)
def test_it_says_what_is_no_article(content: str, reason: str) -> None:
    assert refusals(content) == [("skipped", reason)]


# ── NewsML-G2 ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_newsml_g2() -> None:
    assert only(G2 % ("text", XHTML)) == Article(
        id="urn:newsml:exemple.fr:20200312:42:3",
        title="Le maire présente son budget",
        standfirst="Une hausse de 3 %",
        text='Une hausse de 3 %\n\nPremier alinéa.\n\nSecond alinéa, dit "oui".',
        date="2020-03-12T18:45:00+01:00",
        source="Agence Exemple",
        author="Jeanne Martin",
        section="Politique",
        language="fr",
        path="depeche",
        format="newsml2",
    )


def test_it_reads_nitf_and_plain_text_in_newsml_g2() -> None:
    nitf = "<inlineXML><nitf xmlns='http://iptc.org/std/NITF/2006-10-18/'><body><body.content><p>Un.</p></body.content></body></nitf></inlineXML>"
    plain = "<inlineData contenttype='text/plain'><![CDATA[Un.\n\nDeux.]]></inlineData>"
    assert only(G2 % ("text", nitf)).text.endswith("3 %\n\nUn.")
    assert only(f"<contentSet xmlns='http://iptc.org/std/nar/2006-10-01/'>{nitf}</contentSet>", "a.xml").text == "Un."
    assert only(G2 % ("text", plain)).text.endswith("3 %\n\nUn.\n\nDeux.")


def test_it_reads_the_texts_of_a_message_and_counts_the_rest() -> None:
    def item(kind: str, content: str) -> str:
        return (G2 % (kind, content)).partition("?>")[2].strip()

    message = f"<newsMessage><itemSet>{item('text', XHTML)}{item('picture', '')}</itemSet></newsMessage>"
    article, problem = found(message)
    assert isinstance(article, Article)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.reason) == ("skipped", "no article in 1 of 2 items: a picture")


# ── ninjs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

STORY = Article(
    id="https://exemple.fr/42",
    title="Le maire présente son budget",
    standfirst="Une hausse de 3 %",
    text="Une hausse de 3 %\n\nPremier alinéa.\n\nSecond alinéa.",
    date="2020-03-12T18:45:00+01:00",
    source="Agence Exemple",
    author="Jeanne Martin",
    section="Politique",
    language="fr",
    url="https://exemple.fr/42",
    path="depeche.json",
    format="ninjs",
)
NINJS_3 = {
    **{
        key: value
        for key, value in NINJS.items()
        if key not in ("headline", "body_html", "description_text", "byline", "service")
    },
    "headlines": [{"role": "main", "value": NINJS["headline"]}],
    "descriptions": [{"contenttype": "text/plain", "value": NINJS["description_text"]}],
    "bodies": [
        {"contenttype": "text/plain", "value": "Premier"},
        {"contenttype": "text/html", "value": NINJS["body_html"]},
    ],
    "by": "Jeanne Martin",
    "subjects": [{"name": "Politique"}],
}


@pytest.mark.parametrize(
    "document",
    [
        NINJS,
        [NINJS],
        NINJS_3,
        {"item": [NINJS], "total": 1},
        {"api_version": "1.1", "data": {"items": [{"meta": {}, "item": NINJS}]}},
        {"data": {"item": NINJS}},
    ],
    ids=["item", "list", "ninjs 3", "BBC", "AP feed", "AP item"],
)
def test_it_reads_ninjs_in_every_envelope(document: object) -> None:
    assert only(json.dumps(document), "depeche.json") == STORY


def test_it_reads_the_texts_of_a_ninjs_list_and_counts_the_rest() -> None:
    article, problem = found(json.dumps([NINJS, {**NINJS, "type": "video"}]), "depeche.json")
    assert isinstance(article, Article)
    assert isinstance(problem, Problem)
    assert (article.place, problem.reason) == ("item 1", "no article in 1 of 2 items: a video")


# ── IPTC 7901, ANPA 1312 ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850"])
def test_it_reads_iptc_7901_in_the_encodings_of_its_time(encoding: str) -> None:
    assert only(IPTC.encode(encoding)) == Article(
        id="depeche",
        title="Le maire présente son budget",
        text="LILLE, 12 mars (AFP) - Le conseil municipal s'est réuni jeudi soir et il a voté le budget de la ville, en"
        " hausse de trois pour cent par rapport à celui de l'an passé.\n\nL'opposition a voté contre.",
        date="1998-03-12T18:45Z",
        source="AFP",
        author="Jeanne MARTIN",
        language="fr",
        path="depeche",
        format="iptc7901",
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Le pr{sident { Paris, o| il est all{ d{j@ hier", "Le président é Paris, où il est allé déjà hier"),
        (b"Le pr\xc2esident est all\xc2e \xc1a Paris \xc1a No\xc8el", "Le président est allé à Paris à Noël"),
    ],
    ids=["ISO 646-FR", "ISO 6937"],
)
def test_it_reads_the_encodings_of_telex(raw: bytes, text: str) -> None:
    assert only(b"\x01frs1 4 i 1\r\n\x02Titre =\r\n\r\n" + raw + b"\r\n\x03\r\n\x04").text == text


def test_it_reads_anpa() -> None:
    article = only(ANPA)
    assert article.title == "The mayor's budget is up"
    assert article.text == "LILLE, France (AP) — The council met on Thursday.\n\n“It is up,” he said."
    assert (article.author, article.source, article.date) == ("JANE MARTIN", "AP", "2020-03-12T18:45Z")


def test_it_reads_every_message_of_a_file() -> None:
    assert [each.place for each in found(IPTC + IPTC)] == ["message 1", "message 2"]


# ── texts as agencies type them ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Par Jeanne MARTIN", "Jeanne MARTIN"),
        ("By Jane Martin <jane@example.org>", "Jane Martin"),
        ("Propos recueillis par Jean de La Tour", "Jean de La Tour"),
        ("gr/bp", ""),
        ("Situation serious, ready for all scenarios says EC", ""),
        ("Parmentier", "Parmentier"),
    ],
)
def test_it_takes_names_from_by_lines(written: str, name: str) -> None:
    assert author(written) == name


def test_it_leaves_marks_and_initials_out_of_a_body() -> None:
    assert bare("By Jane Martin\n\nUn.\n\n___\n\ndpa abc de", "Titre") == ("By Jane Martin", "Un.")
    assert bare("Titre\n\nUn.", "Titre") == ("", "Un.")
    assert bare("fin", "Titre") == ("", "fin")
    assert bare("Un.\n\nSaint-Denis", "Titre") == ("", "Un.\n\nSaint-Denis")
    assert bare("Par ailleurs\n\nUn.", "Titre") == ("", "Par ailleurs\n\nUn.")
    assert bare("Un.\njm/ab", "Titre") == ("", "Un.")


def test_it_keeps_lines_that_were_meant_as_lines() -> None:
    assert unwrapped("Lens - Lille\nBrest - Nice\n\nFin") == "Lens - Lille\nBrest - Nice\n\nFin"


@given(st.lists(st.lists(st.text("abcdéà", min_size=1, max_size=12), min_size=12, max_size=60), min_size=1, max_size=5))
def test_it_unwraps_what_was_wrapped(paragraphs: list[list[str]]) -> None:
    def wrapped(words: list[str]) -> str:
        lines = [""]
        for word in words:
            lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 68 else [*lines, word]
        return "\n".join(lines)

    told = unwrapped("\n\n".join(map(wrapped, paragraphs)))
    assert [each.split() for each in told.split("\n\n")] == paragraphs


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = [
    raw if isinstance(raw, bytes) else raw.encode()
    for raw in (NITF, NEWSML1 % (TEXT + PICTURE), G2 % ("text", XHTML), json.dumps(NINJS), IPTC, ANPA)
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(WHOLE),
    st.integers(0, 4000),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6),
)
def test_it_never_raises_for_damaged_dispatches(whole: bytes, end: int, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(whole[: max(end, 1)])
    for at, byte in flips:
        damaged[at % len(damaged)] = byte
    for each in found(bytes(damaged)):
        assert isinstance(each, Article | Problem)
        if isinstance(each, Problem):
            assert "damaged (" not in each.reason, each.reason


def test_it_expands_and_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    article = only(
        f'<!DOCTYPE nitf [<!ENTITY own "LOL"><!ENTITY file SYSTEM "file://{secret}">]>'
        "<nitf><head><title>Titre</title></head><body><body.content>"
        "<p>Un &file; deux &own; trois</p></body.content></body></nitf>"
    )
    assert article.text == "Un deux trois"


def test_it_refuses_entities_that_unfold_to_a_bomb() -> None:
    laughs = "".join(f'<!ENTITY b{at} "{f"&b{at - 1};" * 10}">' for at in range(1, 12))
    bomb = f'<!DOCTYPE nitf [<!ENTITY b0 "LOL">{laughs}]><nitf><body><body.content><p>&b11;</p></body.content></body></nitf>'
    assert refusals(bomb) == [("failed", "its entities unfold to far more than is written; taken for a bomb")]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared sample files are not on this machine")
def test_it_reads_the_sample_files() -> None:
    counted: Counter[str] = Counter()
    for source in sources([SAMPLES]):
        assert isinstance(source, Source)
        counted.update("article" if isinstance(each, Article) else each.kind for each in read(source))
    assert counted["article"] >= 48
    assert counted["failed"] <= 1  # an NITF file without title and text
