"""The default engine: a Whoosh index, written and read a posting list at a time.

What is Whoosh's: the index folder, its segments and table of contents, the term dictionary, the columns. What is ours,
through Whoosh's own extension points: a codec whose postings are blocks (`postings.py`) that are written and decoded whole
instead of one posting at a time, and the evaluation of plans over those blocks. Any Whoosh program that can import this
module can read the index.

    Entry ──► IndexWriter ──► segment (terms, blocks, columns) ──► Segment ──evaluate──► Matches
"""

from __future__ import annotations

import json
import os
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from heapq import merge, nlargest
from itertools import accumulate
from math import log
from pathlib import Path
from typing import Any, assert_never

import whoosh
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo, W3TermsReader
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.matching import ListMatcher
from whoosh.system import pack_int, pack_long
from whoosh.writing import SegmentWriter

from searcher import article as names
from searcher.article import Article, Entry
from searcher.engines.postings import MAX_NUMBER, Block, decode, encode
from searcher.engines.protocol import Found, Matches, Sort
from searcher.errors import IndexDamaged, IndexLocked, WriteFailed
from searcher.query.plan import AllOf, AnyOf, AtLeast, Dated, Match, Near, Not, Phrase, Plan, Term
from searcher.results import Part

if whoosh.__version__[:2] != (2, 7):
    raise ImportError(
        f"whoosh 2.7 is needed and {'.'.join(map(str, whoosh.__version__))} is installed; reinstall whoosh"
    )

K1, B = 1.2, 0.75
"""BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework, 2009), with Lucene's idf."""

SEGMENT_ARTICLES = 50_000  # a segment is written when it holds so many articles …
SEGMENT_POSTINGS = 30_000_000  # … or so many postings: this bounds the writer's memory
CACHED_POSTINGS = 4_000_000  # decoded postings a reader keeps, about 100 bytes a posting at worst

STORED, LENGTH, TITLE_LENGTH, FIRST_DAY, LAST_DAY = (
    "article",
    "length",
    "title_length",
    "first_day",
    "last_day",
)
_COLUMNS = {
    STORED: columns.CompressedBytesColumn(),
    LENGTH: columns.NumericColumn("I"),
    TITLE_LENGTH: columns.NumericColumn("I"),
    FIRST_DAY: columns.NumericColumn("I"),  # Gregorian ordinals; 0: no date
    LAST_DAY: columns.NumericColumn("I"),
}
_POSITIONAL = frozenset(names.POSITIONAL)
_TITLE = frozenset((names.TITLE_WORDS, names.TITLE_STEMS, names.TITLE_FORMS))


class Positions(formats.Format):  # type: ignore[misc]
    """Positions as `postings.encode(distances(positions))`."""

    def decode_positions(self, value: bytes) -> list[int]:
        return list(accumulate(decode(value)))

    def decode_frequency(self, value: bytes) -> int:
        return len(decode(value))


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms as a list."""

    indexed = True
    stored = False
    scorable = False
    unique = False
    column_type = None
    multitoken_query = "default"

    def __init__(self, *, positional: bool) -> None:
        self.format = Positions() if positional else formats.Frequency()
        self.analyzer = None
        self.vector = None


def _schema() -> fields.Schema:
    schema = fields.Schema()
    for name in names.FIELDS:
        schema.add(name, Terms(positional=name in _POSITIONAL))
    for name, column in _COLUMNS.items():
        schema.add(name, fields.COLUMN(column))
    return schema


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with postings in blocks."""

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        return FieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        name = segment.make_filename(self.TERMS_EXT)
        return TermsReader(
            self, storage.open_file(name), storage.file_length(name), segment.open_file(storage, self.POSTS_EXT)
        )

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """The postings of a term for Whoosh's own machinery."""
        positional = isinstance(format_, Positions)
        block = Block.read(_bytes(dbfile, terminfo), positional=positional)
        values = [block.encoded_positions(at) for at in range(len(block))] if positional else None
        return ListMatcher(
            block.ids, list(map(float, block.frequencies)), values, format_, scorer=scorer, term=term, terminfo=terminfo
        )


