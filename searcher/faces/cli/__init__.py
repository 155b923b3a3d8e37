"""The two commands. `search` answers a query; `searcher` builds and looks after an index."""

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
    if sys.argv[1:2] == ["__complete"]:  # a shell asks, and a person waits at the key
        from searcher.faces.cli.completing import answer

        return answer(sys.argv[2:])
    from searcher.faces.cli.manage import managing

    return managing(sys.argv[1:])(prog_name="searcher", standalone_mode=False)


def _search() -> object:
    from searcher.faces.cli.answer import quickly

    status = quickly(sys.argv[1:])
    if status is not None:
        return status
    from searcher.faces.cli.search import searching

    return searching(prog_name="search", standalone_mode=False)
