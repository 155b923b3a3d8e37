"""The table of commands → completion scripts for bash, zsh and fish; and what the scripts ask: sources, saved searches.

The scripts are printed and hold every command, option and value. They ask the program for what changes alone, with
`searcher __complete KIND PREFIX`, which prints a candidate a line and never fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import searcher
from searcher.faces.cli.options import COMMANDS, Command, Option
from searcher.messages import say

ASK = "__complete"
_FIELDS = ("source", "journal")
_SAVED = ("new", "match", "save")  # commands whose first argument, or --only, is a saved search


def candidates(kind: str, prefix: str) -> Iterator[str]:
    """What a shell asks for: the sources of the index that begin so, as a query names them, or the saved searches."""
    low = prefix.lower().lstrip('"')
    with suppress(searcher.SearcherError):
        if kind == "saved":
            yield from (each.name for each in searcher.SavedSearches() if each.name.lower().startswith(low))
        elif kind in _FIELDS:
            with searcher.open(None) as opened:
                named = opened.counts("", "source").values["source"]
            for source in sorted(filter(None, named)):
                if source.lower().startswith(low):
                    yield f'{kind}:"{source}"' if " " in source else f"{kind}:{source}"


def answer(arguments: Sequence[str]) -> int:
    """Prints the candidates for `KIND PREFIX`."""
    kind, prefix = (*arguments, "", "")[:2]
    for each in candidates(kind, prefix):
        sys.stdout.write(f"{each}\n")
    return 0


def _options(command: Command) -> list[Option]:
    """The options of a command, but for --version, which few want to be reminded of."""
    return [option for option in command.options if option.name != "--version"]


def _names(command: Command) -> str:
    return " ".join([*(option.name for option in _options(command)), "--help"])


def _valued() -> Iterator[tuple[Command, Option]]:
    for command in COMMANDS.values():
        for option in _options(command):
            if not option.is_flag:
                yield command, option


def _kinds() -> tuple[list[str], list[str]]:
    """`command option` for options whose values are folders, and for those whose values are files."""
    folders: list[str] = []
    files: list[str] = []
    for command, option in _valued():
        if option.kind is Path:
            (folders if option.metavar == "DIR" else files).append(f"{command.name} {option.name}")
    return folders, files


def _filled(script: str, *, choice: str, names: str) -> str:
    """The script for bash or zsh with what the table gives; `choice` and `names` are the line of a `case` for the values of an
    option and for the options of a command."""
    folders, files = _kinds()
    choices = [
        choice.format(command=command.name, option=option.name, values=" ".join(option.choices))
        for command, option in _valued()
        if option.choices
    ]
    return script.format(
        choices="\n".join(choices),
        folders="|".join(f"'{each}'" for each in folders),
        files="|".join(f"'{each}'" for each in files),
        names="\n".join(names.format(command=each.name, names=_names(each)) for each in COMMANDS.values()),
        verbs=" ".join(COMMANDS),
        saved="|".join(_SAVED),
        ask=ASK,
    )


def bash() -> str:
    """The script for bash, 3.2 and later."""
    return _filled(
        BASH,
        choice="    '{command} {option}') values='{values}';;",
        names="      {command}) values='{names}';;",
    )


BASH = """\
# Completion of search and searcher for bash; made by: searcher completion bash
_searcher() {{
  local line=${{COMP_LINE:0:$COMP_POINT}} cur prev name command='' values='' word typed each cut
  cur=${{line##*[[:space:]]}}
  read -ra typed <<< "${{line%"$cur"}}"
  prev=${{typed[${{#typed[@]}}-1]}}
  name=${{typed[0]##*/}}
  if [[ $name == search ]]; then command=search; else
    for word in "${{typed[@]:1}}"; do [[ $word == -* ]] || {{ command=$word; break; }}; done
  fi
  COMPREPLY=()
  case "$command $prev" in
{choices}
    {folders}) COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null; return;;
    {files}) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; return;;
    *' --only') values=$(searcher {ask} saved "$cur" 2>/dev/null);;
  esac
  if [[ -z $values ]]; then
    case "$cur" in
    --*) case "$command" in
{names}
      '') values='--version --lang --help';;
      esac;;
    source:*|journal:*)
      while IFS= read -r each; do
        each=$(printf '%q' "$each"); COMPREPLY+=("${{each#*:}}")
      done < <(searcher {ask} "${{cur%%:*}}" "${{cur#*:}}" 2>/dev/null)
      return;;
    *) case "$command" in
      '') values='{verbs}';;
      {saved}) values=$(searcher {ask} saved "$cur" 2>/dev/null);;
      completion) values='bash zsh fish';;
      index|show) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; return;;
      esac;;
    esac
  fi
  local IFS=$' \\n'
  COMPREPLY=($(compgen -W "$values" -- "$cur"))
}}
complete -F _searcher search searcher
"""


def zsh() -> str:
    """The script for zsh: a file `_searcher` on $fpath, or evaluated after compinit."""
    return _filled(
        ZSH,
        choice="    '{command} {option}') compadd -- {values}; return;;",
        names="      {command}) compadd -- {names};;",
    )


ZSH = """\
#compdef search searcher
# Completion of search and searcher for zsh; made by: searcher completion zsh
_searcher() {{
  local cur=$words[CURRENT] prev=$words[CURRENT-1] name=${{words[1]:t}} command='' word
  if [[ $name == search ]]; then command=search; else
    for word in "${{(@)words[2,CURRENT-1]}}"; do [[ $word == -* ]] || {{ command=$word; break }}; done
  fi
  case "$command $prev" in
{choices}
    {folders}) _files -/; return;;
    {files}) _files; return;;
    *' --only') compadd -- ${{(f)"$(searcher {ask} saved "$cur" 2>/dev/null)"}}; return;;
  esac
  case "$cur" in
    --*) case "$command" in
{names}
      '') compadd -- --version --lang --help;;
      esac;;
    source:*|journal:*) compadd -U -- ${{(f)"$(searcher {ask} "${{cur%%:*}}" "${{cur#*:}}" 2>/dev/null)"}};;
    *) case "$command" in
      '') compadd -- {verbs};;
      {saved}) compadd -- ${{(f)"$(searcher {ask} saved "$cur" 2>/dev/null)"}};;
      completion) compadd -- bash zsh fish;;
      index|show) _files;;
      esac;;
  esac
}}
compdef _searcher search searcher
"""


def fish() -> str:
    """The script for fish, with what each command and option does."""
    lines = ["# Completion of search and searcher for fish; made by: searcher completion fish"]
    lines += ["complete -c search -f", "complete -c searcher -f"]
    for command in COMMANDS.values():
        said = _quoted(say(f"command.{command.name}"))
        lines.append(f"complete -c searcher -n __fish_use_subcommand -a {command.name} -d {said}")
        lines += _fish(f"-c searcher -n '__fish_seen_subcommand_from {command.name}'", _options(command))
    lines += _fish("-c search", _options(COMMANDS["search"]))
    lines += ["complete -c search -l help", "complete -c searcher -l help"]
    lines.append("complete -c searcher -n __fish_use_subcommand -l version")
    saved = f"(searcher {ASK} saved (commandline -ct) 2>/dev/null)"
    lines.append(f"complete -c searcher -n '__fish_seen_subcommand_from {' '.join(_SAVED)}' -a \"{saved}\"")
    lines.append("complete -c searcher -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'")
    lines.append("complete -c searcher -n '__fish_seen_subcommand_from index' -F")
    for field in _FIELDS:
        asked = f"(searcher {ASK} {field} (string replace -r '^[^:]*:' '' -- (commandline -ct)) 2>/dev/null)"
        begins = f"string match -q -- '{field}:*' (commandline -ct)"
        lines.append(f'complete -c search -n "{begins}" -a "{asked}"')
    return "\n".join(lines)


def _fish(where: str, options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        said = _quoted(say(option.about))
        if option.is_flag:
            takes = ""
        elif option.name == "--only":
            takes = f' -x -a "(searcher {ASK} saved (commandline -ct) 2>/dev/null)"'
        elif option.choices:
            takes = f" -x -a '{' '.join(option.choices)}'"
        elif option.kind is Path:
            takes = " -x -a '(__fish_complete_directories)'" if option.metavar == "DIR" else " -r -F"
        else:
            takes = " -x"
        yield f"complete {where} -l {option.name[2:]}{takes} -d {said}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SCRIPTS: dict[str, Callable[[], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
"""The shells, each with what makes its script."""