def _bytes(dbfile: Any, info: Any) -> bytes:
    offset, length = info.extent()
    # Whoosh 2.7.4 forgets to take the length out of the tuple that struct gives; nothing of its own reads it.
    return bytes(dbfile.get(offset, length[0] if isinstance(length, tuple) else length))


class FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_block(self, text: str, block: Block) -> None:
        """One term of the field that was started, terms ascending by their UTF-8."""
        offset = self._postfile.tell()
        raw = block.write()
        self._postfile.write(raw)
        ids, frequencies = block.ids, block.frequencies
        # As W3TermInfo.to_bytes: not inlined, weight, articles, lengths (unused), largest weight, first and last article.
        info = W3TermInfo._struct.pack(0, sum(frequencies), len(ids), 0, 0, max(frequencies), ids[0], ids[-1])
        key = self._fieldid.to_bytes(2, "big") + _utf8(text)
        self._tindex.add(key, info + pack_long(offset) + pack_int(len(raw)))


class TermsReader(W3TermsReader):  # type: ignore[misc]
    def block(self, field: str, text: str) -> Block | None:
        """The postings of a term, None when it has none."""
        key = self._keycoder(field, _utf8(text))
        try:
            info = W3TermInfo.from_bytes(self._tindex[key])
        except KeyError:
            return None
        return Block.read(_bytes(self._postfile, info), positional=field in _POSITIONAL)

    def count_of(self, field: str, text: str) -> int:
        try:
            return int(self.doc_frequency(field, _utf8(text)))
        except KeyError:
            return 0


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """A segment writer that collects postings term by term, so that nothing has to be sorted but the terms."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=Codec(), compound=False)
        self.heads: dict[str, defaultdict[str, bytearray]] = {name: defaultdict(bytearray) for name in names.FIELDS}
        self.places: dict[str, defaultdict[str, bytearray]] = {
            name: defaultdict(bytearray) for name in names.POSITIONAL
        }
        self.postings = 0

    def add_entry(self, entry: Entry) -> None:
        article, number = entry.article, self.docnum
        for name in names.BAGS:
            self._add_bag(name, entry.terms.get(name, ()), number)
        for name in names.POSITIONAL:
            self._add_words(name, entry.terms.get(name, ()), number)
        documents = self.perdocwriter
        documents.start_doc(number)
        first, last = _days(article.date)
        for name, value in (
            (STORED, _stored(article)),
            (LENGTH, len(entry.terms.get(names.STEMS, ()))),
            (TITLE_LENGTH, len(entry.terms.get(names.TITLE_STEMS, ()))),
            (FIRST_DAY, first),
            (LAST_DAY, last),
        ):
            documents.add_column_value(name, _COLUMNS[name], value)
        documents.finish_doc()
        self._added = True
        self.docnum += 1

    def _add_bag(self, name: str, terms: Iterable[str], number: int) -> None:
        heads = self.heads[name]
        prefix = chr(number).encode("utf-8", "surrogatepass")
        counts = Counter(terms)
        for text, frequency in counts.items():
            heads[text] += prefix + (_NUMBERS[frequency] if frequency < len(_NUMBERS) else encode([frequency]))
        self.postings += len(counts)

    def _add_words(self, name: str, terms: Sequence[str], number: int) -> None:
        places = self.places[name]
        before: dict[str, int] = {}
        for position, text in enumerate(terms):
            distance = position - before.get(text, 0)
            before[text] = position
            places[text] += _NUMBERS[distance] if distance < len(_NUMBERS) else encode([distance])
        self._add_bag(name, terms, number)

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Another segment's postings, block by block (Whoosh calls this when it merges segments)."""
        terms = reader._terms
        for field, key in terms.terms():
            text = key.decode("utf-8", "surrogatepass")
            block = terms.block(field, text)
            heads = self.heads[field][text]
            places = self.places[field][text] if field in _POSITIONAL else None
            for at, (number, frequency) in enumerate(zip(block.ids, block.frequencies, strict=True)):
                if docmap is not None and number not in docmap:
                    continue
                mapped = docmap[number] if docmap is not None else startdoc + number
                heads += encode([mapped, frequency])
                if places is not None:
                    places += block.encoded_positions(at)
            if not heads:
                del self.heads[field][text]

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        for name in sorted(self.heads):
            heads, places = self.heads[name], self.places.get(name)
            if not heads:
                continue
            self.fieldwriter.start_field(name, self.schema[name])
            for text in sorted(heads, key=_utf8):
                numbers = decode(bytes(heads[text]))
                raw = bytes(places[text]) if places is not None else None
                self.fieldwriter.add_block(text, Block(numbers[0::2], numbers[1::2], raw))
            self.fieldwriter.finish_field()
            heads.clear()
        self.fieldwriter.close()


