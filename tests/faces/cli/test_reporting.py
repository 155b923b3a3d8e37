"""The report of a run: nothing is missing from it, and a person finds what matters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.faces.cli import reporting
from searcher.messages import french_reasons

REASONS = (
    "left out of the page: 12 characters of text, beginning “Les cookies”",
    "left out of the page: 1,204 characters of text in 3 paragraphs, the longest beginning “Le bac”",
    "left out of the page: 2 lines of boilerplate (“Par Jeanne Dupont”, “S’abonner”)",
    "dates that could not be read, 1 in all: “hier”",
    "columns that are not read: Avis",
    "something new",
)


def report(*problems: searcher.Failure) -> searcher.Report:
    def of(*kinds: str) -> tuple[searcher.Failure, ...]:
        return tuple(each for each in problems if each.kind in kinds)

    failures = of("failed", "missing")
    return searcher.Report(3, 2, failures, 1.0, skipped=of("skipped"), noted=of("noted"))


@given(
    st.lists(
        st.builds(
            searcher.Failure,
            path=st.sampled_from(["a.html", "b.html", "c.csv"]),
            reason=st.sampled_from(REASONS),
            kind=st.sampled_from(["failed", "missing", "skipped", "noted"]),
            partly=st.booleans(),
        )
    )
)
def test_every_problem_stands_in_it_once(problems: list[searcher.Failure]) -> None:
    found = [each for topic in reporting.topics(report(*problems)) for each in topic.problems]
    assert sorted(found, key=repr) == sorted(problems, key=repr)


def test_a_person_reads_the_largest_loss_first_and_what_is_alike_once(tmp_path: Path) -> None:
    cookies, bridge, lines, *_ = REASONS
    pages = [searcher.Failure(f"{at}.html", cookies, kind="noted") for at in range(40)]
    pages += [searcher.Failure(f"{at}.html", lines, kind="noted") for at in range(40)]
    done = report(*pages, searcher.Failure("long.html", bridge, kind="noted"), searcher.Failure("x.txt", "empty"))
    reporting.write(tmp_path / "report.md", done)
    assert (tmp_path / "report.md").read_text("utf-8").splitlines() == [
        "# 3 articles from 2 files",
        "",
        "## not read: 1 file",
        "",
        "- x.txt: empty",
        "",
        "## text that stands beside the article and was left out: 41 files, 1 684 characters",
        "",
        f"- long.html: {bridge}",
        f"- 40 times alike, such as 0.html: {cookies}",
        "",
        "## by-lines and boilerplate left out: 40 files",
        "",
        "- Par Jeanne Dupont: 40 files",
        "- S’abonner: 40 files",
    ]
    reporting.write(tmp_path / "report.jsonl", done)
    told = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text("utf-8").splitlines()]
    assert [each["topic"] for each in told] == ["failed", *["text"] * 41, *["boilerplate"] * 40]
    assert reporting.summary(done) == (
        "notes: text that stands beside the article and was left out: 41 files, 1 684 characters"
        " · by-lines and boilerplate left out: 40 files"
    )
    assert reporting.summary(report()) == ""


TOPICS = {
    "text": ["left out of the page: {} characters", "{} characters beside the"],
    "dates": ["dates that"],
    "columns": [
        "the column “",
        "columns that",
        "the key “",
        "keys that hold",
        "sheets without",
        "{} has more cells",
        "labels that",
        "no {} names",
        "1 {} above",
    ],
    "letters": [
        "{} bytes",
        "{} byte",
        "{} passage",
        "{} C1",
        "{} entit",
        "{} quote",
        "{} control",
        "{} character could",
        "{} characters could",
        "read as {}:",
    ],
    "recognised": ["text recognised", "recognised speech"],
    "boilerplate": ["left out of the page: {} line of", "left out of the page: {} lines of"],
}


@pytest.mark.parametrize(("topic", "beginning"), [(key, each) for key, given in TOPICS.items() for each in given])
def test_the_notes_of_readers_have_their_topics(topic: str, beginning: str) -> None:
    reasons = [each for each in french_reasons.REASONS if each.startswith(beginning)]
    assert reasons
    for each in reasons:
        problem = searcher.Failure("a", each.replace("{}", "7"), kind="noted")
        assert [(found.name, found.files) for found in reporting.topics(report(problem))] == [(topic, 1)]
