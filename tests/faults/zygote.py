"""A process that has imported the program and forks a child for each run: `python -m faults.zygote`.

Requests come in on standard input and answers go out on standard output, a line of JSON each. `argv` runs the command
line of `searcher` or `search`, `call` a function of a module of this package; `pid` waits for the end of a child. A run
prints to the files `out` and `err`, or all to `out`; `cwd` and `environ` are its folder and its environment.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any

PRELOADED = """
    searcher.faces.cli.manage searcher.faces.cli.answer searcher.archive.index searcher.indexing searcher.indexing.workers
    searcher.evaluation searcher.engines.whoosh.writer searcher.engines.whoosh.merge searcher.engines.tantivy
    searcher.render.tables sqlite3 searcher.readers.json searcher.readers.text
""".split()


def main() -> None:
    from searcher import analysis
    from searcher.article import Article
    from searcher.readers.language import language

    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    analysis.numbered(Article("a", "« Les frappes aériennes », dit Anne Martin à Lyon."))  # loads tables and stemmers
    language("No word of this text is French: it loads the model that tells languages apart.")
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        request = json.loads(line)
        if "pid" in request:
            answer = _ended(request["pid"])
        else:
            pid = os.fork()
            if pid == 0:
                _child(request)
            if request.get("stopped"):
                os.waitpid(pid, os.WUNTRACED)
            answer = {"pid": pid}
        print(json.dumps(answer), file=answers, flush=True)


def _ended(pid: int) -> dict[str, Any]:
    _, status, usage = os.wait4(pid, 0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "kilobytes": usage.ru_maxrss,
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def _child(request: dict[str, Any]) -> None:
    """Does what is asked for and ends the process."""
    os.setpgid(0, 0)  # so that it can be killed together with the processes that it starts
    for number, path in ((0, os.devnull), (1, request["out"]), (2, request["err"])):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600) if path else os.dup(1)
        os.dup2(file, number)
        os.close(file)
    if "cwd" in request:
        os.chdir(request["cwd"])
    if "environ" in request:
        os.environ.clear()
        os.environ.update(request["environ"])
    # As Python opens them.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    for where, value in request.get("settings", {}).items():
        module, _, name = where.partition(":")
        with suppress(ImportError):
            loaded = importlib.import_module(module)
            assert hasattr(loaded, name), f"{where}: there is no such setting"
            setattr(loaded, name, value)
    if request.get("stopped"):
        os.kill(os.getpid(), signal.SIGSTOP)
    status: object = 0
    try:
        if "call" in request:
            module, _, name = request["call"].partition(":")
            answer = getattr(importlib.import_module(module), name)(**request["with"])
            print(json.dumps(answer))
        else:
            from searcher.faces import cli

            sys.argv = request["argv"]
            (cli.search_main if sys.argv[0] == "search" else cli.main)()
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
        status = 71
    with suppress(Exception):
        sys.stdout.flush()
    with suppress(Exception):
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1 if status else 0)


if __name__ == "__main__":
    main()
