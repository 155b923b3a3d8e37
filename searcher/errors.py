"""Every error this package raises on purpose; nothing of a dependency's passes a seam of ours.

    SearcherError                    exit status
    ├── UsageError                   2   bad option or argument
    │   ├── QueryError               2   a query beyond a documented limit
    │   └── DateError                2   a date that cannot be read
    ├── IndexUnusable                3   no index, or one that must be rebuilt
    │   ├── IndexMissing             3
    │   ├── IndexForeign             3   another format, engine or analysis
    │   ├── IndexDamaged             3
    │   └── IndexUntrusted           3   others may have written to it
    ├── IndexLocked                  4   another writer holds it
    ├── IndexClosed                  2   it was used after it was closed
    ├── IndexReplaced                2   later updates removed the state that was open
    ├── EngineUnreachable            2   the engine keeps the index elsewhere, and does not answer
    ├── ReadFailed                   2   the index could not be read (no permission, too many open files); it is not damaged
    ├── WriteFailed                  2   the index could not be written (disk full, no permission)
    ├── Unreadable                   5   one input could not be read; a build goes on without it
    ├── InputsFailed                 5   inputs could not be read, and the caller wanted all or nothing
    └── NotFound                     1   no article has this identifier

A message is one line, lower case, without a full stop: what happened, to what, what to do next.
"""

from __future__ import annotations

import errno
import os

from searcher.messages import Message


class SearcherError(Exception):
    """The root of every error raised on purpose. `exit_status` is what a command ends with."""

    exit_status = 2

    @property
    def message(self) -> str:
        """What happened: a `Message`, which can be said in another language, unless the error was made elsewhere."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)

    @property
    def code(self) -> str:
        """A stable word for programs: the id of the message, such as `index.missing`; empty when it has none."""
        return getattr(self.message, "id", "")


class UsageError(SearcherError):
    """An option or an argument that makes no sense."""


class _Positioned(UsageError):
    """An error about `text[start:end]`, so that a face can point at it."""

    def __init__(self, message: str, *, text: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.text = text
        self.start = start
        self.end = end


class QueryError(_Positioned):
    """A query beyond a documented limit (length, depth, number of clauses …)."""


class DateError(_Positioned):
    """A date that cannot be read; `text[start:end]` is the part that was not understood."""


class IndexUnusable(SearcherError):
    """There is no index that could answer."""

    exit_status = 3


class IndexMissing(IndexUnusable):
    """No index where one was expected."""


class IndexForeign(IndexUnusable):
    """An index of another format, engine or analysis; it must be rebuilt."""


class IndexDamaged(IndexUnusable):
    """An index whose files are missing or not what the manifest says."""


class IndexUntrusted(IndexUnusable):
    """An index that belongs to somebody else, or that anyone may write to."""


class IndexLocked(SearcherError):
    """Another process is writing to the index."""

    exit_status = 4


class IndexClosed(SearcherError):
    """An index that was closed before this was asked of it, or while it was answered."""


class IndexReplaced(SearcherError):
    """The state of an index that was open is gone, because later updates removed its files. The index has a newer state."""


class EngineUnreachable(SearcherError):
    """The engine keeps the index elsewhere, in a cluster, and does not answer. Nothing is known to be wrong with the index."""


class ReadFailed(SearcherError):
    """The system would not let the index be read. Nothing is known to be wrong with the index itself."""


class WriteFailed(SearcherError):
    """The index could not be written; what was there before is untouched."""


class Unreadable(SearcherError):
    """An input that could not be read; a build names it and goes on."""

    exit_status = 5


class InputsFailed(SearcherError):
    """Some input could not be read, and the run was to be given up then."""

    exit_status = 5


class NotFound(SearcherError):
    """No article with this identifier."""

    exit_status = 1


_KNOWN = {
    getattr(errno, name): name
    for name in (
        "ENOENT EACCES EPERM EEXIST ENOTDIR EISDIR ENOSPC EMFILE ENFILE ENOMEM EIO EROFS EDQUOT ENAMETOOLONG ELOOP EINVAL "
        "EBUSY ETXTBSY EFBIG ENXIO ENODEV ENOTEMPTY EXDEV EPIPE ESTALE ENOTSUP ENOLCK ENOSYS EAGAIN EADDRINUSE EADDRNOTAVAIL "
        "EAFNOSUPPORT ECONNREFUSED ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH"
    ).split()
}


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, in its words and our style: lower case, never empty, never "success"."""
    number = getattr(error, "errno", None)
    if number in _KNOWN:
        return Message(f"errno.{_KNOWN[number]}")
    if number:
        return Message("errno.other", number=number, said=os.strerror(number).lower())
    said = getattr(error, "strerror", None) if number is None else None
    written = said or (str(error) if number is None else "") or f"refused by the system ({type(error).__name__})"
    return f"{written[:1].lower()}{written[1:]}"


_REMEDIES = {
    errno.EMFILE: "remedy.files",
    errno.ENFILE: "remedy.all-files",
    errno.ENOMEM: "remedy.memory",
}


def not_read(path: str | os.PathLike[str], error: OSError) -> IndexDamaged | ReadFailed:
    """What an error of the system means that came of reading `path`, a part of an index: a file that is missing is damage,
    and everything else is not."""
    what = reason(error)
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
        return IndexDamaged(Message("index.unreadable", path=path, what=what))
    if error.errno in (errno.EACCES, errno.EPERM):
        path, remedy = _refused(os.path.abspath(path))
    else:
        remedy = Message(_REMEDIES.get(error.errno or 0, "remedy.disk"))
    return ReadFailed(Message("index.refused", path=path, what=what, remedy=remedy))


def _refused(path: str) -> tuple[str, str]:
    """What exactly this process may not read of `path` (the file, a folder above it, or a file in it), who owns that, and the
    command that its owner can run."""
    above = [path]
    while os.path.dirname(above[-1]) != above[-1]:
        above.append(os.path.dirname(above[-1]))
    held = path
    for folder in reversed(above[1:]):
        if not os.access(folder, os.X_OK, effective_ids=_EFFECTIVE):
            held = folder
            break
    else:
        if os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK, effective_ids=_EFFECTIVE):
            inside = sorted(entry.path for entry in os.scandir(path))
            held = next((each for each in inside if not os.access(each, os.R_OK, effective_ids=_EFFECTIVE)), path)
    import pwd  # here: only a refusal asks for names
    from shlex import quote

    try:
        status = os.stat(held)
    except OSError:
        return held, Message("remedy.ask-owner")
    try:
        owner = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        owner = Message("owner.number", number=f"{status.st_uid}")
    whole = held if os.path.isdir(held) else os.path.dirname(held)
    if status.st_uid == os.geteuid():
        return held, Message("remedy.yours", mode=f"{status.st_mode & 0o777:03o}", path=quote(whole))
    return held, Message("remedy.owner", owner=owner, path=quote(whole))


_EFFECTIVE = os.access in os.supports_effective_ids


def room(folder: str | os.PathLike[str]) -> str:
    """What to add to a message about a full disk: how much is free where `folder` is, in parentheses."""
    try:
        free = os.statvfs(folder)
    except OSError:
        return ""
    return Message("disk.free", free=free.f_bavail * free.f_frsize >> 20)