_NUMBERS = [chr(number).encode("utf-8", "surrogatepass") for number in range(1 << 16)]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _days(date: str | None) -> tuple[int, int]:
    """First day and last day (both included) of a date; zeros when there is none that can be read."""
    if date is None:
        return 0, 0
    try:
        first, end = names.days(date)
    except ValueError:
        return 0, 0
    return first, end - 1


def _stored(article: Article) -> bytes:
    filled = {key: value for key, value in asdict(article).items() if value}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _restored(raw: bytes) -> Article:
    return Article(**{"text": "", **json.loads(raw.decode("utf-8", "surrogatepass"))})


class WhooshWriter:
    """Adds entries; a segment is written whenever one is full, and made visible by `commit`."""

    def __init__(self, folder: Path, index: FileIndex) -> None:
        self._folder = folder
        self._index = index
        self._writer: IndexWriter | None = None

    def _open(self) -> IndexWriter:
        if self._writer is None:
            with _writing(self._folder):
                self._writer = IndexWriter(self._index)
        return self._writer

    def add(self, entry: Entry) -> None:
        writer = self._open()
        with _writing(self._folder):
            writer.add_entry(entry)
        if writer.docnum - writer.docbase >= SEGMENT_ARTICLES or writer.postings >= SEGMENT_POSTINGS:
            self.commit()

    def delete(self, identifier: str) -> None:
        writer = self._open()
        with _writing(self._folder):
            for at, segment in enumerate(writer.segments):
                reader = segment.codec().terms_reader(writer.storage, segment)
                block = reader.block(names.ID, identifier)
                reader.close()
                for number in block.ids if block else ():
                    writer.delete_document(writer._doc_offsets[at] + number)

    def commit(self) -> None:
        if self._writer is not None:
            with _writing(self._folder):
                self._writer.commit(merge=False)
            self._writer = None

    def close(self) -> None:
        if self._writer is not None:
            with _writing(self._folder):
                self._writer.cancel()
            self._writer = None


