"""A word in inclusive writing → both spellings: *étudiant·e·s* → étudiants, étudiantes; *acteur·rice* → acteur, actrice."""

from __future__ import annotations

import re

SIGNS = r"·•‧⋅∙./()\-\u2010\u2011"  # between a word and its endings; as they stand in a character class

ENDINGS = frozenset("e ne le te fe ve se re ère ere sse esse rice trice ice euse enne ienne elle ale".split())
"""The feminine endings, in the singular."""

# The end of a masculine that an ending stands for; the other endings are added to the whole word.
_REPLACED = {
    **dict.fromkeys(("rice", "ice", "euse"), ("eur",)),
    **{"trice": ("teur",), "se": ("x", "r"), "ve": ("f",), "fe": (), "ère": ("er",), "ere": ("er",)},
    **{"enne": ("en",), "ienne": ("ien",), "elle": ("eau",), "ales": ("aux",), "esse": ("eur", "e")},
}
_WRITTEN_OUT = {"ice": "rice"}  # lecteur·ice


def genders(printed: str) -> tuple[str, str]:
    """The masculine and the feminine of a word in inclusive writing, both in the plural when the word is.

    >>> genders("lecteur·ices"), genders("tou·te·s"), genders("élu(e)")
    (('lecteurs', 'lectrices'), ('tous', 'toutes'), ('élu', 'élue'))
    """
    root, ending, *rest = re.split(f"[{SIGNS}]+", printed)
    plural = "".join(rest)
    if not plural and len(ending) > 1 and ending[-1] in "sS":
        ending, plural = ending[:-1], ending[-1]
    replaced = _REPLACED.get("ales" if ending.lower() == "ale" else ending.lower(), ())
    cut = next((len(end) for end in replaced if root.lower().endswith(end)), 0)
    feminine = root[: len(root) - cut] + _WRITTEN_OUT.get(ending.lower(), ending) + plural
    if not plural or root[-1] in "sxzSXZ":
        return root, feminine
    return root + ("x" if root.lower().endswith("au") else plural), feminine
