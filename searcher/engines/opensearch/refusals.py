"""What a cluster answers when it does not do what was asked → an exception: its words, and whether waiting helps."""

from __future__ import annotations

from typing import Any

Json = Any
"""Decoded JSON, of whatever shape the cluster gave it."""

BUSY = frozenset((429, 502, 503, 504))
"""What a cluster answers that will answer otherwise in a while."""


class Refused(Exception):
    """The cluster answered that it will not do what was asked. `kind` is its name for why, `said` its words; either may be
    empty."""

    def __init__(self, status: int, kind: str, said: str) -> None:
        super().__init__(f"{status} {kind}: {said}")
        self.status, self.kind, self.said = status, kind, said

    @property
    def shown(self) -> str:
        """What to tell people, never nothing."""
        return self.said or self.kind or f"HTTP {self.status}"

    @staticmethod
    def of(status: int, answer: Json) -> Refused:
        """What an answer says, or an item of an answer."""
        return Refused(status, *_error(answer))

    def is_final(self) -> bool:
        """Whether waiting does not help: a block that a full disk has set is lifted when people have made room."""
        return self.status not in BUSY or (self.kind == "cluster_block_exception" and "disk usage" in self.said)

    def is_short_of_memory(self) -> bool:
        """Whether a node refuses work until some of its memory is free again."""
        return self.kind == "circuit_breaking_exception"

    def is_passing(self) -> bool:
        """Whether it is a node that has gone, which the next attempt does not ask."""
        return self.kind in _PASSING or self.kind.startswith(("node_", "connect_"))


_PASSING = frozenset(
    """
    search_context_missing_exception no_shard_available_action_exception already_closed_exception shard_not_found_exception
    index_shard_closed_exception send_request_transport_exception receive_timeout_transport_exception
    unavailable_shards_exception shard_not_in_primary_mode_exception illegal_index_shard_state_exception
    cluster_manager_not_discovered_exception master_not_discovered_exception
    """.split()
)


def _error(answer: Json) -> tuple[str, str]:
    """What a cluster calls an error, the innermost cause if it names one, and what it says about it."""
    if not isinstance(answer, dict):
        return "", ""
    error = answer.get("error")
    shards = answer.get("_shards")  # of a refresh; a deletion by query that stopped half-way names failures alone
    failures = answer.get("failures") or (shards.get("failures") if isinstance(shards, dict) else None)
    if error is None and failures:
        error = failures[0].get("cause") or failures[0].get("reason")
    if not isinstance(error, dict):
        return "", _in_one_line(error or "")
    kind, said = str(error.get("type", "")), str(error.get("reason", ""))
    cause = error.get("caused_by")
    if not isinstance(cause, dict) and error.get("root_cause"):
        cause = error["root_cause"][0]
    while isinstance(cause, dict):
        kind, said = str(cause.get("type", kind)), f"{cause.get('reason', said)}"
        cause = cause.get("caused_by")
    return kind, _in_one_line(said)


def _in_one_line(said: object) -> str:
    return " ".join(str(said).split())[:300]
