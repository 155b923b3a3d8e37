"""tantivy-py with a French chain of Tantivy's own: lower case, Snowball, no accents. The option is how many threads index."""

from __future__ import annotations

from os import makedirs

import tantivy

from peers import ALL, PHRASE, TYPE_CHECKING, Answer, Extract, articles

if TYPE_CHECKING:
    from typing import Any

KINDS = ALL
EXTRACTS = True
CHAIN = "french"


def version() -> str:
    from importlib.metadata import version

    return f"tantivy {version('tantivy')}"


def _analyser() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("french"))
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


def build(archive: str, folder: str, option: str) -> int:
    makedirs(folder)
    schema = (
        tantivy.SchemaBuilder()
        .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        .add_text_field("title", stored=True, index_option="basic")
        .add_text_field("content", stored=True, tokenizer_name=CHAIN)
        .build()
    )
    return _add(tantivy.Index(schema, folder), archive, int(option))


def update(folder: str, archive: str) -> None:
    _add(tantivy.Index.open(folder), archive, 1)


def _add(index: tantivy.Index, archive: str, threads: int) -> int:
    index.register_tokenizer(CHAIN, _analyser())
    writer = index.writer(num_threads=threads)
    count = 0
    for identifier, title, text in articles(archive):
        writer.add_document(tantivy.Document(id=identifier, title=title, content=f"{title}\n{text}"))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def open(folder: str) -> Tantivy:
    return Tantivy(folder)


class Tantivy:
    def __init__(self, folder: str) -> None:
        self._analyser = _analyser()
        index = tantivy.Index.open(folder)
        index.register_tokenizer(CHAIN, self._analyser)
        self._schema = index.schema
        self._searcher = index.searcher()

    def search(self, kind: str, words: str, limit: int) -> Answer:
        result: Any = self._searcher.search(self._query(kind, words), limit)  # its stubs forget `count`
        documents = [self._searcher.doc(address) for _, address in result.hits]
        return result.count, [(document["id"][0], document["title"][0]) for document in documents]

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        query = self._query(kind, words)
        cutter = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "content")
        found = []
        for _, address in self._searcher.search(query, limit).hits:
            document = self._searcher.doc(address)
            found.append((document["id"][0], document["title"][0], cutter.snippet_from_doc(document).to_html()))
        return found

    def _query(self, kind: str, words: str) -> tantivy.Query:
        terms = self._analyser.analyze(words)
        if kind == PHRASE and len(terms) > 1:
            return tantivy.Query.phrase_query(self._schema, "content", list(terms))
        occur = tantivy.Occur.Should if kind == "or" else tantivy.Occur.Must
        return tantivy.Query.boolean_query(
            [(occur, tantivy.Query.term_query(self._schema, "content", term)) for term in terms]
        )
