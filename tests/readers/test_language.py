"""Languages of texts: py3langid's answers, from tables that take no memory of their own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.readers import language

langid = pytest.importorskip("py3langid.langid")

TEXTS = [
    "Le président a reçu hier ses ministres à l'Élysée, et leur a dit que rien ne changerait avant l'été.",
    "The government said on Tuesday that it would publish the report before the end of the month.",
    "Die Regierung teilte am Dienstag mit, dass der Bericht noch vor Ende des Monats erscheinen werde.",
    "El Gobierno anunció el martes que publicaría el informe antes de que terminara el mes de marzo.",
    "Cumhurbaşkanı Ankara'da düzenlediği basın toplantısında yeni anayasa çalışmalarını anlattı.",
    "Правительство сообщило во вторник, что доклад будет опубликован до конца текущего месяца.",
    "政府星期二表示,将在本月底之前公布这份报告,并向公众说明调查的全部结果。",
    "قالت الحكومة يوم الثلاثاء إنها ستنشر التقرير قبل نهاية الشهر الجاري وفق ما أعلنه المتحدث.",
    "",
    "12 345 678 — 90 % …",
]


@pytest.fixture(scope="module")
def theirs() -> Any:
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


@pytest.fixture(scope="module")
def ours() -> Any:
    return language._mapped(langid)


@given(text=st.one_of(st.text(max_size=300), st.lists(st.sampled_from(TEXTS)).map(" ".join)))
@settings(max_examples=300)
def test_mapped_tables_give_the_answers_of_py3langid(ours: Any, theirs: Any, text: str) -> None:
    assert ours.classify(text) == theirs.classify(text)


@pytest.mark.parametrize(
    "refused", [OSError(28, "No space left on device"), KeyError("nextmove"), TypeError("unexpected keyword")]
)
def test_a_model_that_cannot_be_mapped_is_held_in_memory(
    refused: Exception, theirs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise refused

    monkeypatch.setattr(language, "_mapped", refuse)
    identifier = language._identifier.__wrapped__()
    assert [identifier.classify(text) for text in TEXTS] == [theirs.classify(text) for text in TEXTS]


@pytest.mark.parametrize(
    ("text", "expected"), [(TEXTS[0], "fr"), (TEXTS[1], "en"), (TEXTS[2], "de"), (TEXTS[5], "ru"), (TEXTS[8], None)]
)
def test_language(text: str, expected: str | None) -> None:
    assert language.language(text) == expected
