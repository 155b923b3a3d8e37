"""Queries as people type them: a table of text → canonical text and repairs, the limits, and laws for any string."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from searcher.errors import DateError, QueryError, UsageError
from searcher.query.ast import (
    And,
    Demanded,
    Excerpt,
    Excluded,
    Fuzzy,
    InField,
    Or,
    Parsed,
    Pattern,
    Query,
    Quoted,
    When,
    Word,
)
from searcher.query.lex import MAX_DEPTH, MAX_EDITS, MAX_PHRASE_WORDS, MAX_SLOP, MAX_WORD
from searcher.query.parse import (
    MAX_CHARACTERS,
    MAX_CLAUSES,
    parse,
)

TODAY = date(2020, 3, 18)


def understood(text: str) -> Parsed:
    return parse(text, today=TODAY)


def shown(text: str) -> tuple[str, str]:
    """The query in canonical form, and its repairs: `kind‹what›`, with a ° for the quiet ones."""
    parsed = understood(text)
    notes = [f"{note.kind}{'°' * note.quiet}‹{text[note.start : note.end]}›" for note in parsed.notes]
    return str(parsed.root), " ".join(notes)


# What is typed → what is understood, and what had to be repaired.
TABLE = """
Erdoğan Assad                   → Erdoğan Assad
  Erdoğan\\u00a0\\t Assad\\n    → Erdoğan Assad
l’avocat                        → l’avocat
Guerre en Syrie, l'ONU réagit   → Guerre en Syrie l'ONU réagit
Syrie.Selon                     → Syrie.Selon
U.R.S.S. porte-parole           → U.R.S.S. porte-parole
a,b;c                           → a,b c
Syrie/Turquie et/ou             → Syrie Turquie et ou
12 000 morts/12 000             → 12 000 morts 12 000
12\\u202f000\\u00a0000          → 12\\u202f000\\u00a0000
C++ C#                          → C++ C#

"a b"                           → "a b"
« a b »                         → "a b"
«\\u00a0a b\\u202f»             → "a b"
“a b” „a b“ ‟a b” ‹ a b › <<a b>> → "a b" "a b" "a b" "a b" "a b"
“a b" c                         → "a b" c
dit-il.« Nous »                 → dit-il "Nous"
l’« avocat »                    → l’ "avocat"
"a) b" (c OU d) e               → "a) b" (c OR d) e
"a : b OU -c"                   → "a : b OU -c"
"a b                            → a b                             | quote‹"›
a b"                            → a b                             | quote‹"›
dit «                           → dit                             | quote‹«›
"" a                            → a                               | quote‹""›
" … " a                         → a                               | ignored°‹ … ›
"a b"~5 "a b"~ "a b"~0          → "a b"~5 "a b"~5 "a b"
="Côte d'Ivoire" =“a b”~2       → ="Côte d'Ivoire" ="a b"~2

