"""Faults made on purpose, and what is left of an index after them: the figures R1 to R11 of docs/reliability.md.

    python -m tests.faults [R1 R4 …] [--engine whoosh] [--share 0.05]

`figures.FIGURES` names what is measured; each module measures one or two of them with a function that takes a
`Trial` and gives an `Outcome`. Everything happens in a temporary folder, in processes that are forked from one that has
imported the program (`zygote`), so that thousands of runs of the real command take minutes.
"""
