"""What a press database says of an article → an article with its place, and one report for what could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.fields import line, make
from searcher.readers.problems import Problem, and_more, problem
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle
from searcher.values import Value, replace

LANGUAGES = {
    **dict.fromkeys(("francais", "français", "french", "französisch", "francés", "frans", "francese"), "fr"),
    **dict.fromkeys(("anglais", "english", "englisch", "inglés", "engels", "inglese"), "en"),
    **dict.fromkeys(("allemand", "german", "deutsch", "alemán", "duits", "tedesco"), "de"),
    **dict.fromkeys(("espagnol", "spanish", "spanisch", "español", "spaans", "spagnolo"), "es"),
    **dict.fromkeys(("italien", "italian", "italienisch", "italiano", "italiaans"), "it"),
    **dict.fromkeys(("néerlandais", "dutch", "niederländisch", "nederlands"), "nl"),
    **dict.fromkeys(("portugais", "portuguese", "portugiesisch", "portugués", "português"), "pt"),
    **dict.fromkeys(("arabe", "arabic"), "ar"),
    **dict.fromkeys(("russe", "russian"), "ru"),
    **dict.fromkeys(("catalan", "catalán"), "ca"),
    **dict.fromkeys(("turc", "turkish"), "tr"),
    **dict.fromkeys(("chinois", "chinese"), "zh"),
    **dict.fromkeys(("japonais", "japanese"), "ja"),
    **dict.fromkeys(("polonais", "polish"), "pl"),
}
"""The name of a language as databases write it in their own → ISO 639-1."""

_BY = re.compile(r"^(?:(?:propos\s+recueillis\s+)?par|by|von|por|door|di)\s*:?\s+", re.I)
_FAMILY_FIRST = re.compile(
    r"(?:d[eu] |des |d.|l[ae] |von |van )?[^\W\d_][\w'’-]+, [^\W\d_](?:[\w'’-]*[a-zà-ÿ]|\.)(?: \w\.)?"
)
_ADDRESS = re.compile(r"\s*[<(\[]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[>)\]]?")
_PARTICLES = frozenset("de du des d la le les l et and und y e von van der den di da ben al el".split())


class Record(Value):
    """An article as its database describes it; empty where the database says nothing. `text` has an empty line between
    paragraphs, `date` is as written or in ISO 8601, `id` is the database's own number."""

    title: str = ""
    text: str = ""
    date: str = ""
    source: str = ""
    author: str = ""
    section: str = ""
    pages: str = ""
    id: str = ""
    language: str = ""
    standfirst: str = ""
    url: str = ""


def articles(
    source: Source,
    records: Iterable[Record | None],
    *,
    unit: str = "document",
    announced: int = 0,
    cut: bool = False,
    signed: bool = False,
) -> Iterator[Article | Problem]:
    """The articles of an export, each with its place (`document 3`), then one problem for the records that gave none.

    `None` stands for a record without a title and a text. `announced` is how many articles the export says that it holds:
    fewer are reported. `cut` is true when the file ends in the middle of an article, which is reported too. `signed` adds the
    author, where the text does not name them, as the last paragraph: databases print the by-line with the text.
    Of several records with the same number of the database only the first bears it, so that none hides another.
    """
    made = failed = 0
    first = ""
    bare: list[str] = []  # headlines without a text
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        try:
            if record is None:
                raise Unreadable("neither a title nor a text")
            if record.id in seen:
                record = replace(record, id="")
            seen.update(filter(None, (record.id,)))
            if signed and not record.text and not record.standfirst:
                bare.append(f"{unit} {number}")
            if signed and record.author and record.author.casefold() not in record.text.casefold():
                record = replace(record, text="\n\n".join(filter(None, (record.text, record.author))))
            yield article(source, record, number=number, place=f"{unit} {number}")
            made += 1
        except Unreadable as error:
            failed, first = failed + 1, first or f"{unit} {number}: {error}"
    if not made:
        yield from _ordinary(source, unit, reported=failed > 0)
    if bare:
        yield problem(source, and_more(f"{bare[0]}: a headline without a text", len(bare), unit), "skipped")
    if failed:
        yield problem(source, and_more(first, failed, unit))
    if made + failed < announced:
        yield problem(source, f"announces {announced} {unit}s and holds {made + failed}; export it again")
    elif cut:
        yield problem(source, f"cut short in its last {unit}, which is kept as far as it goes; export it again")


