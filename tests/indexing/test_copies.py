"""Which articles are copies is a function of the articles of an index: of what stands there now, however it came."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

import pytest

import searcher
from searcher.analysis import words_of
from searcher.analysis.sketch import as_terms, sketch
from searcher.article import Article
from searcher.errors import IndexDamaged
from searcher.indexing import manifest
from searcher.indexing.copies import pairs, segments
from searcher.indexing.copies.finding import PAIRS, SEGMENTS, Copies
from searcher.indexing.copies.groups import groups
from searcher.indexing.copies.kept import LEADERS, MEMBERS, Groups, write
from searcher.indexing.copies.segments import Segment, Sketched
from tests.dispatches import ROWS, Newsroom, Row
from tests.indexing.test_serials import installed

Families = set[tuple[str, ...]]
"""The groups of an archive: identifiers, the leader's first."""


class Archive:
    """An archive of articles by identifier, whose copies are kept in a folder as runs keep them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._texts: dict[str, str] = {}
        self._serials: dict[str, int] = {}

    def update(self, added: Iterable[Article], deleted: Iterable[str] = ()) -> None:
        copies = Copies(self.folder)
        for name in deleted:
            copies.delete(name)
            del self._texts[name]
        for article in added:
            self._texts[article.id] = article.text
            serial = self._serials.setdefault(article.text, len(self._serials) + 1)
            content = sum(article.text.encode()).to_bytes(4, "big")
            copies.add(article, serial, content, _sketched(article.text))
        copies.commit(self._texts.__getitem__)

    def families(self) -> Families:
        if not (self.folder / LEADERS).exists():
            return set()
        kept = Groups(self.folder)
        held = {kept.group_of(serial) for serial in range(len(self._serials) + 2)} - {0}
        found = {tuple(name for _, name in kept.members(group)) for group in held}
        assert {name for family in found for name in family} <= set(self._texts)
        return found


@cache
def _sketched(text: str) -> str:
    return as_terms(sketch(words_of(text)))


def articles(texts: Iterable[list[str]], *, date: str | None = "2020-03-01") -> list[Article]:
    return [Article(f"a{number:04}", " ".join(text), date=date) for number, text in enumerate(texts)]


def found(folder: Path, texts: Iterable[list[str]], *, date: str | None = "2020-03-01") -> Families:
    archive = Archive(folder / "copies")
    archive.update(articles(texts, date=date))
    return archive.families()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kept:.0%}-{row.lead}-{row.changed:.0%}")
def test_copies_are_told(tmp_path: Path, row: Row) -> None:
    newsroom, texts = Newsroom(2), []
    for _ in range(200):
        dispatch = newsroom.dispatch()
        texts += [dispatch, newsroom.copy(dispatch, row)]
    families = found(tmp_path, texts)
    right = {tuple(sorted(family)) for family in families} & {
        (f"a{at:04}", f"a{at + 1:04}") for at in range(0, len(texts), 2)
    }
    assert len(right) >= row.recall * 200
    assert len(right) == len(families)


def test_articles_on_one_subject_are_not_copies(tmp_path: Path) -> None:
    newsroom = Newsroom(3)
    families = found(tmp_path, [text for _ in range(500) for text in newsroom.same_subject()])
    assert len(families) <= 0.03 * 500


def test_templates_are_not_copies(tmp_path: Path) -> None:
    families = found(tmp_path, Newsroom(4).templates(200))
    assert sum(map(len, families)) <= 0.03 * 200


def test_dates_have_to_be_near(tmp_path: Path) -> None:
    newsroom = Newsroom(5)
    text = newsroom.dispatch()
    copy = newsroom.copy(text, ROWS[1])
    cases = [
        ("2020-03-01", "2020-03-08", True),
        ("2020-03-01", "2020-03-09", False),
        ("2020-02", "2020-03-07", True),
        ("2020-02", "2020-03-08", False),
        ("2020", "2020-06", True),
        ("2020-03-01T23:00:00+01:00", "2020-03-08T01:00", True),
        (None, "2020-03-01", False),  # 60 % are not enough without a date
        (None, None, False),
    ]
    for number, (one, other, near) in enumerate(cases):
        archive = Archive(tmp_path / str(number))
        archive.update([Article("a", " ".join(text), date=one), Article("b", " ".join(copy), date=other)])
        assert bool(archive.families()) == near, (one, other)
    archive = Archive(tmp_path / "undated")
    whole = newsroom.copy(text, Row(1.0, 12, 0.0, 1.0))
    archive.update([Article("a", " ".join(text)), Article("b", " ".join(whole), date="2020-03-01")])
    assert archive.families() == {("b", "a")}


def test_the_earliest_leads_then_the_longest() -> None:
    near = {"flash": ["long", "late"], "long": ["flash", "late"], "late": ["flash", "long", "other"], "other": ["late"]}
    assert groups(near, ["flash", "long", "late", "other"]) == [["flash", "long", "late"]]
    assert groups(near, ["other", "late", "flash", "long"]) == [["other", "late"], ["flash", "long"]]


def _many(newsroom: Newsroom, random: Random) -> list[Article]:
    """Families of copies, with dates over a month, chains of rewrites among them, and templates."""
    made: list[list[str]] = []
    for _ in range(6):
        dispatch = newsroom.dispatch()
        made += [dispatch, *(newsroom.copy(dispatch, random.choice(ROWS)) for _ in range(random.randrange(6)))]
        made += [newsroom.copy(made[-1], ROWS[1])]
    made += newsroom.templates(3)
    made += [made[0]] * 8
    dates = ["2020-03", "2020", None, *(f"2020-03-{day:02}" for day in range(1, 12))]
    return [Article(f"a{number:04}", " ".join(text), date=random.choice(dates)) for number, text in enumerate(made)]


@pytest.mark.parametrize("common", [pairs.COMMON, 4])
def test_order_and_batches_do_not_count(tmp_path: Path, common: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 ways to come to the same archive: in any order, in batches, with articles that come and go. With a low limit of
    holders, hashes become too common and rare again on the way."""
    monkeypatch.setattr(pairs, "COMMON", common)
    random, newsroom = Random(6), Newsroom(6)
    wanted = _many(newsroom, random)
    others = [
        Article(f"b{number:04}", each.text, date=each.date) for number, each in enumerate(_many(newsroom, random))
    ]
    others += [Article(f"c{number:04}", random.choice(wanted).text, date="2020-03-05") for number in range(6)]
    archive = Archive(tmp_path / "at once")
    archive.update(wanted)
    expected = archive.families()
    assert len(expected) >= 4
    for turn in range(100):
        archive = Archive(tmp_path / str(turn))
        waiting = [*wanted, *random.sample(others, random.randrange(12))]
        random.shuffle(waiting)
        passing = {each.id for each in waiting} - {each.id for each in wanted}
        present: set[str] = set()
        while waiting or present & passing:
            batch = [waiting.pop() for _ in range(min(random.randint(5, 30), len(waiting)))]
            gone = {name for name in present & passing if random.random() < 0.5}
            archive.update(batch, gone)
            present = (present | {each.id for each in batch}) - gone
        assert archive.families() == expected
        shutil.rmtree(tmp_path / str(turn))


