"""Whatever analysis remembers can be forgotten, and nothing that it gives changes."""

from __future__ import annotations

from searcher.analysis import entry
from searcher.analysis.memories import forget, memories
from searcher.article import Article

TEXT = (
    "Le président Emmanuel Macron a dit : « Nous négocions à Alep avec la Turquie. » M. Erdoğan l’a démenti le 3 mai."
)


def held() -> int:
    return sum(len(each) if isinstance(each, dict) else each.cache_info().currsize for each in memories())


def test_forgetting_empties_every_memory_and_changes_no_entry() -> None:
    before = entry(Article("1", TEXT, "Alep"))
    assert held() > 20
    forget()
    assert held() <= 1  # a memory of the module that forgets
    assert entry(Article("1", TEXT, "Alep")) == before
