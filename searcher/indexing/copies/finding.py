"""What a run adds and deletes → the groups of copies of its generation, brought up to date.

    s000001.sketches    what was added by one run (`segments`); several are merged when they are many
    sketches.json       the segments there are, and which of their articles are gone
    pairs.json          the articles that have a copy, and the pairs
    leaders, members    the groups (`kept`)

The work of an update grows with what it adds and deletes; one that changes a pair also reads and writes all pairs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from searcher.analysis import words_of
from searcher.analysis.sketch import Shingles, Sketch, coverage, from_terms, shingles
from searcher.article import Article, days, instant
from searcher.engines.stored import as_json, from_json
from searcher.errors import IndexDamaged, not_read
from searcher.indexing.copies.groups import groups
from searcher.indexing.copies.kept import replace_file, write
from searcher.indexing.copies.pairs import Sketches, crossed, pairs
from searcher.indexing.copies.segments import MOST, UNDATED, Numbers, Segment, Sketched, distinct
from searcher.messages import Message
from searcher.values import replace

SEGMENTS, PAIRS = "sketches.json", "pairs.json"

FEW = 8
"""Segments of about the same size that are merged to one."""

_DAY_OF_MINUTES = 1440
_KEPT_TEXTS = 1024  # texts whose shingles are kept while pairs are decided

Row = tuple[int, int, int, int, int]
"""What leaders are chosen by: first day, minute, characters (negative), digest; and the serial."""


class Copies:
    """The copies of the generation whose part is `folder`: empty, or begun as that of an earlier generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._added: list[Sketched] = []
        self._deleted: set[str] = set()

    def add(self, article: Article, serial: int, content: bytes, sketch: str) -> None:
        """Adds an article with its serial, the digest of its content and its sketch as terms; one without a sketch is nobody's
        copy."""
        if not sketch:
            return
        first, more, minute = UNDATED, 0, 0
        try:
            start, end = days(article.date or "")
            first, more = start, end - start - 1
            minute = _minute(article.date or "")
        except ValueError:
            pass  # without a date
        self._added.append(
            Sketched(
                article.id,
                serial,
                first,
                more,
                minute,
                len(article.text),
                int.from_bytes(content[:4], "big"),
                _packed(from_terms(sketch)),
            )
        )

    def delete(self, identifier: str) -> None:
        """Deletes the article with this identifier, if it was added before the last commit."""
        self._deleted.add(identifier)

    def commit(self, text_of: Callable[[str], str]) -> None:
        """Brings segments, pairs and groups up to date. `text_of` gives the text of an article by its identifier.

        Raises IndexDamaged, ReadFailed for files that cannot be read; OSError where the disk refuses.
        """
        if not self._added and not self._deleted:
            return
        names, dead = self._listed()
        opened = [Segment.open(self._folder / name) for name in names]
        before = Sketches(opened, dead)
        gone = np.array(sorted({each for name in self._deleted for each in before.numbers(name)}), np.int64)
        if not self._added and not len(gone):
            self._deleted.clear()
            return
        new = [Segment.of(self._added[at : at + MOST]) for at in range(0, len(self._added), MOST)]
        after = Sketches([*opened, *new], dead)
        after.alive[gone] = False
        fresh = np.arange(before.size, after.size)
        touched = distinct(np.concatenate((before.hashes_of(gone), after.hashes_of(fresh))))
        _, again = after.holding(crossed(before, after, touched))
        wanted = distinct(np.concatenate((again, fresh)))

        @lru_cache(_KEPT_TEXTS)
        def shingles_of(number: int) -> Shingles:
            return shingles(words_of(text_of(after.id(number))))

        def copied(one: int, other: int) -> float:
            return coverage(shingles_of(one), shingles_of(other))

        parted = [after.id(number) for number in (*gone.tolist(), *again.tolist())]
        self._change_pairs(after, parted, list(pairs(after, wanted, copied)))
        self._write_segments(names, after, len(opened))
        self._added.clear()
        self._deleted.clear()

    # ── what is kept ──

    def _listed(self) -> tuple[list[str], list[frozenset[int]]]:
        held = self._read(SEGMENTS, [])
        try:
            return [str(name) for name, _ in held], [frozenset(map(int, dead)) for _, dead in held]
        except (TypeError, ValueError) as error:
            raise self._damaged(SEGMENTS) from error

    def _write_segments(self, names: list[str], state: Sketches, opened: int) -> None:
        """Writes the segments that are new, and in place of several small ones, or one with many dead, another."""
        start_of = state.starts.tolist()
        dead = [
            frozenset(np.flatnonzero(~state.alive[start : start + segment.size]).tolist())
            for start, segment in zip(start_of, state.segments, strict=False)
        ]
        held: list[tuple[str | None, Segment, frozenset[int]]] = [
            (names[at] if at < opened else None, segment, dead[at]) for at, segment in enumerate(state.segments)
        ]
        while chosen := _to_merge(
            [segment.size - len(its) for _, segment, its in held], [len(its) for _, _, its in held]
        ):
            merged = Segment.merged([(held[at][1], held[at][2]) for at in chosen])
            held = [each for at, each in enumerate(held) if at not in chosen]
            if merged.size:
                held.append((None, merged, frozenset()))
        highest = max((int(name[1:7]) for name in names), default=0)
        listed = []
        for name, segment, its in held:
            if name is None:
                highest += 1
                name = f"s{highest:06}.sketches"
                segment.write(self._folder / name)
            listed.append([name, sorted(its)])
        for name in set(names).difference(str(name) for name, _ in listed):
            (self._folder / name).unlink()
        replace_file(self._folder / SEGMENTS, as_json(listed))

    def _change_pairs(self, state: Sketches, parted: list[str], found: list[tuple[int, int]]) -> None:
        """Takes articles out of the pairs they are in, adds the pairs that were found, and makes the groups anew. Most updates
        change no pair: they leave the files alone."""
        if not parted and not found:
            return
        rows, met = self._read_pairs()
        if not found and met.keys().isdisjoint(parted):
            return
        for name in parted:
            for other in met.pop(name, ()):
                met[other].discard(name)
        numbers = distinct(np.array(found, np.int64).ravel())
        names_of = {number: state.id(number) for number in numbers.tolist()}
        rows.update(zip(names_of.values(), _rows(state, numbers), strict=True))
        for number, another in found:
            met.setdefault(names_of[number], set()).add(names_of[another])
            met.setdefault(names_of[another], set()).add(names_of[number])
        met = {name: others for name, others in met.items() if others}
        self._write_pairs({name: rows[name] for name in met}, met)

    def _read_pairs(self) -> tuple[dict[str, Row], dict[str, set[str]]]:
        """The articles that have a copy, and for each of them those that it is a copy of."""
        held = self._read(PAIRS, [[], []])
        try:
            articles, listed = held
            names = [str(each[0]) for each in articles]
            rows = {str(name): _as_row(row) for name, *row in articles}
            met: dict[str, set[str]] = {name: set() for name in names}
            for one, other in listed:
                met[names[one]].add(names[other])
                met[names[other]].add(names[one])
            return rows, met
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise self._damaged(PAIRS) from error

    def _write_pairs(self, rows: dict[str, Row], met: dict[str, set[str]]) -> None:
        order = sorted(rows, key=lambda name: (rows[name][:4], name))
        place = {name: at for at, name in enumerate(order)}
        listed = [[at, place[other]] for at, name in enumerate(order) for other in met[name] if place[other] > at]
        if order:
            replace_file(self._folder / PAIRS, as_json([[[name, *rows[name]] for name in order], sorted(listed)]))
        else:
            (self._folder / PAIRS).unlink(missing_ok=True)
        write(self._folder, [[(rows[name][4], name) for name in group] for group in groups(met, order)])

    def _read(self, name: str, default: list[Any]) -> list[Any]:
        path = self._folder / name
        try:
            held = from_json(path.read_bytes())
        except FileNotFoundError:
            return default
        except OSError as error:
            raise not_read(path, error) from error
        except ValueError as error:
            raise self._damaged(name) from error
        if not isinstance(held, list):
            raise self._damaged(name)
        return held

    def _damaged(self, name: str) -> IndexDamaged:
        return IndexDamaged(Message("copies.damaged", folder=self._folder / name))


