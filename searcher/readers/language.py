"""Text → the language it is in, where nobody declared it."""

from __future__ import annotations

from functools import cache
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZipFile

from searcher.analysis import looks_french

SAMPLE = 2000  # characters looked at
ENOUGH = 60  # characters below which a guess would be one

_BLOCK = 1 << 20  # bytes of the model that are decompressed at a time


def language(text: str) -> str | None:
    """An ISO 639-1 code, None when it is too short to tell. Without py3langid only French is told from the rest."""
    sample = text[:SAMPLE]
    if looks_french(sample):
        return "fr"
    identifier = _identifier()
    if identifier is None or len(sample.strip()) < ENOUGH:
        return None
    code, probability = identifier.classify(sample)
    return str(code) if probability > 0.9 else None


@cache
def _identifier() -> Any:
    try:
        from py3langid import langid  # here: an extra, and slow to load
    except ImportError:
        return None
    try:
        return _mapped(langid)
    except (OSError, AttributeError, LookupError, TypeError, ValueError):  # no room, or a version with another model
        return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def _mapped(langid: Any) -> Any:
    """The identifier of py3langid with its large tables in temporary files that are mapped: in memory they cost every process
    72 MB, and the system may take pages of a file back.

    Raises OSError; AttributeError, LookupError, TypeError or ValueError for a version of py3langid that is built otherwise.
    """
    import lzma  # here: py3langid needs it too, a Python may lack it

    import numpy as np

    with TemporaryFile(suffix=".npz") as unpacked:
        with lzma.open(langid.MODEL_DIR / langid.MODEL_FILE) as packed:
            copyfileobj(packed, unpacked, _BLOCK)
        with ZipFile(unpacked) as arrays, np.load(unpacked) as model:
            moves, weights = (_table(arrays, f"{name}.npy") for name in ("nextmove", "ptc"))
            return langid.LanguageIdentifier(
                weights,
                model["pc"],
                model["classes"].tolist(),
                memoryview(moves),
                model["out_feat"].tolist(),
                norm_probs=True,
                tk_row=model["nextmove_row"].tolist(),
            )


def _table(arrays: ZipFile, name: str) -> Any:
    """An array of an .npz file, mapped."""
    import numpy as np
    from numpy.lib import format as npy

    with TemporaryFile(suffix=".npy") as file:
        with arrays.open(name) as stored:
            copyfileobj(stored, file, _BLOCK)
        file.seek(0)
        npy.read_magic(file)
        shape, by_columns, kind = npy.read_array_header_1_0(file)
        return np.asarray(np.memmap(file, kind, "r", file.tell(), shape, "F" if by_columns else "C"))