def _ordinary(source: Source, unit: str, *, reported: bool) -> Iterator[Article | Problem]:
    """A file that bears the signs of an export and holds no article of one, as the page or the text that it is. Raises
    NotAnArticle, unless it is `reported`, when only a database makes such files."""
    from searcher import readers  # here: its table names the signs of this package
    from searcher.readers.formats import FORMATS
    from searcher.readers.sniff import plain

    form = plain(source)
    if FORMATS[form].module.startswith("press."):
        if reported:
            return
        raise NotAnArticle(f"no article: an export without {'an' if unit[0] in 'aeiou' else 'a'} {unit}")
    repairs.forget()
    yield from readers.read(source, form=form)


def article(source: Source, record: Record, *, number: int | None = None, place: str | None = None) -> Article:
    """The article of a record. Raises Unreadable when it has neither a title nor a text."""
    return make(
        source,
        id=record.id or None,
        number=number,
        place=place,
        title=record.title,
        standfirst=record.standfirst,
        text=record.text,
        date=record.date or None,
        source=record.source,
        author=record.author,
        section=record.section,
        pages=record.pages,
        language=language(record.language),
        url=record.url,
    )


def language(written: str) -> str | None:
    """A code for a language's name (`Français`, `ENGLISH; ANGLAIS`); a code stays one; None for what is neither."""
    names = [each.strip().lower() for each in re.split(r"[;,/|]", written) if each.strip()]
    named = [LANGUAGES[name] for name in names if name in LANGUAGES]
    return named[0] if named else next((name for name in names if re.fullmatch(r"[a-z]{2,3}(?:[-_]\w+)?", name)), None)


def turned(person: str) -> str:
    """`Castagné, Rémi` → `Rémi Castagné`; a name without a comma stays as it is."""
    family, comma, given = person.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma else person.strip()


def byline(written: str) -> str:
    """The names in a by-line: without `Par`, addresses of e-mail and what separates several names; empty without a letter.

    `Dupont, Jean; Martin, Paule` → `Jean Dupont, Paule Martin`.
    """
    bare = _BY.sub("", line(_ADDRESS.sub("", written)), count=1)
    names = [each.strip(" ,;:|/–—-•") for each in re.split(r"\s*[;|•]\s*", bare)]
    if len(names) > 1 and all(map(_FAMILY_FIRST.fullmatch, filter(None, names))):
        names = list(map(turned, names))
    return ", ".join(dict.fromkeys(each for each in names if re.search(r"[^\W\d_]", each)))


def is_byline(written: str) -> bool:
    """Whether a line reads as names (`Rémi Castagné`, `Par A. Vidal et L. de Broca`), not as a sentence or a headline."""
    text = line(written)
    if not text or len(text) > 100 or (text.endswith((".", "!", "?", ":", "…")) and not re.search(r"\b[A-Z]\.$", text)):
        return False
    if _BY.match(text):
        return True
    words = re.findall(r"[^\W_]+", _ADDRESS.sub("", text))
    if not 2 <= len(words) <= 12 or any(word.isdigit() for word in words) or re.search("[«»“”?!:()]", text):
        return False
    return all(word[0].isupper() or word.lower() in _PARTICLES for word in words)


def length(written: str) -> bool:
    """Whether a line tells how long an article is (`312 mots`, `1,204 words`)."""
    return _LENGTH.fullmatch(written.strip()) is not None


_LENGTH = re.compile(
    r"[0-9][0-9.,\s\u00a0\u202f]*\s?(?:mots?|words?|wörter|worte|palabras?|parole|woorden|palavras|paraules|字|語)\b\.?",
    re.I,
)
COPYRIGHT = re.compile(
    r"\(c\)\s|©|copyright\b|tous droits r[ée]serv[ée]s|all rights reserved|alle rechte vorbehalten", re.I
)
"""A line about rights: never part of a text when it stands at the beginning or the end of one."""
