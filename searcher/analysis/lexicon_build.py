"""The Grammalecte dictionary and a list of judged readings → `lexicon.table`, which `lexicon` looks words up in.

    python -m searcher.analysis.lexicon_build FOLDER

FOLDER holds `fr.dic` and `fr.aff` of the French spelling dictionary "toutes variantes", version 7.0, of Grammalecte
(Mozilla Public License 2.0; Debian package hunspell-fr-comprehensive 1:7.0-1). The same files give the same table, byte for
byte: nothing depends on the clock, on the order of a set, or on a compressor's version.

Format of the dictionary: hunspell(5). Each line of `fr.dic` is an entry with two-letter flags and its part of speech
(`po:`). Each SFX rule of `fr.aff` makes further forms of the entries that bear its flag. PFX rules only add elided articles
and are not read.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.lexicon import BLOCK, MAGIC, TABLE
from searcher.analysis.stopwords import STOP_WORDS
from searcher.values import Value

JUDGED = Path(__file__).with_name("lexicon.judged.txt")

_JOINERS = str.maketrans("", "", "-'’. ")
_AUXILIARIES = ("être", "avoir")  # nearly all of their forms are small words: the forms join nothing


class Entry(Value):
    """One line of the dictionary: its lemma, its parts of speech and all its printed forms, without hyphens and apostrophes."""

    lemma: str
    kinds: tuple[str, ...]
    forms: frozenset[str]

    @property
    def is_name(self) -> bool:
        return not self.lemma.islower()

    @property
    def is_verb(self) -> bool:
        return any(kind.startswith("v") for kind in self.kinds)

    @property
    def is_small(self) -> bool:
        return "mg" in self.kinds or (self.is_verb and self.lemma in _AUXILIARIES)


def entries(folder: Path) -> Iterator[Entry]:
    """The entries of the dictionary in `folder`, in its order, without those that hold a digit, a sign or one letter."""
    rules = _suffixes((folder / "fr.aff").read_text("utf-8"))
    for line in (folder / "fr.dic").read_text("utf-8").splitlines()[1:]:
        written, *morphology = line.split()
        word, _, flagged = written.partition("/")
        flags = [flagged[at : at + 2] for at in range(0, len(flagged), 2)]
        if not word.translate(_JOINERS).isalpha() or len(word) < 2:
            continue
        forms = set() if "()" in flags else {word}  # `()` is NEEDAFFIX: the entry itself is no form
        for strip, added, condition in (rule for flag in flags for rule in rules.get(flag, ())):
            if word.endswith(strip) and condition.search(word):
                forms.add(word.removesuffix(strip) + added)
        kinds = tuple(each.removeprefix("po:") for each in morphology if each.startswith("po:"))
        yield Entry(_joined(word), kinds, frozenset(map(_joined, forms)))


def _joined(word: str) -> str:
    """A word as one run of letters: the hyphens of compounds go, ligatures are undone."""
    plain = word.translate(_JOINERS)
    return latin(plain) if plain.islower() else plain[:1] + latin(plain[1:])


def _suffixes(affixes: str) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    """Flag → its suffix rules: what to strip, what to add, and what the word has to end with."""
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = defaultdict(list)
    for line in affixes.splitlines():
        fields = line.split()
        if len(fields) < 4 or fields[0] != "SFX" or fields[2] in ("Y", "N"):
            continue
        _, flag, strip, added, *rest = fields
        condition = re.compile(f"(?:{rest[0] if rest else '.'})$")
        rules[flag].append((strip.replace("0", ""), added.partition("/")[0].replace("0", ""), condition))
    return rules


# ── readings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Judged(Value):
    """The judged list: readings of single forms, and lemmas that are one word."""

    readings: dict[str, tuple[str, ...]]
    same: dict[str, str]


def judged(text: str) -> Judged:
    """Reads `lexicon.judged.txt`, which explains its format."""
    readings: dict[str, tuple[str, ...]] = {}
    same: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        left, sign, right = line.partition(" = ") if " = " in line else line.partition(" > ")
        if sign == " = ":
            readings[_joined(left)] = tuple(
                _joined(each) if each[0].isalpha() else each[0] + _joined(each[1:]) for each in right.split()
            )
        elif sign == " > ":
            same[_joined(left)] = _joined(right)
        else:
            raise ValueError(f"not a line of the judged list: {line!r}")
    return Judged(readings, same)


def readings(found: Iterable[Entry], known: Judged) -> dict[str, tuple[str, ...]]:
    """Printed form → its readings, as `lexicon.judged.txt` writes them (`lemma`, `-lemma`, `+lemma`, `^name`, `.form`)."""
    by_form: dict[str, list[Entry]] = defaultdict(list)
    found = list(found)
    for entry in found:
        for form in entry.forms:
            by_form[form].append(entry)
    same = _spelled_otherwise(found) | _feminines(found) | known.same
    read = {form: _reading(form, those) for form, those in by_form.items()} | known.readings
    for form in [form for form in read if form.endswith("és")]:
        # salaries, blesses: hardly ever the second person singular, mostly the participle without its accent
        bare = form.removesuffix("és") + "es"
        if all(entry.is_verb for entry in by_form.get(bare, ())) and bare in read and bare not in known.readings:
            read[bare] = (*read[bare], *read[form])
    return {form: tuple(dict.fromkeys(_settled(each, same) for each in each_of)) for form, each_of in read.items()}


def _reading(form: str, those: list[Entry]) -> tuple[str, ...]:
    if not form.islower():
        return tuple(sorted({f"^{entry.lemma}" for entry in those}))
    small = [entry for entry in those if entry.is_small] or (form in STOP_WORDS)
    nouns = sorted({entry.lemma for entry in those if not entry.is_verb and not entry.is_small})
    verbs = sorted({entry.lemma for entry in those if entry.is_verb and not entry.is_small})
    if small:
        return (f".{form}", *(f"+{lemma}" for lemma in nouns if lemma == form))
    heads = form in nouns
    # avions, stations, rayons; président, excellent: a noun, and hardly ever a verb in the first or third person plural
    if nouns and verbs and form.endswith(("ions", "ons", "ent")) and all(verb.endswith("er") for verb in verbs):
        return tuple(nouns)
    # entrée, sortie, venue: the noun does not ask for the verb, whose participle it is
    if heads and form.endswith(("ée", "ie", "ue")):
        return (*nouns, *(f"-{lemma}" for lemma in verbs))
    return (*nouns, *(lemma for lemma in verbs if lemma not in nouns))


def _settled(reading: str, same: dict[str, str]) -> str:
    sign = reading[0] if reading[0] in "-+^." else ""
    lemma = reading[len(sign) :]
    if sign == "^":
        return "^" + fold(surface(lemma))
    return sign + same.get(lemma, lemma)


# Words that 1990 did not make one: mur and mûr are two words.
_TWO_WORDS = frozenset("dû mûr sûr jeûne jeûner croître fût mûre mûrir".split())


def _spelled_otherwise(found: list[Entry]) -> dict[str, str]:
    """Lemmas of the spelling of 1990 → those of the older one, where both are in the dictionary: maitre → maître, cout → coût,
    évènement → événement, ambigüité → ambiguïté, by rule (Journal officiel, 6 December 1990)."""
    kinds: dict[str, set[bool]] = defaultdict(set)
    for entry in found:
        if not entry.is_name:
            kinds[entry.lemma].add(entry.is_verb)
    same: dict[str, str] = {}
    for lemma in sorted(kinds):
        newer = {
            lemma.replace("î", "i").replace("û", "u"),
            lemma.replace("é", "è", 1),
            lemma.replace("é", "è"),
            _last_replaced(lemma, "é", "è"),
        }
        newer |= {
            lemma.replace("guï", "güi"),
            lemma.replace("guë", "güe"),
            lemma.replace("guë", "gue"),
            lemma.replace("ë", "e"),
        }
        for other in sorted(newer - {lemma}):
            if lemma not in _TWO_WORDS and kinds.get(other, set()) & kinds[lemma]:
                same.setdefault(other, lemma)
    return same


def _feminines(found: list[Entry]) -> dict[str, str]:
    """Feminines with an entry of their own → the masculine, where no other word can be meant: enquêtrice, chercheure."""
    heads = {entry.lemma for entry in found if not entry.is_name and not entry.is_verb}
    same = {}
    for lemma in sorted(heads):
        for ending, instead in (("trice", "teur"), ("eure", "eur")):
            masculine = lemma.removesuffix(ending) + instead
            if lemma.endswith(ending) and masculine in heads and len(lemma) > 7 and lemma not in _OTHER_MEANING:
                same[lemma] = masculine
    return same


_OTHER_MEANING = frozenset("matrice gageure".split())


def _last_replaced(word: str, old: str, new: str) -> str:
    head, found, tail = word.rpartition(old)
    return head + new + tail if found else word


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(read: dict[str, tuple[str, ...]]) -> bytes:
    """The readings as `lexicon` reads them: see the format there."""
    lines: dict[str, list[str]] = defaultdict(list)
    for form in sorted(read):
        key = fold(surface(form))
        codes = ",".join(_coded(each, form, key) for each in read[form])
        lines[key].append(f"{'' if form == key else form}:{codes}")
    blocks: list[bytes] = []
    block: list[bytes] = []
    size = 1
    for key in sorted(lines):
        line = f"{key}\t{'|'.join(lines[key])}\n".encode()
        if size + len(line) > BLOCK:
            blocks.append(_padded(block))
            block, size = [], 1
        block.append(line)
        size += len(line)
    blocks.append(_padded(block))
    body = b"".join(blocks)
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f"{MAGIC} {digest} {len(blocks)}\n".encode() + body


def _padded(block: list[bytes]) -> bytes:
    held = b"\n" + b"".join(block)
    assert len(held) <= BLOCK, held
    return held.ljust(BLOCK, b"\n")


def _coded(reading: str, form: str, key: str) -> str:
    """A reading beside its form: how many letters to take off the form's end, and what to put there."""
    sign = reading[0] if reading[0] in "-+^." else ""
    lemma = reading[len(sign) :]
    if sign == "^":
        return "^" if lemma == key else reading
    if sign == ".":
        return "." if lemma == form else reading
    shared = 0
    while form[shared : shared + 1] == lemma[shared : shared + 1] != "":
        shared += 1
    return f"{sign}{len(form) - shared}{lemma[shared:]}"


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m searcher.analysis.lexicon_build FOLDER (holding fr.dic and fr.aff)", file=sys.stderr)
        return 2
    made = table(readings(entries(Path(sys.argv[1])), judged(JUDGED.read_text("utf-8"))))
    TABLE.write_bytes(made)
    print(made.split(b"\n", 1)[0].decode(), len(made), "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