def test_a_leader_that_goes_is_replaced_and_leads_again_when_it_comes_back(tmp_path: Path) -> None:
    newsroom = Newsroom(7)
    dispatch = newsroom.dispatch()
    made = [
        Article(f"a{day}", " ".join(newsroom.copy(dispatch, Row(1.0, 20, 0.0, 1.0))), date=f"2020-03-0{day}")
        for day in (1, 2, 3)
    ]
    archive = Archive(tmp_path / "copies")
    archive.update(made)
    assert archive.families() == {("a1", "a2", "a3")}
    archive.update([], ["a1"])
    assert archive.families() == {("a2", "a3")}
    archive.update([made[0]])
    assert archive.families() == {("a1", "a2", "a3")}
    archive.update([made[1]], ["a2"])  # edited to what it was
    assert archive.families() == {("a1", "a2", "a3")}
    archive.update([], ["a1", "a3"])
    assert archive.families() == set()
    assert not (tmp_path / "copies" / LEADERS).exists()


def test_an_update_that_changes_no_pair_leaves_pairs_and_groups_as_they_are(tmp_path: Path) -> None:
    newsroom = Newsroom(14)
    archive = Archive(tmp_path / "copies")
    twice, alone, later = (" ".join(newsroom.dispatch()) for _ in range(3))
    made = {
        name: Article(name, text, date="2020-03-01") for name, text in zip("abc", (twice, twice, alone), strict=True)
    }
    archive.update(made.values())

    def written() -> list[tuple[int, bytes]]:
        paths = (archive.folder / name for name in (PAIRS, LEADERS, MEMBERS))
        return [(path.stat().st_ino, path.read_bytes()) for path in paths]

    before = written()
    archive.update([Article("d", later, date="2020-03-01")])
    assert written() == before
    archive.update([Article("c", later + " Fin.", date="2021-03-01")], ["c"])
    assert written() == before
    archive.update([], ["c", "d"])
    assert written() == before
    archive.update([made["c"]], ["a"])
    assert archive.families() == set()
    assert not (archive.folder / PAIRS).exists()


