"""How a command runs and ends: the one place where errors become exit statuses. Typer is not needed for that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from io import TextIOWrapper

import searcher
from searcher.faces.cli.language import chosen
from searcher.messages import Message, say, speak, translated
from searcher.render import plain, terminal

INTERRUPTED = 130
NOTHING_FOUND = 1
STOPPED = 2  # the time was up before anything was found: who asks has no answer
SOME_FAILED = 5
INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h


def echo(line: str, *, err: bool = False) -> None:
    """Prints a line of data on standard output, or a message on standard error.

    A message never carries a control character of a file name or an article to the terminal. When a message cannot be
    written, the exit status has to do.
    """
    if err:
        with suppress(OSError):
            print(plain.safe(line), file=sys.stderr, flush=True)
    else:
        print(line)


def read_standard_input() -> bytes:
    """All of standard input. Raises UsageError when it is closed."""
    if sys.stdin is None:
        raise searcher.UsageError(Message("input.closed"))
    return sys.stdin.buffer.read()


def run(command: Callable[[], object], name: str) -> None:
    """Runs a command to its end, and the process with it."""
    speak(chosen(sys.argv[1:]))
    with ExitStack() as stack:
        _occupy_closed_streams()
        if sys.stdout is None:
            sys.stdout = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        if sys.stderr is None:  # `print` would take standard output instead, and messages would stand among the data
            sys.stderr = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        sys.exit(_status(command, name))


def _occupy_closed_streams() -> None:
    """Opens the null device where a standard stream is closed: else the next file opened would get the stream's number, and
    a message of a child process would be written into that file."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number, which is this one


def _status(command: Callable[[], object], name: str) -> int:
    """Runs a command and says how it ended: the one place where errors become exit statuses."""
    try:
        status = command()
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except searcher.SearcherError as error:
        # A file name may hold a line break.
        message = plain.line(say("cli.error", name=name, message=translated(error.message)))
        where = getattr(error, "text", "")
        lines = terminal.pointed(message, where, error.start, error.end) if where else [message]  # type: ignore[attr-defined]
        for line in lines:
            echo(line, err=True)
        return error.exit_status
    except SystemExit:  # how Typer ends when nobody reads any more
        return 0
    except KeyboardInterrupt:
        echo("\n" + say("cli.interrupted", name=name), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever was reading has seen enough. Python would complain once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = searcher.errors.reason(error)
        echo(say("cli.error", name=name, message=plain.line(translated(what))), err=True)
        with suppress(OSError):  # what Python still holds for a full disk would fail once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:
        if (ended := _of_typer(error, name)) is not None:
            return ended
        # A mistake of ours. The reader of an archive is told in a line; who wants to mend it asks for the rest.
        if os.environ.get("SEARCHER_DEBUG"):
            raise
        what = plain.line(f"{type(error).__name__}: {error}")
        echo(say("cli.internal", name=name, what=what), err=True)
        return INTERNAL_ERROR


def _of_typer(error: Exception, name: str) -> int | None:
    """The exit status of a mistake on the command line, which Typer found; None for any other error."""
    typer = sys.modules.get("typer")
    if typer is None:
        return None
    if isinstance(error, typer.Abort):
        echo("\n" + say("cli.interrupted", name=name), err=True)
        return INTERRUPTED
    # Typer carries its own copy of click from 0.28 on; before, it used the package. This is the one it uses.
    if not isinstance(error, typer.BadParameter.__mro__[2]):
        return None
    if type(error).__name__ == "NoArgsIsHelpError":
        echo(error.format_message(), err=True)
        return 2
    from searcher.faces.cli.mistakes import named  # here: few lines are mistyped

    echo(say("cli.error", name=name, message=translated(named(error))), err=True)
    return 2
