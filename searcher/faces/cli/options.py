"""The options and arguments of the commands, each once: the quick path of `search` reads a command line by this table, and
`typed` makes Typer's signatures, help and completions from it.

A command of `searcher` is a function under `@takes(…)`, which lists what the command takes; the values arrive as keyword
arguments named by `Option.key`:

    @takes(ASKED, *ASKING, TIMEOUT, INDEX, SIZE, FORMAT.of(FacetFormat), COLOR)
    def facets(ask: searcher.Ask, *, index: Path | None, size: int, form: FacetFormat, color: Color) -> int:
        ...
        return 0  # the exit status

`ASKED` and the options of `ASKING` (and `TIMEOUT`) arrive as one `Ask`, the parameter `ask`. An option that only one command
has is written beside the command: `Option("--size", int, 20, "N")`. An option that means something else for a command is
changed there: `LIMIT.of(default=50, help="limit.feed")`. Help texts are messages, `option.size` and `command.facets` in
`searcher/messages`, in both languages. The module of a command is named in `manage.MODULES`, and its page in
`docs/commands.md` has a row for each option; tests compare the three.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import searcher
from searcher.faces.cli.settings import settings
from searcher.values import Value, replace


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    CSL = "csl"
    RIS = "ris"
    BIBTEX = "bibtex"
    IRAMUTEQ = "iramuteq"
    TXM = "txm"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class When(StrEnum):
    AUTO = "auto"
    NEVER = "never"


class Lang(StrEnum):
    EN = "en"
    FR = "fr"


class Option(Value):
    """`--name VALUE`, or `--name` alone when `kind` is bool. `many`: the option may come again, and gives a list. `joined`: its
    value is a list with commas, and one that comes again adds to it; of any other option the last value counts.

    `key` is the parameter that the value arrives as, else the name without dashes; `help` is the id of a message, else
    `option.NAME`.
    """

    name: str
    kind: Callable[[str], Any]
    default: Any = None
    metavar: str = ""
    key: str = ""
    help: str = ""
    many: bool = False
    joined: bool = False

    def of(self, kind: Callable[[str], Any] | None = None, **changes: Any) -> Option:
        """The same option with values of another kind, or with another default or help."""
        return replace(self, **({"kind": kind, **changes} if kind is not None else changes))

    @property
    def parameter(self) -> str:
        return self.key or self.name.lstrip("-").replace("-", "_")

    @property
    def about(self) -> str:
        """The id of the message that says what the option does."""
        return f"option.{self.help or self.name.lstrip('-')}"

    @property
    def is_flag(self) -> bool:
        return self.kind is bool

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that the option takes, when they are few."""
        return tuple(each.value for each in self.kind) if isinstance(self.kind, type(Enum)) else ()


class Argument(Value):
    """What stands on a command line without a name: one word, or all that remain when `many`."""

    key: str
    kind: Callable[[str], Any] = str
    metavar: str = ""
    help: str = ""
    many: bool = False
    default: Any = None
    required: bool = True


