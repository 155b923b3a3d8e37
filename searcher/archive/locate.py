"""The folder a person named, or none → the folder of the index to use."""

from __future__ import annotations

import os
from pathlib import Path

from searcher.indexing import manifest


def locate(folder: str | os.PathLike[str] | None = None) -> Path:
    """Which index to use: the one named, else `$SEARCHER_INDEX`, else the nearest `index/` upwards that holds one, else the
    user's data folder. The answer need not exist."""
    if folder is not None:
        return Path(folder)
    if named := os.environ.get("SEARCHER_INDEX"):
        return Path(named)
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "index" / manifest.NAME).is_file():
            return parent / "index"
    data = os.environ.get("XDG_DATA_HOME") or (Path.home() / ".local" / "share")
    return Path(data) / "searcher" / "index"
