"""Articles made at random, and the layouts of press databases that print them."""

from __future__ import annotations

from datetime import date
from html import escape

from hypothesis import strategies as st

from searcher.values import Value

FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ENGLISH = "January February March April May June July August September October November December".split()
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Story(Value):
    """An article as it was before a database printed it; empty where nothing is known."""

    title: str
    text: tuple[str, ...]
    day: date
    source: str
    author: str
    section: str
    pages: str
    words: int
    number: int


_TITLES = (
    "Le viaduc de la Dourbie fermé aux camions",
    "Grève chez les dockers : le terminal bloqué",
    "« Nous ne vendrons pas la forêt »",
    "Œuvres volées : l’ange retrouvé à Brou",
    "Où va l’argent de l’eau ?",
    "A Lure, 3 000 € pour la chorale & l’orgue",
    "Société : les écoles rouvrent jeudi",
    "12 mars 1962, la nuit des barricades racontée par ceux qui l’ont vue",
)
_PARAGRAPHS = (
    "La préfecture a interdit vendredi le passage des poids lourds sur le viaduc.",
    "« Nous n’avions pas le choix », plaide l’ingénieur en chef, qui réclame des travaux depuis 2011.",
    "Société : les syndicats appellent à la grève le 14 juin 2021 dans tout le département.",
    "IN VINO VERITAS, disait le maire en levant son verre devant 312 mots gravés sur la pierre.",
    "Le coût ? Il atteint 12,5 millions d’euros & il grimpe < 3 % par an.",
    "Notes : le festival publiera la suite du programme lundi.",
    "Document remis jeudi au préfet, le rapport compte 88 pages et n’accuse personne.",
)
STORIES = st.builds(
    Story,
    title=st.sampled_from(_TITLES),
    text=st.lists(st.sampled_from(_PARAGRAPHS), min_size=1, max_size=4, unique=True).map(tuple),
    day=st.dates(date(1944, 1, 1), date(2026, 1, 1)),
    source=st.sampled_from(
        ["Le Littoral", "L’Écho du Perche", "Ouest-Matin", "La Gazette de Vitré", "20 Minutes de Lure"]
    ),
    author=st.sampled_from(
        ["", "Rémi Castagné", "A. Vidal", "Maëlle Guégan, Paul-Henri d’Orgeval", "Cécile Nœuvéglise"]
    ),
    section=st.sampled_from(["", "Économie", "Région", "Société, environnement", "Page locale"]),
    pages=st.sampled_from(["", "7", "A3", "12-13", "MDE6"]),
    words=st.integers(1, 9999),
    number=st.integers(1, 9999),
)
ARCHIVES = st.lists(STORIES, min_size=1, max_size=4, unique_by=lambda story: story.number)


def french(story: Story) -> str:
    return f"{story.day.day} {FRENCH[story.day.month - 1]} {story.day.year}"


def english(story: Story) -> str:
    return f"{ENGLISH[story.day.month - 1]} {story.day.day}, {story.day.year}"


def told(story: Story, **known: str | None) -> dict[str, str]:
    """What an article of this story says; `known` replaces what a layout tells differently, None what it does not tell."""
    signed = [story.author] if story.author and story.author not in " ".join(story.text) else []
    values: dict[str, str | None] = {
        "title": story.title,
        "text": "\n\n".join([*story.text, *signed]),
        "date": story.day.isoformat(),
        "source": story.source,
        "author": story.author,
        "section": story.section,
        "pages": story.pages,
        **known,
    }
    return {key: value for key, value in values.items() if value}


# ── Europresse ────────────────────────────────────────────────────────────────────────────────────────────────────────


def europresse_number(story: Story) -> str:
    return f"news·{story.day:%Y%m%d}·XY·{story.number:05}"


def europresse(story: Story) -> str:
    section = f"{escape(story.section)}, " if story.section else ""
    pages = f", p. {story.pages}" if story.pages else ""
    head = f"{section}{DAYS[story.day.weekday()]} {french(story)} {story.words} mots{pages}"
    text = "".join(f"<p>{escape(each, quote=False)}</p>" for each in story.text)
    return (
        f'<article><header><div><span class="DocPublicationName">{story.source}, no. 12</span></div>'
        f'<span class="DocHeader">{head}</span><div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">'
        f'{escape(story.title)}</p><p class="rdp__subtitle"></p>'
        f'<p class="sm-margin-bottomNews">{story.author}</p></div></header>'
        f'<section><div class="docOcurrContainer">{text}</div></section><aside></aside>'
        f"<footer><small>© {story.day.year}</small>"
        f'<div class="publiC-lblNodoc">{europresse_number(story)}</div></footer></article>'
    )


def europresse_page(stories: list[Story]) -> str:
    return f"<!DOCTYPE html><html><body>{''.join(map(europresse, stories))}</body></html>"


# ── Factiva ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def factiva_number(story: Story) -> str:
    return f"XYZAB000{story.day:%Y%m%d}eh6e{story.number:05x}"


def factiva_codes(story: Story) -> list[tuple[str, str]]:
    """Codes with their values, as Factiva orders them; empty ones left out."""
    rows = [
        *(
            ("SE", story.section),
            ("HD", story.title),
            ("BY", f"Par {story.author.replace(', ', ' ; ')}" if story.author else ""),
        ),
        *(
            ("WC", f"{story.words} mots"),
            ("PD", french(story)),
            ("SN", story.source),
            ("SC", "XYZAB"),
            ("PG", story.pages),
        ),
        *(("LA", "Français"), ("CY", f"(c) {story.day.year} {story.source}")),
        *(("LP", story.text[0]), ("TD", "\n\n".join(story.text[1:])), ("AN", f"Document {factiva_number(story)}")),
    ]
    return [(code, value) for code, value in rows if value]


