"""The two commands. `search` takes words only; `searcher` builds and looks after an index. Glue over the public API."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

import searcher
from searcher.render import json as as_json
from searcher.render import plain, terminal

# Typer carries its own copy of click from 0.28 on; before, it used the package. This is the one it uses.
ClickException: type[Any] = typer.BadParameter.__mro__[2]

CLEAR = "\r\x1b[K"  # what is on the line of the terminal

INTERRUPTED = 130
NOTHING_FOUND = 1
SOME_FAILED = 5
INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"


class Match(StrEnum):
    AUTO = "auto"
    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    OLDEST = "date"
    NEWEST = "-date"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


IndexOption = Annotated[
    Path | None, typer.Option("--index", metavar="DIR", help="The index to use.", show_default=False)
]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour: on a terminal, always, or never.")]

_WORDS = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["--help"]}

searching = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
managing = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"searcher {searcher.__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
]


@managing.callback()
def _managing(version: VersionOption = False) -> None:
    """Build, search and look after an index of articles."""


@searching.command(context_settings=_WORDS)
@managing.command(context_settings=_WORDS)
def search(
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; - reads it from standard input.")] = None,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Hits a page, 1 to 1000.")] = 10,
    page: Annotated[int, typer.Option("--page", metavar="N", help="Which page, from 1.")] = 1,
    match: Annotated[
        Match, typer.Option("--match", help="Required: all words, else most (auto); all of them; any of them.")
    ] = Match.AUTO,
    sort: Annotated[Sort, typer.Option("--sort", help="Best first, oldest first (date) or newest first (-date).")] = (
        Sort.RELEVANCE
    ),
    since: Annotated[
        str | None, typer.Option("--since", metavar="D", help="From this date on.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="D", help="Up to this date, included.", show_default=False)
    ] = None,
    passages: Annotated[int, typer.Option("--passages", metavar="N", help="Passages a hit.")] = 2,
    form: Annotated[Format, typer.Option("--format", help="How to print the hits.")] = Format.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    color: ColorOption = Color.AUTO,
    variants: Annotated[
        Path | None, typer.Option("--variants", metavar="FILE", help="More spellings of names.", show_default=False)
    ] = None,
    no_variants: Annotated[bool, typer.Option("--no-variants", help="Search names only as they are typed.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what matched and how the score adds up.")] = False,
    version: VersionOption = False,
) -> None:
    """Search the archive: words, "phrases", -exclusions, titre: auteur: source: date: filters."""
    query = " ".join(
        sys.stdin.buffer.read().decode("utf-8", "replace").strip() if word == "-" else word
        for word in _spoken(words or [])
    )
    if not query.strip():
        raise searcher.UsageError("no words to search for; try: search Erdoğan Assad")
    with searcher.open(index) as opened:
        results = opened.search(
            query,
            limit=limit,
            page=page,
            match=match.value,
            sort=sort.value,
            since=since,
            until=until,
            passages=passages,
            explain=explain,
            variants=_variants(variants, no_variants),
        )
        form = Format.JSON if json else form
        if form is Format.JSON:
            known = opened.manifest
            typer.echo(
                as_json.render(results, engine=known.engine, articles=known.articles, fingerprint=known.fingerprint)
            )
        else:
            _print(results, form, color)
    if not results.total:
        raise typer.Exit(NOTHING_FOUND)


def _variants(file: Path | None, none: bool) -> Path | str | None:
    if none and file is not None:
        raise searcher.UsageError("--variants and --no-variants contradict each other; give one of them")
    return None if none else file or searcher.BUILT_IN


_OPTIONS = """
    index limit page match sort since until passages format json color variants no-variants explain version help
""".split()


def _spoken(words: list[str]) -> list[str]:
    """The words of a query; one that looks like a mistyped option is refused rather than searched for."""
    literal = len(sys.argv) - sys.argv.index("--") - 1 if "--" in sys.argv else 0  # typed behind --
    for word in words[: len(words) - literal]:
        if word.startswith("--") and len(word) > 2:
            from difflib import get_close_matches  # here: only mistakes need it

            known = [f"--{name}" for name in _OPTIONS]
            near = get_close_matches(word.partition("=")[0], known, 1)
            hint = f"; did you mean {near[0]}?" if near else "; quote it to search for it"
            raise searcher.UsageError(f"no option is called {word.partition('=')[0]}{hint}")
    return words


def _print(results: searcher.Results, form: Format, color: Color) -> None:
    colored = _colored(color, sys.stdout)
    lines: Iterable[str]
    match form:
        case Format.JSONL:
            lines = (as_json.dumps(as_json.hit(hit)) for hit in results)
        case Format.CSV | Format.TSV | Format.MD:
            from searcher.render import tables  # here: only these formats need it

            if form is Format.MD:
                lines = tables.markdown(results)
            else:
                lines = tables.separated(results, "," if form is Format.CSV else "\t")
        case Format.TEXT | Format.JSON:
            lines = terminal.render(results, color=colored, width=_width())
    for note in results.notes:
        if not note.quiet:
            typer.echo(terminal.note(note), err=True)
    for line in lines:
        typer.echo(line, color=colored)
    if form is Format.TEXT:
        if results.total:
            sys.stdout.flush()
        typer.echo(terminal.summary(results), err=True)
        if results.help is not None:
            for line in terminal.suggestions(results.help):
                typer.echo(line, err=True)


def _colored(color: Color, stream: object) -> bool:
    """--color, then FORCE_COLOR, then NO_COLOR and TERM=dumb, then whether the stream is a terminal."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", lambda: False)())