class _Segment:
    """One segment opened: evaluates matches into sets of article numbers."""

    def __init__(self, storage: FileStorage, segment: Any, cache: _Cache) -> None:
        codec = segment.codec()
        self.terms: TermsReader = codec.terms_reader(storage, segment)
        self.documents = codec.per_document_reader(storage, segment)
        self.size: int = segment.doc_count_all()
        self.deleted = frozenset(segment.deleted_docs())
        self._readers = {name: self.documents.column_reader(name, column) for name, column in _COLUMNS.items()}
        self._columns: dict[str, Any] = {}
        self._cache = cache

    def column(self, name: str) -> Any:
        """A column: numbers as a list, bytes as Whoosh's reader of them."""
        if name not in self._columns:
            reader = self._readers[name]  # opened with the segment: two rebuilds later its file is gone
            self._columns[name] = reader if name == STORED else _numbers(reader, self.size)
        return self._columns[name]

    def block(self, term: Term) -> Block:
        return self._cache.get((id(self), term.field, term.text), lambda: self.terms.block(term.field, term.text))

    def everything(self) -> set[int]:
        return set(range(self.size)) - self.deleted

    def find(self, match: Match) -> set[int]:
        """The articles a match finds, deleted ones left out."""
        return self._find(match) - self.deleted

    def _find(self, match: Match) -> set[int]:
        match match:
            case Term():
                return set(self.block(match).ids)
            case Phrase(field, terms):
                return self._together(field, terms, None)
            case Near(field, terms, slop):
                return self._together(field, terms, slop)
            case Dated():
                return set(self._dated(match, range(self.size)))
            case AllOf(parts):
                return self._all(parts)
            case AnyOf(parts):
                return set().union(*map(self._find, parts))
            case AtLeast(count, parts):
                held: Counter[int] = Counter()
                for part in parts:
                    held.update(self._find(part))
                return {number for number, n in held.items() if n >= count} if count > 0 else self.everything()
            case Not(part):
                return self.everything() - self._find(part)
            case _:
                assert_never(match)

    def _all(self, parts: tuple[Match, ...]) -> set[int]:
        """Intersects, the cheapest part first; filters only look at what is left."""
        found: set[int] | None = None
        for part in sorted(parts, key=self._cost):
            if found is not None and not found:
                break
            match part:
                case Not(inner) if found is not None:
                    found -= self._find(inner)
                case Dated() if found is not None:
                    found = set(self._dated(part, found))
                case Term() if found is not None:
                    found.intersection_update(self.block(part).ids)
                case _:
                    these = self._find(part)
                    found = these if found is None else found & these
        return self.everything() if found is None else found

    def _cost(self, match: Match) -> float:
        match match:
            case Term(field, text):
                return self.terms.count_of(field, text)
            case Phrase(field, terms) | Near(field, terms, _):
                return 10 * min((self.terms.count_of(field, text) for text in terms), default=0)
            case AllOf(parts):
                return min(map(self._cost, parts), default=self.size)
            case AnyOf(parts) | AtLeast(_, parts):
                return sum(map(self._cost, parts))
            case Dated():
                return 2 * self.size
            case Not():
                return 3 * self.size
            case _:
                assert_never(match)

    def _dated(self, match: Dated, numbers: Iterable[int]) -> Iterator[int]:
        firsts, lasts = self.column(FIRST_DAY), self.column(LAST_DAY)
        start = match.start if match.start is not None else 1
        end = match.end if match.end is not None else MAX_NUMBER << 4
        return (number for number in numbers if lasts[number] >= start and 0 < firsts[number] < end)

    def _together(self, field: str, terms: tuple[str, ...], slop: int | None) -> set[int]:
        """Articles where the terms stand side by side in order, or (with a slop) in one small stretch."""
        blocks = [self.block(Term(field, text)) for text in terms]
        rarest = min(blocks, key=len, default=None)
        if not rarest:
            return set()
        candidates = set(rarest.ids)
        for block in blocks:
            if block is not rarest:
                candidates.intersection_update(block.ids)
        holds = _side_by_side if slop is None else _within(slop)
        return {number for number in candidates if holds([block.positions(number) for block in blocks])}


def _side_by_side(positions: list[list[int]]) -> bool:
    starts = set(positions[0])
    for distance, others in enumerate(positions[1:], 1):
        starts.intersection_update([position - distance for position in others])
        if not starts:
            return False
    return bool(starts)


def _within(slop: int) -> Callable[[list[list[int]]], bool]:
    """Whether some stretch of `len(terms) + slop` words holds every term, each at a position of its own."""

    def holds(positions: list[list[int]]) -> bool:
        # Terms that are the same word need as many different positions as they are.
        needed = Counter(map(tuple, positions))
        window = len(positions) + slop
        places = sorted((position, key) for key in needed for position in key)
        held: Counter[tuple[int, ...]] = Counter()
        start = 0
        for position, key in places:
            held[key] += 1
            while position - places[start][0] >= window:
                held[places[start][1]] -= 1
                start += 1
            if all(held[key] >= n for key, n in needed.items()):
                return True
        return False

    return holds


def _numbers(reader: Any, size: int) -> list[int]:
    numbers = list(reader.load())
    return numbers + [0] * (size - len(numbers))