def factiva_page(stories: list[Story]) -> str:
    def cell(value: str) -> str:
        return "".join(
            f'<p class="articleParagraph frarticleParagraph">{escape(each)}</p>' for each in value.split("\n\n")
        )

    def row(code: str, value: str) -> str:
        shown = cell(value) if code in ("LP", "TD") else escape(value)
        return f'<tr><td class="index"><b>{code}</b>&nbsp;</td><td>{shown}</td></tr>'

    tables = ("".join(row(*each) for each in factiva_codes(story)) for story in stories)
    articles = "".join(f'<div class="article frArticle"><table>{rows}</table></div>' for rows in tables)
    return f"<!DOCTYPE html><html><head><title>Factiva</title></head><body>{articles}</body></html>"


def factiva_text(stories: list[Story]) -> str:
    """The layout with codes, each on a line of its own."""
    return "\f".join(
        "\n\n".join(f"{code}\n{value}" for code, value in factiva_codes(story)) + "\n" for story in stories
    )


def _factiva_lines(story: Story) -> list[str]:
    """The lines about an article in the layout without codes, between its headline and its text."""
    lines = [
        f"Par {story.author}" if story.author else "",
        f"{story.words} mots",
        french(story),
        story.source,
        "XYZAB",
        story.pages,
    ]
    return [each for each in (*lines, "Français", f"(c) {story.day.year} {story.source}") if each]


def factiva_plain_text(stories: list[Story]) -> str:
    def printed(story: Story) -> str:
        head = "\n".join(filter(None, (story.section, story.title)))
        about = "\n".join(_factiva_lines(story))
        return "\n\n".join([head, about, *story.text, f"Document {factiva_number(story)}"])

    return "\n\n\f".join(map(printed, stories))


def factiva_plain_page(stories: list[Story]) -> str:
    def printed(story: Story) -> str:
        section = f"<div>{escape(story.section)}</div>" if story.section else ""
        author, *about = ["", *_factiva_lines(story)] if not story.author else _factiva_lines(story)
        byline = f'<div class="author">{author}</div>' if author else ""
        told = "".join(f"<div>{escape(each)}</div>" for each in about)
        text = "".join(f'<p class="articleParagraph frarticleParagraph">{escape(each)}</p>' for each in story.text)
        title = f"<div id='hd'><b class='frHeadline'>{escape(story.title)}</b></div>"
        number = f"<p>Document {factiva_number(story)}</p>"
        return f'<div class="article frArticle"><p>{section}{title}{byline}{told}</p>{text}{number}</div><br/>'

    return f"<!DOCTYPE html><html><body>{''.join(map(printed, stories))}</body></html>"


# ── ProQuest ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def proquest_number(story: Story) -> str:
    return f"25400{story.number:05}"


def proquest_text(stories: list[Story]) -> str:
    parts = []
    for at, story in enumerate(stories, 1):
        lines = ["_" * 60, f"Rapport {at} de {len(stories)}", story.title]
        lines += [f"Auteur: {story.author.replace(', ', '; ')}"] if story.author else []
        lines += [f"Texte intégral: {story.text[0]}", *story.text[1:], "Sujet: Ports", f"Titre: {story.title}"]
        lines += [f"Titre de la publication: {story.source}; Paris", f"Date de publication: {french(story)}"]
        lines += [f"Pages: {story.pages}"] if story.pages else []
        lines += [f"Section: {story.section}"] if story.section else []
        parts += [*lines, f"ID de document ProQuest: {proquest_number(story)}", "Base de données: Presse"]
    return "\n\n".join([*parts, "_" * 60, "Copyright © 2021 ProQuest LLC."])


# ── Nexis ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _section(story: Story, mark: str) -> str:
    return "; ".join(filter(None, (story.section, story.pages and f"{mark} {story.pages}")))


def nexis_text(stories: list[Story]) -> str:
    cover = ["User Name: redac", "Job Number: 1", f"Documents ({len(stories)})"]
    lines = [*cover, *(f"{at}. {story.title}" for at, story in enumerate(stories, 1))]
    for story in stories:
        lines += [story.title, story.source, f"{english(story)} {WEEKDAYS[story.day.weekday()]}"]
        lines += [f"Copyright {story.day.year} {story.source}", f"Length: {story.words} words"]
        lines += [f"Section: {_section(story, 'Pg.')}"] if _section(story, "Pg.") else []
        lines += [f"Byline: {story.author}"] if story.author else []
        lines += ["Body", *story.text, "Load-Date: June 15, 2021", "End of Document"]
    return "\n\n".join(lines)


def lexisnexis_text(stories: list[Story]) -> str:
    lines = []
    for at, story in enumerate(stories, 1):
        lines += [
            f"{at} de {len(stories)} DOCUMENTS".center(78),
            story.source.center(78),
            french(story).center(78),
            story.title,
        ]
        lines += [f"AUTEUR: {story.author}"] if story.author else []
        lines += [f"RUBRIQUE: {_section(story, 'p.')}"] if _section(story, "p.") else []
        lines += [f"LONGUEUR: {story.words} mots", *story.text, "LANGUE: FRENCH; FRANÇAIS"]
        lines += [f"Copyright {story.day.year} {story.source}".center(78)]
    return "\n\n".join(each.rstrip() for each in lines)
