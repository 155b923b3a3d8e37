"""The French spelling dictionary of Grammalecte → `naming.words.txt`: first names and proper names for `naming`.

    python -m searcher.analysis.naming_build FOLDER

FOLDER holds `fr.dic` as `lexicon_build` describes it (Mozilla Public License 2.0). First names are the entries with `po:prn`;
`is:mas`, `is:fem` and `is:epi` give the gender. The proper names are those with `po:npr` and `is:epi`: nearly all of them are
towns. Names of several words, abbreviations and names that are also common words are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from searcher.analysis.naming import WORDS

_HEAD = "# Made by naming_build.py from the French spelling dictionary of Grammalecte 7.0, Mozilla Public License 2.0."


def words(dictionary: str) -> str:
    """The text of `naming.words.txt`."""
    found: dict[str, set[str]] = {"first m": set(), "first f": set(), "first e": set(), "towns": set()}
    entries = [line.split() for line in dictionary.splitlines()[1:]]
    common = {fields[0].partition("/")[0] for fields in entries if fields}
    for written, *morphology in filter(None, entries):
        name = written.partition("/")[0]
        if len(name) < 3 or name.isupper() or not name[0].isupper() or any(map(str.isdigit, name)):
            continue
        if "po:prn" in morphology:
            gender = "m" if "is:mas" in morphology else "f" if "is:fem" in morphology else "e"
            found[f"first {gender}"].add(name)
        elif "po:npr" in morphology and "is:epi" in morphology and name.lower() not in common:
            found["towns"].add(name)
    both = found["first m"] & found["first f"]
    found["first e"] |= both
    sections = [f"[{section}]\n{' '.join(sorted(names))}" for section, names in found.items()]
    return "\n".join([_HEAD, *sections]) + "\n"


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m searcher.analysis.naming_build FOLDER (holding fr.dic)", file=sys.stderr)
        return 2
    made = words((Path(sys.argv[1]) / "fr.dic").read_text("utf-8"))
    WORDS.write_text(made, "utf-8")
    print(len(made), "characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