def test_small_segments_are_merged_and_dead_ones_go(tmp_path: Path) -> None:
    newsroom = Newsroom(8)
    archive = Archive(tmp_path / "copies")
    for article in articles(newsroom.dispatch() for _ in range(40)):
        archive.update([article])
    assert len(list(archive.folder.glob("*.sketches"))) < 16
    archive.update([], [f"a{number:04}" for number in range(40)])
    assert not list(archive.folder.glob("*.sketches"))
    assert json.loads((archive.folder / SEGMENTS).read_text()) == []


@pytest.mark.parametrize("many", [0, segments.MANY])
def test_large_and_small_segments_are_read_as_they_were_written(
    tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "MANY", many)
    newsroom = Newsroom(13)
    given = [
        Sketched(f"é{number}", number, number, 1, -2, 3, 4, sketch(words_of(" ".join(newsroom.dispatch()))))
        for number in range(30)
    ]
    made = Segment.of(given)
    made.write(tmp_path / "s")
    read = Segment.open(tmp_path / "s")
    assert [read.id(number) for number in range(30)] == sorted(each.id for each in given)
    for name, column in made.columns.items():
        assert column.tolist() == read.columns[name].tolist()
    for one, other in zip(made.postings(), read.postings(), strict=True):
        assert one.tolist() == other.tolist()
    for each in given:
        number = read.number(each.id)
        assert number is not None
        assert tuple(read.hashes_of([number]).tolist()) == each.sketch.hashes
    assert ("starts" in (tmp_path / "s").read_bytes().partition(b"\n")[0].decode()) is (many == 0)


def test_damage_is_told(tmp_path: Path) -> None:
    newsroom = Newsroom(9)
    archive = Archive(tmp_path / "copies")
    text = newsroom.dispatch()
    archive.update(articles([text, text]))
    for path in archive.folder.iterdir():
        raw = path.read_bytes()
        path.write_bytes(b"\xff")
        if path.name in (LEADERS, "members"):
            with pytest.raises(IndexDamaged):
                Groups(archive.folder).members(1)
        else:
            with pytest.raises(IndexDamaged):
                archive.update([], ["a0000"])
            archive._texts["a0000"] = " ".join(text)
        path.write_bytes(raw)


@pytest.mark.parametrize("held", [b"x y\n", b"1\n", b"1 a", b"\xff \xff\n", b"\n"])
def test_a_line_that_lists_no_group_is_damage(tmp_path: Path, held: bytes) -> None:
    write(tmp_path, [[(1, "a"), (2, "b")]])
    (tmp_path / "members").write_bytes(held)
    kept = Groups(tmp_path)
    with pytest.raises(IndexDamaged):
        kept.members(kept.group_of(1))
    with pytest.raises(IndexDamaged):
        kept.members(1 << 30)


def test_groups_are_counted(tmp_path: Path) -> None:
    write(tmp_path, [[(3, "c"), (1, "é")], [(5, "e"), (6, "f"), (9, "i")]])
    kept = Groups(tmp_path)
    assert [serial for serial in range(12) if kept.group_of(serial)] == [1, 3, 5, 6, 9]
    assert kept.members(kept.group_of(1)) == ((3, "c"), (1, "é"))
    assert kept.count([1, 2, 3, 4, 6, 9, 100]) == 5
    assert kept.count([]) == 0


@pytest.mark.parametrize("engine", installed())
def test_an_index_has_the_same_groups_however_it_was_made(tmp_path: Path, engine: str) -> None:
    random, newsroom = Random(10), Newsroom(10)
    made = _many(newsroom, random)
    paths = []
    for number in range(3):
        path = tmp_path / f"{number}.jsonl"
        lines = [{"id": each.id, "title": each.id, "text": each.text, "date": each.date} for each in made[number::3]]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        paths.append(path)
    searcher.build(tmp_path / "whole", paths, engine=engine, jobs=2)
    expected = families(tmp_path / "whole")
    assert len(expected) >= 4
    for path in reversed(paths):
        searcher.update(tmp_path / "parts", [path], engine=engine, jobs=1)
    assert families(tmp_path / "parts") == expected
    paths[1].write_text(paths[1].read_text().split("\n")[0])
    searcher.update(tmp_path / "parts")
    searcher.build(tmp_path / "other", paths, engine=engine)
    assert families(tmp_path / "parts") == families(tmp_path / "other") != expected
    searcher.update(tmp_path / "parts", without=["copies"])
    assert families(tmp_path / "parts") == set()


def families(folder: Path) -> Families:
    live = manifest.read(folder, fingerprint=None)
    place = manifest.copies(folder, live).place
    if not (place / LEADERS).exists():
        return set()
    kept = Groups(place)
    held = {kept.group_of(serial) for serial in range(live.newest + 1)} - {0}
    return {tuple(name for _, name in kept.members(group)) for group in held}