a ET b AND c                    → a b c
a OU b OR c                     → a OR b OR c
a et b ou c sauf d              → a et b ou c sauf d
a OU b c                        → a OR (b c)
a b OU c d                      → (a b) OR (c d)
(a OU b) c                      → (a OR b) c
a (b c)                         → a b c
((a))                           → a
a SAUF b NOT c -d               → a -b -c -d
-a                              → -a
a -"b c" -(d e) -(f OU g)       → a -"b c" -(d e) -(f OR g)
a SAUF (b OU c) NOT "d e"       → a -(b OR c) -"d e"
a OU -b                         → a OR -b
-(-a)                           → -a
a SAUF -b                       → a -b
+a +"b c" +(d OU e) -+a b+c     → +a +"b c" +(d OR e) a b c
+( a +(-b + titre:+c            → +a -b title:c                   | parenthesis‹(› parenthesis‹(› ignored‹+›
a !b !"b c" !(d e) f !          → a -b -"b c" -(d e) f            | ignored°‹!›
a −b ‐c −20 %                   → a -b -c 20                      | ignored°‹%›
a|b | c || d && e               → a OR b OR c OR (d e)
a AND NOT b ET SAUF c           → a -b -c
| a |                           → a                               | operator‹|› operator‹|›
a - b                           → a b                             | ignored°‹-›
a – b — c                       → a b c                           | ignored°‹–› ignored°‹—›
-20 % -20% -5€                  → 20 20 5                         | ignored°‹%› ignored‹€›
250 € 250€ n°5                  → 250 250 n 5                     | ignored‹€› ignored‹€›
maire -Assad --since 2018       → maire -Assad since 2018         | option‹--since›
a NEAR/5 b adj3 c               → a NEAR 5 b adj3 c               | operator‹NEAR/5› operator‹adj3›
-n 5 maire -h                   → -n 5 maire -h                   | option‹-n› option‹-h›
-2020                           → -2020
(a                              → a                               | parenthesis‹(›
a)                              → a                               | parenthesis‹)›
)a(                             → a                               | parenthesis‹)› parenthesis‹(›
()                              →
a AND                           → a                               | operator‹AND›
OR a                            → a                               | operator‹OR›
OU                              →                                 | operator‹OU›
a OU OU b                       → a OR b                          | operator‹OU› operator‹OU›
a SAUF                          → a                               | operator‹SAUF›
(a OU) b                        → a b                             | operator‹OU›

=côte =l’été                    → =côte =l’été
~mot mot~ mot~1 mot~2 mot~0     → mot~1 mot~1 mot~1 mot~2 mot
~emploi ~l’e\u0301te\u0301      → emploi~2 été~1
~12 000 ~U.R.S.S. ~3,5          → 12 000 U.R.S.S. 3,5
mot* mo?t                       → mot* mo?t
électr*ité                      → électr*ité
mot*? mot*?,                    → mot* mot*
m*                              → m                               | wildcard‹m*›
l'ecolog* d’m?t                 → ecolog* m?t
éco-conc* "président syri*"     → "éco-conc*" "président syri*"
po*-parole l'e* *logie          → po parole l'e logie             | wildcard‹po*-parole› wildcard‹l'e*› wildcard‹*logie›
"a * b" "syri* x"               → "a * b" "syri* x"               | wildcard‹"a * b"›
Assad ?                         → Assad                           | ignored°‹?›
Assad? Assad !                  → Assad Assad                     | ignored°‹!›
quoi?Non                        → quoi Non

titre:Assad title:Assad         → title:Assad title:Assad
TITRE:"a b" titre:(a OU b)      → title:"a b" title:(a OR b)
titre:(a b) titre:mot*          → title:(a b) title:mot*
-titre:a titre:-a               → -title:a -title:a
titre:-"a b" titre:(-a)         → -title:"a b" -title:a
titre:a OU source:b             → title:a OR source:b
source:"Le Monde" journal:x     → source:"Le Monde" source:x
source:lemonde.fr               → source:lemonde.fr
auteur:Dupont author:Dupont     → author:Dupont author:Dupont
langue:fr lang:fr language:fr   → language:fr language:fr language:fr
source:« Le Monde »             → source:"Le Monde"
Syrie : Assad                   → Syrie Assad                     | ignored°‹:›
Titre: Assad                    → title:Assad
titre : Assad                   → title:Assad
 date : mars 2020 Assad         → date:"mars 2020" Assad
le titre : Assad                → le titre Assad                  | ignored°‹:›
a –b —c d                       → a b c d                         | operator‹–b› operator‹—c›
Syrie titre: Assad              → Syrie titre Assad               | field‹titre:›
titre:                          → titre
foo:bar                         → foo bar                         | unknown_field‹foo:›
https://lemonde.fr              → https lemonde.fr
titre:OU                        →                                 | field‹titre:› operator‹OU›

date:2020                       → date:2020
date:mars 2020 Assad            → date:"mars 2020" Assad
date:"mars 2020"                → date:"mars 2020"
date:« mars 2020 » Assad        → date:"mars 2020" Assad
date:du 3 au 7 mai 2020 Assad   → date:"du 3 au 7 mai 2020" Assad
date:2011..2013 date:12/03/2020 → date:2011..2013 date:12/03/2020
date:hier                       → date:hier
depuis:2015 since:2015          → since:2015 since:2015
avant:2014 before:2014          → before:2014 before:2014
après:2014 apres:2014 after:2014 → after:2014 after:2014 after:2014
jusqu'à:2014 jusqu’en:2014 until:2014 → until:2014 until:2014 until:2014
-date:2020                      → -date:2020
date:2020-01-07T12:30           → date:2020-01-07T12:30
date: 2020                      → date:2020

=                               →                                 | ignored‹=›
!!! …                           →                                 | ignored°‹!!!› ignored°‹…›
a 😀 b                          → a b                             | ignored‹😀›
"""


def cases() -> list[tuple[str, str, str]]:
    made = []
    for row in filter(None, TABLE.split("\n")):
        for written, meant in (
            ("\\u00a0", "\u00a0"),
            ("\\u202f", "\u202f"),
            ("\\u0301", "\u0301"),
            ("\\t", "\t"),
            ("\\n", "\n"),
        ):
            row = row.replace(written, meant)
        text, _, rest = row.partition("→")
        canonical, _, notes = rest.partition(" |")
        made.append((text.rstrip(" "), canonical.strip(" "), notes.strip(" ")))
    return made


@pytest.mark.parametrize(("text", "canonical", "notes"), cases(), ids=[text for text, _, _ in cases()])
def test_understands(text: str, canonical: str, notes: str) -> None:
    assert shown(text) == (canonical, notes)


@pytest.mark.parametrize(("text", "canonical", "notes"), cases(), ids=[text for text, _, _ in cases()])
def test_understands_its_own_writing(text: str, canonical: str, notes: str) -> None:
    assert shown(canonical)[0] == canonical


@pytest.mark.parametrize("text", ["*mot", "?mot"])
def test_reports_a_sign_it_cannot_follow(text: str) -> None:
    assert understood(text).notes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"a (b" c) d', ('"a (b" c d', "parenthesis‹)›")),
        ('(a "b) c" d', ('a "b) c" d', "parenthesis‹(›")),
        ('(a "b) c" d) e', ('a "b) c" d e', "")),
    ],
)
def test_leaves_parentheses_in_quotes_to_the_quotation(text: str, found: tuple[str, str]) -> None:
    assert shown(text) == found


def test_knows_where_each_part_was_written() -> None:
    text = '  l’avocat (=côte OU "a b"~2) -mot* titre:~été date:mars 2020'
    word, either, excluded, titled, when = understood(text).root.parts  # type: ignore[union-attr]
    assert isinstance(either, Or)
    assert isinstance(excluded, Excluded)
    assert isinstance(titled, InField)
    parts = [word, *either.parts, excluded.part, titled.part, when]
    written = [
        text[part.start : part.end]
        for part in parts
        if not isinstance(part, And | Or | Excluded | Demanded | InField | Excerpt)
    ]
    assert written == ["l’avocat", "=côte", '"a b"~2', "mot*", "~été", "date:mars 2020"]


def test_builds_the_tree_it_writes() -> None:
    assert understood('=a "b c"~2 OU -titre:d').root == Or(
        (
            And((Word("a", 0, 2, exact=True), Quoted("b c", 3, 10, slop=2))),
            Excluded(InField("title", Word("d", 21, 22))),
        )
    )
    assert understood("ab* ~mot date:hier").root == And(
        (Pattern("ab*", 0, 3), Fuzzy("mot", 1, 4, 8), When("date", "hier", 9, 18))
    )
    assert understood("").root == And(())


# ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

LIMITS = [
    (
        "titre:a" + " " * MAX_CHARACTERS + "b",
        f"the query has {MAX_CHARACTERS + 8} characters and the limit is 2048; shorten it",
        " " * 7 + "b",
    ),
    ("(" * 21 + "a" + ")" * 21, "parentheses are nested more than 20 deep; use fewer", "("),
    ("a " * (MAX_CLAUSES + 1) + "OU b", "the query has more than 256 words; shorten it", "a"),
    ("a" * (MAX_WORD + 1), "a word of 129 characters; the limit is 128", "a" * (MAX_WORD + 1)),
    (
        f'"{"a " * (MAX_PHRASE_WORDS + 1)}"',
        "a phrase of 65 words; the limit is 64",
        f'"{"a " * (MAX_PHRASE_WORDS + 1)}"',
    ),
    ('b "a b"~101', "“~101” is too far: words can be at most 100 apart", "~101"),
    ('"a b"~' + "9" * 400, f"“~{'9' * 400}” is too far: words can be at most 100 apart", "~" + "9" * 400),
    ("b mot~3", "“mot~3” allows 3 wrong letters; the limit is 2", "mot~3"),
]


@pytest.mark.parametrize(("text", "message", "where"), LIMITS, ids=[message[:40] for _, message, _ in LIMITS])
def test_refuses_beyond_the_limit(text: str, message: str, where: str) -> None:
    with pytest.raises(QueryError) as refused:
        understood(text)
    error = refused.value
    assert (str(error), error.text, error.text[error.start : error.end]) == (message, text, where)


@pytest.mark.parametrize(
    "text",
    [
        "a " * (MAX_CLAUSES - 1) + "b",
        "a " * (MAX_CLAUSES + 1),
        "a " * 40_000,
        " " * MAX_CHARACTERS,
        "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
        "(a) " * 100,
        "a" * MAX_WORD,
        f'"{"a " * MAX_PHRASE_WORDS}"',
        f'"a b"~{MAX_SLOP}',
        f"mot~{MAX_EDITS}",
        "(" * MAX_CHARACTERS,
        ")" * MAX_CHARACTERS,
        '"' * MAX_CHARACTERS,
        "« " * (MAX_CHARACTERS // 2),
        "-" * MAX_CHARACTERS,
        "NOT " * (MAX_CHARACTERS // 4),
        "titre:" * (MAX_CHARACTERS // 6),
        "a*" * 60,
        "a~" * 60,
        "a." * 60,
    ],
    ids=lambda text: f"{text[:8]}…",
)
def test_accepts_up_to_the_limit(text: str) -> None:
    understood(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Assad date:bidule", "bidule"),
        ('date:"mars bidule" Assad', "bidule"),
        ("depuis:13/13/2020", "13"),
        ("titre:(a avant:bidule)", "bidule"),
        ('date:"mars 20x0"', "x"),
        ("date:« bidule »", "bidule"),
    ],
)
def test_points_at_a_date_it_cannot_read(text: str, where: str) -> None:
    with pytest.raises(DateError) as refused:
        understood(text)
    error = refused.value
    assert (error.text, error.text[error.start : error.end]) == (text, where)


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

SIGNS = [
    *(
        "(",
        ")",
        '"',
        "«",
        "»",
        "“",
        "”",
        "„",
        "‹",
        "›",
        "<<",
        ">>",
        ":",
        "*",
        "?",
        "~",
        "=",
        "+",
        "-",
        "−",
        "!",
        "|",
        "--since",
        "'",
        "’",
        " ",
        "  ",
    ),
    *(
        " OU ",
        " ET ",
        " SAUF ",
        " OR ",
        " AND ",
        " NOT ",
        "titre:",
        "source:",
        "foo:",
        "date:",
        "depuis:",
        "date:2020 ",
    ),
    *("mars", "2020", "12 000", "~2", "~5", ".", ",", "…", "\u00a0", "\n", "é", "mot", "ab", "C++", "https://"),
]
typed = st.lists(st.one_of(st.sampled_from(SIGNS), st.sampled_from(SIGNS), st.text(max_size=3)), max_size=24).map(
    "".join
)


def nodes(query: Query) -> list[Query]:
    match query:
        case And(parts) | Or(parts):
            return [query, *(node for part in parts for node in nodes(part))]
        case Excluded(part) | Demanded(part) | InField(_, part):
            return [query, *nodes(part)]
        case _:  # the rest are leaves
            return [query]


@given(st.one_of(typed, st.text(max_size=80)))
def test_any_text_parses_with_every_position_inside_it(text: str) -> None:
    refused: QueryError | DateError | None = None
    try:
        parsed = understood(text)
    except (QueryError, DateError) as error:
        refused = error
    if refused is not None:
        assert refused.text == text
        assert 0 <= refused.start <= refused.end <= len(text)
        return
    assert parsed.text == text
    for note in parsed.notes:
        assert 0 <= note.start < note.end <= len(text)
        assert note.kind.isidentifier()
    for node in nodes(parsed.root):
        if not isinstance(node, And | Or | Excluded | Demanded | InField | Excerpt):
            assert 0 <= node.start < node.end <= len(text)
        if isinstance(node, And | Or) and node is not parsed.root:
            assert len(node.parts) > 1


@given(typed)
@example("~porte-parole")
@example("~l’été")
@example('«a "b»')  # inner quotation marks are spaces
@example(".é.")
@example("'12 000*")
@example("$12 000'")
@example("~212 000")
@example("mars~12 000*")
@example("~2mars12 000")
@example("…ET OU~0")
def test_its_own_writing_is_stable(text: str) -> None:
    try:
        once = str(understood(text).root)
    except UsageError:
        return
    # date:2020 1:1 – a date takes the words behind it that make one.
    assume(not re.search(r"(?:date|since|until|before|after):[^\" ]+ ", once))
    assert str(understood(once).root) == once


@given(
    st.lists(
        st.sampled_from("Erdoğan Assad l’avocat porte-parole U.R.S.S. 12 000 lemonde.fr été 3,5".split()), min_size=1
    )
)
def test_plain_words_are_themselves_without_a_note(words: list[str]) -> None:
    text = " ".join(words)
    parsed = understood(text)
    assert (str(parsed.root), parsed.notes) == (text, ())
