"""What each sign of relevance earns, as a share of a key's BM25 score: the numbers to change when tuning the ranking.

The values were tuned on judged queries; docs/relevance.md has the measurements, and `make relevance` repeats them.
"""

STEM = 0.5
"""The stem beside the key: *journaliste* says something of *journal*, and does not find it."""

EXACT = 0.5
"""The folded word as typed, beside its key."""

TITLE = 0.3
"""The stem in the title; a title also counts as part of the text."""

COMPOUND = 0.5
"""A hyphenated word as a whole, beside its halves."""

EDIT = 0.2
"""An indexed word for each letter by which it is farther from a misspelled word than the nearest indexed word is."""

PAIR = 2.5
"""Two neighbours of the query that are neighbours in the text, the small words between them included; of several pairs,
each earns this divided by the square of their number."""

TITLE_PAIR = 1.2
"""The same in the title."""

OTHER = 0.2
"""Another spelling of a name, beside the one that was typed (*London* for *Londres*)."""

SPELLING = 0.05
"""The very spelling that was typed, accents included."""