class _Cache:
    """Decoded blocks, the least recently used dropped first; bounded by the postings they hold."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[int, str, str], Block] = OrderedDict()
        self._postings = 0

    def get(self, key: tuple[int, str, str], read: Callable[[], Block | None]) -> Block:
        block = self._blocks.get(key)
        if block is not None:
            self._blocks.move_to_end(key)
            return block
        block = read() or _NO_POSTINGS
        self._blocks[key] = block
        self._postings += len(block) + 8
        while self._postings > CACHED_POSTINGS:
            _, dropped = self._blocks.popitem(last=False)
            self._postings -= len(dropped) + 8
        return block


_NO_POSTINGS = Block([], [], b"")


class WhooshReader:
    """Answers plans from the segments of one commit."""

    def __init__(self, folder: Path, index: FileIndex) -> None:
        self._folder = folder
        cache = _Cache()
        self._segments: list[_Segment] = []
        self._averages: dict[str, float] = {}
        self._idfs: dict[Term, float] = {}
        self._storage = index.storage
        for segment in index._segments():
            self._segments.append(_Segment(index.storage, segment, cache))

    def count(self) -> int:
        return sum(segment.size - len(segment.deleted) for segment in self._segments)

    def search(
        self,
        plan: Plan,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = Sort.RELEVANCE,
        explain: bool = False,
    ) -> Matches:
        with _reading(self._folder):
            found: list[tuple[float, int, int]] = []  # (key, -segment, -number): the largest first
            total = 0
            for at, segment in enumerate(self._segments):
                numbers = segment.find(plan.match)
                total += len(numbers)
                keys = (
                    self._scores(plan, segment, numbers) if sort is Sort.RELEVANCE else _dates(segment, numbers, sort)
                )
                found += nlargest(offset + limit, ((key, -at, -number) for number, key in keys.items()))
            best = nlargest(offset + limit, found)[offset:]
            if sort is not Sort.RELEVANCE:
                best = [(self._scores(plan, self._segments[-at], {-n})[-n], at, n) for _, at, n in best]
            return Matches(total, tuple(self._found(plan, score, -at, -number, explain) for score, at, number in best))

    def _found(self, plan: Plan, score: float, at: int, number: int, explain: bool) -> Found:
        segment = self._segments[at]
        article = _restored(segment.column(STORED)[number])
        return Found(article, score, tuple(self._parts(plan, segment, number)) if explain else ())

    def _scores(self, plan: Plan, segment: _Segment, numbers: set[int]) -> dict[int, float]:
        """The score of every article of `numbers`."""
        scores = dict.fromkeys(numbers, 0.0)
        if not scores:
            return scores
        few = len(numbers)
        for group in plan.score:
            best: dict[int, float] | None = {} if len(group) > 1 else None
            for weighted in group:
                block = segment.block(weighted.term)
                if not block:
                    continue
                factor = weighted.weight * self._idf(weighted.term) * (K1 + 1)
                lengths, average = self._lengths(segment, weighted.term.field)
                slope, floor = K1 * B / average, K1 * (1 - B)
                if few * 8 < len(block):
                    tfs = block.tfs
                    pairs: Iterable[tuple[int, int]] = ((number, tfs[number]) for number in numbers if number in tfs)
                else:
                    pairs = zip(block.ids, block.frequencies, strict=True)
                if best is None:
                    for number, tf in pairs:
                        if number in scores:
                            scores[number] += factor * tf / (tf + floor + slope * lengths[number])
                else:
                    for number, tf in pairs:
                        if number in scores:
                            points = factor * tf / (tf + floor + slope * lengths[number])
                            if points > best.get(number, 0.0):
                                best[number] = points
            if best:
                for number, points in best.items():
                    scores[number] += points
        return scores

    def _parts(self, plan: Plan, segment: _Segment, number: int) -> Iterator[Part]:
        for group in plan.score:
            earned = [
                Part(weighted.term.field, weighted.term.text, points)
                for weighted in group
                if (points := self._scores(Plan(plan.match, ((weighted,),)), segment, {number})[number])
            ]
            if earned:
                yield max(earned, key=lambda part: part.points)

    def _idf(self, term: Term) -> float:
        known = self._idfs.get(term)
        if known is None:
            holding = sum(segment.terms.count_of(term.field, term.text) for segment in self._segments)
            known = self._idfs[term] = log(1 + (self.count_all() - holding + 0.5) / (holding + 0.5))
            if len(self._idfs) > 50_000:
                self._idfs.clear()
        return known

    def count_all(self) -> int:
        return sum(segment.size for segment in self._segments)

    def _lengths(self, segment: _Segment, field: str) -> tuple[list[int], float]:
        """The lengths of a segment's articles in terms, and the average over the index."""
        name = TITLE_LENGTH if field in _TITLE else LENGTH
        if name not in self._averages:
            total = sum(sum(each.column(name)) for each in self._segments)
            self._averages[name] = max(total / max(self.count_all(), 1), 1.0)
        lengths: list[int] = segment.column(name)
        return lengths, self._averages[name]

    def count_of(self, plan: Plan) -> int:
        with _reading(self._folder):
            return sum(len(segment.find(plan.match)) for segment in self._segments)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        with _reading(self._folder):
            last = None
            for key in merge(*(_terms(segment.terms, field, _utf8(prefix)) for segment in self._segments)):
                if key != last:
                    yield key.decode("utf-8", "surrogatepass")
                last = key

    def frequency(self, field: str, text: str) -> int:
        with _reading(self._folder):
            return sum(segment.terms.count_of(field, text) for segment in self._segments)

    def fetch(self, identifier: str) -> Article | None:
        with _reading(self._folder):
            for segment in self._segments:
                for number in segment.find(Term(names.ID, identifier)):
                    return _restored(segment.column(STORED)[number])
        return None

    def articles(self) -> Iterator[Article]:
        with _reading(self._folder):
            for segment in self._segments:
                for number in range(segment.size):
                    if number not in segment.deleted:
                        yield _restored(segment.column(STORED)[number])

    def check(self) -> list[str]:
        wrong = []
        for at, segment in enumerate(self._segments):
            try:
                for field, key in segment.terms.terms():
                    block = segment.terms.block(field, key.decode("utf-8", "surrogatepass"))
                    if not block or block.ids[-1] >= segment.size:
                        wrong.append(f"segment {at}: the postings of {field}:{key!r} point outside of it")
                for number in range(segment.size):
                    _restored(segment.column(STORED)[number])
            except Exception as error:  # damage shows as any error at all: zlib, struct, unicode, json, assertion …
                wrong.append(f"segment {at}: {type(error).__name__}: {error}")
        return wrong

    def close(self) -> None:
        self._storage.close()


