"""Xapian with its French stemmer; accents stay. It comes with the system, for the system's Python."""

from __future__ import annotations

from importlib import import_module

from peers import ALL, PHRASE, TYPE_CHECKING, Answer, Extract, articles

if TYPE_CHECKING:
    from typing import Any

xapian: Any = import_module("xapian")
KINDS = ALL
EXTRACTS = True


def version() -> str:
    return f"Xapian {xapian.version_string()}"


def build(archive: str, folder: str, option: str) -> int:
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE)
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("french"))
    count = 0
    for identifier, title, text in articles(archive):
        document = xapian.Document()
        generator.set_document(document)
        generator.index_text(title)
        generator.increase_termpos()
        generator.index_text(text)
        document.set_data("\0".join((identifier, title, text)))
        database.add_document(document)
        count += 1
    database.commit()
    database.close()
    return count


def open(folder: str) -> Xapian:
    return Xapian(folder)


class Xapian:
    def __init__(self, folder: str) -> None:
        self._database = xapian.Database(folder)
        self._stemmer = xapian.Stem("french")
        self._parser = xapian.QueryParser()
        self._parser.set_database(self._database)
        self._parser.set_stemmer(self._stemmer)
        self._parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)

    def search(self, kind: str, words: str, limit: int) -> Answer:
        matches = self._ask(kind, words, limit)
        data = [match.document.get_data().decode().split("\0", 2) for match in matches]
        return matches.get_matches_estimated(), [(identifier, title) for identifier, title, _ in data]

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        matches = self._ask(kind, words, limit)
        found = []
        for match in matches:
            identifier, title, text = match.document.get_data().decode().split("\0", 2)
            found.append((identifier, title, matches.snippet(text, 320, self._stemmer).decode()))
        return found

    def _ask(self, kind: str, words: str, limit: int) -> Any:
        # In small letters: Xapian takes a capital for a name, and does not stem it.
        written = f'"{words.lower()}"' if kind == PHRASE else words.lower()
        self._parser.set_default_op(xapian.Query.OP_OR if kind == "or" else xapian.Query.OP_AND)
        enquire = xapian.Enquire(self._database)
        enquire.set_query(self._parser.parse_query(written, xapian.QueryParser.FLAG_PHRASE))
        return enquire.get_mset(0, limit)
