"""The two commands. `search` takes words only; `searcher` builds and looks after an index."""

from __future__ import annotations

import gc
import sys

from searcher.faces.cli.running import run


def main() -> None:
    """The `searcher` command."""
    run(_manage, "searcher")


def search_main() -> None:
    """The `search` command."""
    gc.disable()  # a search is over before garbage matters; looking for it, at last at exit, would be a tenth of its time
    try:
        run(_search, "search")
    finally:
        gc.freeze()
        gc.enable()


# What a command needs is imported while it runs: so that each waits for its own needs only, and an interruption during that
# ends like any other.


def _manage() -> object:
    from searcher.faces.cli.manage import managing

    return managing(prog_name="searcher", standalone_mode=False)


def _search() -> object:
    words = sys.argv[1:]
    if words and not any(
        word.startswith("--") or word in ("-", "-0") for word in words
    ):  # no option: no parser of options
        from searcher import Ask
        from searcher.faces.cli.answer import answer

        return answer(Ask(" ".join(words)))
    from searcher.faces.cli.search import searching

    return searching(prog_name="search", standalone_mode=False)
