"""The terms of an entry travel as numbers: spelt, sent to another process and inverted they are the words of the text."""

from __future__ import annotations

import marshal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.analysis import entry, numbered, tokenize, words_of
from searcher.analysis.annotations import KINDS
from searcher.analysis.entry import Pieces
from searcher.article import FORMS, LEMMAS, NUMBERED, STEMS, TITLE_WORDS, WORDS, Article, Entry
from searcher.engines.stored import dated, packed
from searcher.engines.whoosh import invert, occurrences
from searcher.engines.whoosh.invert import Inverter
from searcher.indexing.workers.messages import Analysed, Receiver, Sender

PIECES = (
    "Le le côte cote Côte l’armée week-end Week-end U.R.S.S. lemonde.fr étudiant·e·s 12 000 12\u202f000 (d’Alep), — … "
    "Путин C++ élu élue été ete 's \ud800 n° " + "x" * 70
).split(" ")
texts = st.lists(st.sampled_from([*PIECES, ".", "\n"]), max_size=25).map(" ".join)
articles = st.lists(st.builds(Article, st.just("1"), texts, texts), max_size=12)


@given(texts)
def test_the_words_of_an_entry_are_those_of_its_text(text: str) -> None:
    words = list(tokenize(text))
    terms = entry(Article("1", text), without=KINDS).terms
    assert terms[WORDS].split() == words_of(text) == [each.word for each in words if each.word]
    assert {each.stem for each in words} - {""} <= set(terms[STEMS].split())
    assert {key for each in words for key in each.keys} <= set(terms[LEMMAS].split())
    forms = [each.form for each in words if each.form]
    plain = {each.word for each in words if not each.form}
    both = {f"{word}|{word}" for form in forms if (word := form.partition("|")[0]) in plain}
    assert sorted(terms[FORMS].split()) == sorted([*forms, *both])


@given(st.sampled_from(["a b", "a", ""]), st.sampled_from(["a b c", "z"]))
def test_a_title_counts_in_fields_without_order_unless_it_is_the_beginning_of_the_text(title: str, text: str) -> None:
    terms = entry(Article("1", text, title), without=KINDS).terms
    assert (terms[WORDS], terms[TITLE_WORDS]) == (text, title)
    assert terms[STEMS].split() == (text if text.startswith(title) else f"{title} {text}").split()


@settings(max_examples=25)
@given(articles, st.integers(1, 20), st.sampled_from([1, 7, 1 << 18]))
def test_numbers_give_the_same_terms_here_in_another_process_and_in_a_segment(
    some: list[Article], limit: int, slice: int
) -> None:
    """`limit`: so many analyses and a table is full; `slice`: so many occurrences are inverted at a time."""
    spelt = [entry(each, without=KINDS) for each in some]
    sender, receiver = Sender(), Receiver()
    with patch.object(Pieces, "LIMIT", limit):
        made = [numbered(each, without=KINDS) for each in some]
    sent = []
    for each in made:
        message = receiver.unpacked(marshal.loads(marshal.dumps(sender.packed(Analysed(each, b"", b"")))))
        assert isinstance(message, Analysed)
        sent.append(message.entry)
    for right, here, there in zip(spelt, made, sent, strict=True):
        assert here.spelt().terms == right.terms
        assert {name: there.spelt().terms.get(name, "") for name in right.terms} == right.terms
    with patch.object(invert, "SLICE", slice), patch.object(occurrences, "STRETCH", slice):
        assert segment(spelt) == segment(made) == segment(sent) == segment([*made[:3], *spelt[3:]])


def segment(entries: list[Entry]) -> dict[str, bytes]:
    """The files of a segment with these entries."""
    with TemporaryDirectory() as folder:
        inverter = Inverter(Path(folder))
        for at, each in enumerate(entries):
            terms = {name: each.terms.get(name, "") for name in (*each.terms, *NUMBERED)}
            inverter.add(at, at, packed(each.article), dated(each.article.date), terms, each.numbered)
        name = inverter.write().name
        return {path.name.removeprefix(name): path.read_bytes() for path in sorted(Path(folder).iterdir())}