def _width() -> int | None:
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return max(min(shutil.get_terminal_size().columns, 120), 24)
    return None


@managing.command("index")
def index_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files and folders of articles; - is standard input.")
    ],
    index: Annotated[
        Path | None, typer.Option("--index", metavar="DIR", help="Where the index goes.", show_default=False)
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="What stores the index.")] = "whoosh",
    version: VersionOption = False,
) -> None:
    """Build an index of everything in PATH…; searches see the old one until the new one is complete."""
    folder = index or Path(os.environ.get("SEARCHER_INDEX") or "index")
    watched = sys.stderr.isatty()
    try:
        report = searcher.build(folder, paths, engine=engine, progress=_progress() if watched else None)
    finally:
        if watched:
            sys.stderr.write(CLEAR)
    for failure in report.failures:
        typer.echo(f"not read: {plain.line(f'{failure.path}: {failure.reason}')}", err=True)
    rate = report.articles / max(report.seconds, 0.001)
    failed = f", {len(report.failures)} not read" if report.failures else ""
    files = f"{report.files} file{'s' * (report.files != 1)}"
    typer.echo(
        f"{report.articles} articles from {files} in {report.seconds:.1f} s ({rate:.0f} a second){failed}: {folder}",
        err=True,
    )
    if report.failures:
        raise typer.Exit(SOME_FAILED)


def _progress() -> Callable[[searcher.Progress], None]:
    """A line on the terminal that shows how far a build is."""
    began = drawn = time.monotonic()

    def draw(progress: searcher.Progress) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - drawn < 0.1:
            return
        drawn = now
        share = min(progress.done / progress.total, 1.0) if progress.total else 0.0
        left = (now - began) * (1 - share) / share if share > 0.01 else None
        bar = "█" * int(share * 24) + "░" * (24 - int(share * 24))
        remaining = f"{int(left // 60)}:{int(left % 60):02} left" if left is not None else ""
        rate = progress.articles / (now - began)
        sys.stderr.write(f"{CLEAR}{bar} {share:4.0%}  {progress.articles} articles  {rate:.0f}/s  {remaining}")
        sys.stderr.flush()

    return draw