class Command(Value):
    """A command: its name on the command line, the function that runs it, and what it takes."""

    name: str
    run: Callable[..., int | None]
    takes: tuple[Option | Argument, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(each for each in self.takes if isinstance(each, Option))

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return tuple(each for each in self.takes if isinstance(each, Argument))

    @property
    def takes_words(self) -> bool:
        """Whether what is no option is a word, also `-nord`."""
        return any(each.key in ("words", "query") for each in self.arguments)


COMMANDS: dict[str, Command] = {}
"""The commands whose modules were imported, by their name."""


def takes(
    *takes: Option | Argument, name: str = ""
) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Makes a command of a function; `name`: what it is called on the command line, else as the function."""

    def declared(run: Callable[..., int | None]) -> Callable[..., int | None]:
        called = name or run.__name__
        COMMANDS[called] = Command(called, run, (*takes, LANG))
        return run

    return declared


# ── which articles are wanted ─────────────────────────────────────────────────────────────────────────────────────────

WORDS = Argument("words", metavar="WORDS…", many=True, required=False, help="words")
ASKED = Argument("words", metavar="[WORDS…]", many=True, required=False, help="asked")
"""The words of a command that asks for everything when none are given."""
IDENTIFIER = Argument("identifier", metavar="ID", help="identifier")

MATCH = Option("--match", searcher.Required, searcher.Required.AUTO)
SORT = Option("--sort", searcher.Sort, searcher.Sort.RELEVANCE)
SINCE = Option("--since", str, metavar="D")
UNTIL = Option("--until", str, metavar="D")
FILTER = Option("--filter", str, metavar="FIELD=VALUE", key="filters", many=True)
VARIANTS = Option("--variants", Path, metavar="FILE")
NO_VARIANTS = Option("--no-variants", bool, False)
TIMEOUT = Option("--timeout", float, searcher.TIMEOUT, "S")

ASKING = (MATCH, SINCE, UNTIL, FILTER, VARIANTS, NO_VARIANTS)
"""With `ASKED`, and `SORT` and `TIMEOUT` where a command takes them, what makes an `Ask`."""

# ── where, and how the answer is printed ──────────────────────────────────────────────────────────────────────────────

INDEX = Option("--index", Path, metavar="DIR")
LIMIT = Option("--limit", int, 10, "N")
PAGE = Option("--page", int, 1, "N")
PASSAGES = Option("--passages", int, 2, "N")
GROUP = Option("--group", bool, False)
NO_GROUP = Option("--no-group", bool, False)
"""Neither given: a page is grouped, an export is not."""
SEED = Option("--seed", int, 0, "S")
FORMAT = Option("--format", Format, Format.TEXT, key="form")
JSON = Option("--json", bool, False)
COLOR = Option("--color", Color, Color.AUTO)
LANG = Option("--lang", Lang)
"""Read before anything else (`language.chosen`), and taken by every command."""
PAGER = Option("--pager", When, When.AUTO)
HYPERLINK = Option("--hyperlink", Color, Color.AUTO)
VERSION = Option("--version", bool, False)

SETTINGS = {
    option.name.lstrip("-"): option for option in (INDEX, LIMIT, PASSAGES, COLOR, HYPERLINK, PAGER, LANG, VARIANTS)
}
"""What the user's config.toml may say."""


def default(option: Option) -> Any:
    """The value of an option that was not given: that of config.toml, else its own.

    `limit` is the page of a search: a sample and a feed have limits of their own.
    """
    name = option.name.lstrip("-")
    if name not in SETTINGS or (name in ("limit", "passages") and option != SETTINGS[name]):
        return option.default
    if name == "index" and os.environ.get("SEARCHER_INDEX"):
        return option.default
    return settings().get(name, option.default)


# ── reading a command line ────────────────────────────────────────────────────────────────────────────────────────────


def read(arguments: Sequence[str], options: Iterable[Option]) -> tuple[list[str], dict[str, Any]] | None:
    """The words of a command line and the values of its options, by parameter.

    None when the line needs Typer: for help, or to say what is wrong with it. Values are taken as Typer takes them.
    """
    known = {option.name: option for option in options}
    values = {option.parameter: [] if option.many or option.joined else default(option) for option in known.values()}
    words: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            words += rest
            break
        if not word.startswith("--"):
            words.append(word)
            continue
        name, given, value = word.partition("=")
        option = known.get(name)
        if option is None or (option.is_flag and given):
            return None
        if option.is_flag:
            values[option.parameter] = True
            continue
        if not given:
            following = next(rest, None)
            if following is None:
                return None
            value = following
        try:
            made = option.kind(value)
        except ValueError:
            return None
        if option.many or option.joined:
            values[option.parameter].append(made)
        else:
            values[option.parameter] = made
    for option in known.values():
        if option.joined:
            values[option.parameter] = together(option, values[option.parameter])
    return words, values


def together(option: Option, given: Sequence[str] | None) -> Any:
    """The value of an option whose values are joined."""
    return ",".join(given) if given else default(option)
