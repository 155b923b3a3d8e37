"""Files, folders and standard input → named streams of bytes, unpacked when they are compressed."""

from searcher.sources.packed import Meter, refuse_bomb
from searcher.sources.recognition import Recognition
from searcher.sources.source import Source, joined
from searcher.sources.streams import Slice, fault_of, rewindable
from searcher.sources.walk import Missed, is_housekeeping, sources

MAX_DEPTH = 2  # archives in archives

__all__ = [
    "MAX_DEPTH",
    "Meter",
    "Missed",
    "Recognition",
    "Slice",
    "Source",
    "fault_of",
    "is_housekeeping",
    "joined",
    "refuse_bomb",
    "rewindable",
    "sources",
]
