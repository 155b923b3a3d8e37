"""What a run says of itself: how far it is, what it did, what it could not read, what it would do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that gave no article, and why. `kind` is `failed`, `missing` (an extra must be installed), `skipped` (no
    article: a picture, a catalogue) or `noted` (the articles are there; something was guessed, repaired or left out). `partly`
    is True when the file gave articles all the same."""

    path: str
    reason: str
    place: str | None = None
    kind: str = "failed"
    partly: bool = False


@dataclass(frozen=True, slots=True)
class FormatCount:
    """What a run read of one format: `files` of it, of which `without` gave no article and `failed` were not read; `articles`
    of it, also from inside archives and messages, `undated` and `unsourced` ones among them, and the `characters` of their
    texts. `format` is a key of the table of formats; empty for files whose format nobody knows."""

    format: str
    files: int = 0
    articles: int = 0
    without: int = 0
    failed: int = 0
    undated: int = 0
    unsourced: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. `articles` are now in the index; `added` and `removed` in this run; `copies` were met a second time.
    Of the `files` now in the index, `read` were read in this run and `renamed` were not; `vanished` are gone from it.
    `failures` are all that the archive has, also in files that did not change; `skipped` and `noted` are counted apart.
    `formats` counts what was read in this run, the format with most articles first."""

    articles: int
    files: int
    failures: tuple[Failure, ...]
    seconds: float
    added: int = 0
    removed: int = 0
    copies: int = 0
    read: int = 0
    renamed: int = 0
    vanished: int = 0
    skipped: tuple[Failure, ...] = ()
    noted: tuple[Failure, ...] = ()
    formats: tuple[FormatCount, ...] = ()
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: articles so far, bytes of the inputs read so far and in all (0 when unknown)."""

    articles: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a run would do with a file: `new`, `changed`, `renamed` (`path` is the new one) or `vanished`."""

    kind: str
    path: str
    before: str | None = None
