"""The parameters of an operation in `openapi.json`, and those of an address → UsageError for one that differs.

Of JSON Schema this knows what the document uses: type, enum, pattern, minimum, maximum, minLength, maxLength, uniqueItems.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import searcher
from searcher.faces.web.documents import described
from searcher.faces.web.state import Parameters
from searcher.messages import Message

ALWAYS = frozenset(("lang", "token"))
"""Parameters of every address."""

_INTEGER = re.compile(r"-?[0-9]{1,12}")


@cache
def known(path: str) -> dict[str, dict[str, Any]]:
    """The parameters in the query of an operation, by name."""
    document = described()
    held = document["components"]["parameters"]
    listed = [
        held[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in document["paths"][path]["get"]["parameters"]
    ]
    return {each["name"]: each for each in listed if each["in"] == "query"}


def check(path: str, given: Parameters) -> None:
    """Raises UsageError for a parameter that the operation does not take, or a value that the parameter cannot have."""
    taken = known(path)
    for name in given:
        if name in ALWAYS:
            continue
        if name not in taken:
            if not taken:
                raise searcher.UsageError(Message("web.no-parameters", path=path, name=name[:40]))
            raise searcher.UsageError(
                Message("web.parameter", path=path, parameters=", ".join(sorted(taken)), name=name[:40])
            )
        values = given.getlist(name)
        schema = taken[name]["schema"]
        if schema["type"] == "array":
            if not taken[name].get("explode", True):
                values = [value for each in values for value in each.split(",")]
            if schema.get("uniqueItems") and len(set(values)) < len(values):
                raise searcher.UsageError(Message("web.twice", name=name))
            schema = schema["items"]
        elif len(values) > 1:
            raise searcher.UsageError(Message("web.several", name=name, count=len(values)))
        for value in values:
            if not fits(value, schema):
                raise searcher.UsageError(refused(name, schema, value[:40]))


def fits(value: str, schema: dict[str, Any]) -> bool:
    """Whether a value is one that the schema allows."""
    if schema["type"] == "integer":
        return _INTEGER.fullmatch(value) is not None and schema["minimum"] <= int(value) <= schema["maximum"]
    return (
        value in schema.get("enum", (value,))
        and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)
    )


def refused(name: str, schema: dict[str, Any], value: str) -> Message:
    """What a parameter takes in place of a value that its schema does not allow."""
    if schema["type"] == "integer":
        return Message("web.number", name=name, low=schema["minimum"], high=schema["maximum"], value=value)
    if "enum" in schema:
        return Message("ask.choice", name=name, choices=", ".join(schema["enum"]), value=value)
    if "pattern" in schema:
        return Message("web.pattern", name=name, pattern=schema["pattern"], value=value)
    return Message(
        "web.length", name=name, low=schema.get("minLength", 0), high=schema.get("maxLength", "…"), value=value
    )