def _terms(terms: TermsReader, field: str, prefix: bytes) -> Iterator[bytes]:
    if field not in terms.indexed_field_names():
        return
    for name, key in terms.terms_from(field, prefix):
        if name != field or not key.startswith(prefix):
            return
        yield key


def _dates(segment: _Segment, numbers: set[int], sort: Sort) -> dict[int, float]:
    """Sort keys, larger is earlier in the answer; articles without a date last."""
    firsts = segment.column(FIRST_DAY)
    if sort is Sort.NEWEST:
        return {number: float(firsts[number]) for number in numbers}
    return {number: float(-firsts[number]) if firsts[number] else float("-inf") for number in numbers}


class WhooshEngine:
    name = "whoosh"
    version = ".".join(map(str, whoosh.__version__))

    def create(self, folder: Path) -> WhooshWriter:
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            return WhooshWriter(folder, FileIndex.create(FileStorage(str(folder)), _schema(), "archive"))

    def append(self, folder: Path) -> WhooshWriter:
        with _opening(folder) as index:
            return WhooshWriter(folder, index)

    def open(self, folder: Path) -> WhooshReader:
        with _opening(folder) as index:
            return WhooshReader(folder, index)


class _Storage(FileStorage):  # type: ignore[misc]
    """Remembers what it opens: Whoosh lets go of files without closing them when it cannot read one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def close(self) -> None:
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


@contextmanager
def _opening(folder: Path) -> Iterator[FileIndex]:
    """The index in a folder; its files are closed when what is done with it fails."""
    storage = _Storage(folder)
    try:
        with _reading(folder):
            yield FileIndex(storage, schema=_schema(), indexname="archive")
    except BaseException:
        storage.close()
        raise


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Errors of Whoosh and of the system while an index is written → ours."""
    try:
        yield
    except LockError:
        raise IndexLocked(f"{folder}: another writer holds the index; wait for it to end and try again") from None
    except OSError as error:
        what = os.strerror(error.errno).lower() if error.errno else str(error)
        raise WriteFailed(f"{folder}: {what}; the index is as it was before") from error


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """Whatever damaged bytes make Whoosh, zlib, struct, pickle or our own decoding raise → IndexDamaged."""
    try:
        yield
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # they have no error in common
        what = f"{type(error).__name__}: {error}"
        raise IndexDamaged(f"{folder}: the index cannot be read ({what}); rebuild it") from error


ENGINE = WhooshEngine()