@managing.command()
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The identifier that search prints.")],
    index: IndexOption = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Print an article."""
    with searcher.open(index) as opened:
        article = opened.get(identifier)
    if json:
        typer.echo(as_json.article(article))
        return
    colored = _colored(color, sys.stdout)
    for line in terminal.article(article, color=colored, width=_width()):
        typer.echo(line, color=colored)


@managing.command()
def stats(
    index: IndexOption = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what the index holds."""
    with searcher.open(index) as opened:
        known = opened.manifest
        facts = {
            "index": str(opened.folder),
            "articles": known.articles,
            "bytes": sum(size for size, _ in known.files.values()),
            "engine": f"{known.engine} {known.engine_version}",
            "fingerprint": known.fingerprint,
            "created": known.created,
            "paths": list(known.paths),
        }
    if json:
        typer.echo(as_json.dumps(facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name:12} {', '.join(value) if isinstance(value, list) else value}")


@managing.command()
def check(index: IndexOption = None) -> None:
    """Read every byte of the index and say what is wrong with it."""
    with searcher.open(index) as opened:
        wrong = opened.check()
        for line in wrong:
            typer.echo(line, err=True)
        if wrong:
            again = " ".join(opened.manifest.paths)
            raise searcher.IndexDamaged(
                f"{opened.folder}: damaged; rebuild with: searcher index {again} --index {opened.folder}"
            )
        typer.echo(f"{opened.folder}: {opened.manifest.articles} articles, nothing wrong")


@managing.command(context_settings=_WORDS)
def why(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The query, as one argument.")],
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The identifier that search prints.")],
    index: IndexOption = None,
    match: Annotated[Match, typer.Option("--match", help="As for search.")] = Match.AUTO,
    since: Annotated[
        str | None, typer.Option("--since", metavar="D", help="As for search.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="D", help="As for search.", show_default=False)
    ] = None,
    variants: Annotated[
        Path | None, typer.Option("--variants", metavar="FILE", help="As for search.", show_default=False)
    ] = None,
    no_variants: Annotated[bool, typer.Option("--no-variants", help="As for search.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Say why an article is, or is not, in the answer to a query, and where it stands."""
    with searcher.open(index) as opened:
        reasons = opened.why(
            query, identifier, match=match.value, since=since, until=until, variants=_variants(variants, no_variants)
        )
    colored = _colored(color, sys.stdout)
    for line in terminal.why(reasons, color=colored, width=_width()):
        typer.echo(line, color=colored)
    if reasons.rank is None:
        raise typer.Exit(NOTHING_FOUND)


@managing.command("eval")
def eval_(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER…", help="Judged queries, laid out as BEIR has them.")
    ],
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="FILE", help="Stands in for the folder's corpus.", show_default=False),
    ] = None,
    titles: Annotated[bool, typer.Option("--titles/--no-titles", help="Whether titles are indexed.")] = True,
    match: Annotated[Match, typer.Option("--match", help="As for search.")] = Match.ANY,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Where each query's nDCG@10 goes.", show_default=False)
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE", help="A saved run to compare with.", show_default=False)
    ] = None,
) -> None:
    """Measure ranking on judged queries, as written and with the accents taken off."""
    # Imported here: nothing else needs them.
    from tempfile import TemporaryDirectory

    from searcher import evaluation

    runs: dict[str, dict[str, float]] = {}
    typer.echo(f"{'collection':32} {'queries':>7}  {'nDCG@10':>7} {'MRR@10':>7} {'R@100':>7}")
    for folder in folders:
        collection = evaluation.read(folder, corpus=corpus)
        with (
            TemporaryDirectory() as temporary,
            evaluation.indexed(collection, Path(temporary), titles=titles) as opened,
        ):
            for unaccented in (False, True):
                measures = evaluation.measure(opened, collection, match=match.value, unaccented=unaccented)
                name = f"{collection.name}{', unaccented' * unaccented}"
                runs[name] = measures.per_query
                figures = f"{measures.ndcg:7.3f} {measures.mrr:7.3f} {measures.recall:7.3f}"
                typer.echo(f"{name:32} {len(collection.queries):7}  {figures}")
    if save is not None:
        save.write_text(as_json.dumps(runs), "utf-8")
    if against is not None:
        _compare(evaluation.saved(against), runs, evaluation.differences)


def _compare(
    before: dict[str, dict[str, float]],
    after: dict[str, dict[str, float]],
    differences: Callable[[dict[str, float], dict[str, float]], list[tuple[str, float]]],
) -> None:
    for name in before.keys() & after.keys():
        changed = differences(before[name], after[name])
        gained = sum(change > 0 for _, change in changed)
        typer.echo(f"{name}: {gained} queries gained, {len(changed) - gained} lost")
        for query, change in changed[:10] + changed[10:][-10:]:
            typer.echo(f"  {change:+.3f}  {plain.line(query)}")


@managing.command("help")
def help_(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="syntax: the query language on a page.")] = "syntax",
) -> None:
    """Print a page of help."""
    if topic != "syntax":
        raise searcher.UsageError(f"there is no page on {topic!r}; try: searcher help syntax")
    typer.echo(searcher.syntax())


@managing.command()
def analyze(text: Annotated[list[str], typer.Argument(metavar="TEXT…", help="Any text.")]) -> None:
    """Show the words of a text as they are indexed: printed, folded, stem."""
    for printed, word, stem in searcher.analyze(" ".join(text)):
        typer.echo("\t".join(map(plain.line, (printed, word, stem))))


def main() -> None:
    """The `searcher` command."""
    _run(managing, "searcher")


def search_main() -> None:
    """The `search` command."""
    _run(searching, "search")


def _run(app: typer.Typer, name: str) -> None:
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(_status(app, name))


def _status(app: typer.Typer, name: str) -> int:
    """Runs a command and says how it ended: the one place where errors become exit statuses."""
    try:
        status = app(prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except searcher.SearcherError as error:
        message = f"{name}: {error}"
        where = getattr(error, "text", "")
        lines = terminal.pointed(message, where, error.start, error.end) if where else [message]  # type: ignore[attr-defined]
        for line in lines:
            typer.echo(plain.safe(line), err=True)
        return error.exit_status
    except SystemExit:  # how Typer ends when nobody reads any more
        return 0
    except ClickException as error:  # a UsageError, most often
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
            return 2
        typer.echo(f"{name}: {error.format_message().rstrip('.')}", err=True)
        if context is not None:
            typer.echo(f"try: {context.command_path} --help", err=True)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(f"\n{name}: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever was reading has seen enough. Python would complain once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = os.strerror(error.errno).lower() if error.errno else str(error)
        typer.echo(f"{name}: {plain.line(what)}", err=True)
        with suppress(OSError):  # what Python still holds for a full disk would fail once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:
        # A mistake of ours. The reader of an archive is told in a line; who wants to mend it asks for the rest.
        if os.environ.get("SEARCHER_DEBUG"):
            raise
        what = plain.line(f"{type(error).__name__}: {error}")
        typer.echo(
            f"{name}: internal error ({what}); please report it with the output of SEARCHER_DEBUG=1 {name} …", err=True
        )
        return INTERNAL_ERROR
