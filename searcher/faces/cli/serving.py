"""The command that shows the archive in a browser until it is interrupted: `searcher serve`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import searcher
from searcher.faces.cli.options import INDEX, Option, takes
from searcher.faces.cli.running import echo
from searcher.messages import Message, say

PORT = 8765


@takes(
    INDEX,
    Option("--port", int, PORT, "N", help="port.serve"),
    Option("--host", str, "127.0.0.1", "H"),
    Option("--token", str, None, "T"),
    Option("--public", bool, False),
    Option("--allow-host", str, None, "NAME", key="allowed", many=True),
    Option("--save", bool, False, help="save.serve"),
    Option("--base-url", str, None, "URL"),
    Option("--cors", str, None, "ORIGIN"),
    Option("--show-paths", bool, False),
    Option("--processes", int, None, "N", help="processes.serve"),
    Option("--verbose", bool, False),
)
def serve(
    *,
    index: Path | None,
    port: int,
    host: str,
    token: str | None,
    public: bool,
    allowed: list[str],
    save: bool,
    base_url: str | None,
    cors: str | None,
    show_paths: bool,
    processes: int | None,
    verbose: bool,
) -> int:
    """Serves until it is interrupted."""
    if not 0 <= port < 1 << 16:
        raise searcher.UsageError(Message("serve.port", port=port))
    if processes is not None and not 0 <= processes <= 64:
        raise searcher.UsageError(Message("serve.process-number", processes=processes))
    token = token or os.environ.get("SEARCHER_TOKEN") or None
    if token == "-":
        from secrets import token_urlsafe  # here: the other commands start without it

        token = token_urlsafe(24)
    if not _is_loopback(host) and not token and not public:
        raise searcher.UsageError(Message("serve.host", host=host))
    try:
        from searcher.faces.web.application import application
        from searcher.faces.web.processes import MOST
        from searcher.faces.web.server import listening, run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "jinja2"):
            raise
        raise searcher.UsageError(Message("serve.packages", command=searcher.install_command("web"))) from error
    made = application(
        index,
        base_url=base_url,
        token=token,
        allowed_hosts=_names(host, allowed),
        cors=cors,
        saved_searches=searcher.SavedSearches() if save or not public else None,
        save=save,
        show_paths=show_paths,
        processes=min(os.cpu_count() or 1, MOST) if processes is None else processes,
    )
    with listening(host, port) as place:
        at = base_url or f"http://{f'[{host}]' if ':' in host else host}:{place.getsockname()[1]}/"
        echo(say("serve.at", address=f"{at}{f'?token={token}' if token else ''}"), err=True)
        run(made, place, verbose=verbose)
    return 0


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _names(host: str, allowed: list[str]) -> list[str]:
    """The names that the server answers to beside loopback: those allowed, the address itself, and where it listens on all
    addresses, those of this computer."""
    if _is_loopback(host):
        return allowed
    import socket  # here: as above

    own = socket.gethostname()
    addresses = set()
    if host in ("0.0.0.0", "::"):
        with suppress(OSError):
            addresses = {str(each[4][0]) for each in socket.getaddrinfo(own, None)}
    return [*allowed, host, own, *sorted(addresses)]
