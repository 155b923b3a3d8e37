"""A Factiva article without codes: lines that are missing, others between, nothing empty."""

from __future__ import annotations

import pytest

from searcher.readers.press import blocks, factiva

TEXT = "Le conseil régional a voté lundi un crédit.\nLes premiers mâts seront assemblés en 2024."
NUMBER = "Document LITTO00020210614eh6e0001x"
HEAD = {
    "title": "Le port accueillera un parc éolien",
    "length": "312 mots",
    "date": "14 juin 2021",
    "time": "07:30",
    "source": "Le Littoral",
    "code": "LITTO",
    "page": "4",
    "language": "Français",
    "rights": "Copyright 2021 Le Littoral. Tous droits réservés.",
}


def _record(printed: str) -> dict[str, object]:
    (record,), rest = factiva.records(blocks.parted(printed))
    assert record is not None
    assert not rest
    return {key: getattr(record, key) for key in ("title", "text", "date", "source", "pages", "id")}


def _expected(**other: str) -> dict[str, object]:
    return {
        "title": HEAD["title"],
        "text": TEXT.replace("\n", "\n\n"),
        "date": "2021-06-14T07:30",
        "source": "Le Littoral",
        "pages": "4",
        "id": "LITTO00020210614eh6e0001x",
        **other,
    }


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["without empty lines", "with empty lines"])
@pytest.mark.parametrize(
    ("missing", "other"),
    [
        ((), {}),
        (("length",), {}),
        (("time",), {"date": "2021-06-14"}),
        (("code",), {}),
        (("code", "page"), {"pages": ""}),
        (("language",), {}),
        (("rights",), {}),
        (("language", "rights"), {}),
    ],
)
def test_a_missing_line_costs_only_what_it_says(between: str, missing: tuple[str, ...], other: dict[str, str]) -> None:
    head = "\n".join(text for key, text in HEAD.items() if key not in missing)
    printed = between.join((head, TEXT.replace("\n", between), NUMBER))
    assert _record(printed) == _expected(**other)


def test_an_edition_between_is_no_part_of_the_text() -> None:
    head = "\n".join(HEAD.values()).replace("\n4\n", "\nÉdition de Rennes\n4\n")
    assert _record(f"{head}\n\n{TEXT}\n\n{NUMBER}") == _expected()


def test_a_text_that_speaks_of_a_document_keeps_it() -> None:
    said = f"{TEXT}\nDocument secret, le rapport a été publié."
    printed = "\n".join((*HEAD.values(), said, NUMBER))
    assert _record(printed)["text"] == said.replace("\n", "\n\n")


CODED = (
    "HD Le port {0}\nWC 58 mots\nPD 1{0} juin 2021\nSN Le Littoral\nLP Le crédit est voté.\nTD HD : une image nette."
)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("numbered", [(), (1,), (2,), (1, 2, 3)])
def test_codes_that_begin_again_begin_an_article(between: str, numbered: tuple[int, ...]) -> None:
    printed = between.join(
        CODED.format(at) + (f"\nAN Document LITTO0002021061{at}eh6e0001x" if at in numbered else "") for at in (1, 2, 3)
    )
    records, _ = factiva.records(blocks.parted(printed))
    assert [(each.title, each.text, each.id) for each in records if each] == [
        (
            f"Le port {at}",
            "Le crédit est voté.\n\nHD : une image nette.",
            f"LITTO0002021061{at}eh6e0001x" if at in numbered else "",
        )
        for at in (1, 2, 3)
    ]