def _packed(sketch: Sketch) -> Sketch:
    """The same sketch in an eighth of the memory: so many wait for the commit."""
    return replace(sketch, hashes=array("I", sketch.hashes))


def _rows(state: Sketches, numbers: Numbers) -> Iterator[Row]:
    first, minute, length, digest, serial = (
        state.column(name, numbers).tolist() for name in ("first", "minute", "length", "digest", "serial")
    )
    for row in zip(first, minute, length, digest, serial, strict=True):
        yield row[0], row[1], -row[2], row[3], row[4]


def _as_row(row: Iterable[Any]) -> Row:
    first, minute, length, digest, serial = map(int, row)
    return first, minute, length, digest, serial


def _minute(date: str) -> int:
    """When a date begins, in minutes from the beginning of the first day it names."""
    minutes = (instant(date) - instant(date[:10])) // 60
    return max(-_DAY_OF_MINUTES, min(minutes, 2 * _DAY_OF_MINUTES))


def _to_merge(sizes: list[int], dead: list[int]) -> list[int]:
    """The segments to merge next: one that is mostly dead, or FEW of about the same size that fit into one; else none."""
    for at, (alive, gone) in enumerate(zip(sizes, dead, strict=True)):
        if gone > alive:
            return [at]
    tiers: dict[int, list[int]] = {}
    for at, alive in enumerate(sizes):
        tiers.setdefault(max(alive, 1).bit_length() // 3, []).append(at)
    for _, tier in sorted(tiers.items()):
        if len(tier) >= FEW and sum(sizes[at] for at in tier[:FEW]) <= MOST:
            return tier[:FEW]
    return []
