"""The files of a folder, of all its folders too, in the order of their names; links never lead out of it."""

import os
import stat
from collections.abc import Iterator

from credential.reason import Reason
from verifier_cli.given import Unread
from verifier_cli.reading import kinds

Found = tuple[str, Unread | None]
"""The path of a file, and why it is not read."""


def walk(folder: str) -> Iterator[Found]:
    """Every file that is no litter, at least one: of a folder without any it is said that there is nothing in it."""
    root, found = os.path.realpath(folder), False
    for found_path in _walk(folder, root):
        found = True
        yield found_path
    if not found:
        yield folder, Unread(Reason.FILE_EMPTY, "a folder without files")


def _walk(folder: str, root: str) -> Iterator[Found]:
    """Depth first, without recursion: a tree may be deeper than the stack."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        why, below = _look(path, root, at_top=path == folder)
        if below is None:
            yield path, why
        else:
            waiting += reversed(below)


def _look(path: str, root: str, *, at_top: bool) -> tuple[Unread | None, list[str] | None]:
    """Why it is not read, and what is in it if it is a folder."""
    try:
        mode = os.lstat(path).st_mode if not at_top else os.stat(path).st_mode
        if stat.S_ISLNK(mode):
            return _link(path, root), None
        if stat.S_ISDIR(mode):
            names = sorted(filter(_wanted, os.listdir(path)), key=os.fsencode)
            return None, [os.path.join(path, name) for name in names]
    except OSError as error:
        return _refused(error.strerror or "cannot be read"), None
    return (None, None) if stat.S_ISREG(mode) else (_refused("neither a file nor a folder"), None)


def _link(path: str, root: str) -> Unread | None:
    if not os.path.realpath(path).startswith(root + os.sep):
        return _refused("a link that leads out of the folder")
    return None if os.path.isfile(path) else _refused("a link to no file")


def _wanted(name: str) -> bool:
    return not kinds.is_litter(name)


def _refused(detail: str) -> Unread:
    return Unread(Reason.FILE_UNREADABLE, detail)
