"""The command that gives an assistant an index as tools: `searcher mcp`, over standard input and output or HTTP."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import searcher
from searcher.faces.cli.options import INDEX, Option, takes
from searcher.faces.cli.running import echo
from searcher.messages import Message, say

PORT = 8766


@takes(INDEX, Option("--http", bool, False), Option("--port", int, PORT, "N", help="port.mcp"))
def mcp(*, index: Path | None, http: bool, port: int) -> int:
    """Serves until the input ends; with `http`, until it is interrupted."""
    if not 0 < port < 1 << 16:
        raise searcher.UsageError(Message("mcp.port", port=f"{port}"))
    if find_spec("mcp") is None:
        raise searcher.UsageError(Message("mcp.package", command=searcher.install_command("mcp")))
    from searcher.faces.mcp.server import server  # here: it takes most of a second to import

    with searcher.live(index) as opened:
        serving = server(opened)
        if not http:
            serving.run("stdio")
            return 0
        echo(say("mcp.serving", folder=opened.folder, address=f"http://127.0.0.1:{port}/mcp"), err=True)
        serving.run("streamable-http", host="127.0.0.1", port=port)
    return 0
