"""What the browser remembers from one time to the next, as text: the last place in each file.

The text is read as if somebody else had written it: whatever is not as expected is left out.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from boltview.report.keypath import parse_component, path_text

MAX_TEXT = 1 << 20
"""Characters of the whole; a longer text is not read."""
MAX_FILES = 100
"""Files that are remembered, those used last."""
MAX_OPEN = 500
"""Open buckets that are remembered of one file."""
_MAX_PATH = 4_096
"""Characters of one path."""
_MAX_PATHS = 16_384
"""Characters of all paths of one file."""
_MAX_DEPTH = 256
"""Keys of one path."""
_MAX_WORD = 64
_VERSION = 1

Path = tuple[bytes, ...]


class FileId(NamedTuple):
    """What a file is known by."""

    device: int
    inode: int
    path: str


class Stay(NamedTuple):
    """Where somebody was in a file."""

    view: str
    """Action of the view that showed."""
    path: Path
    """Place of the cursor in the tree."""
    row: Path
    """What finds the row of the cursor in that view, if it is a table."""
    opened: tuple[Path, ...]
    """Buckets that were open, those nearer to the top first."""
    tab: int
    """Number of the tab of the detail pane."""


class Memory(NamedTuple):
    """Everything that is remembered."""

    theme: str = ""
    """Name of the theme that was chosen; empty for none."""
    zone: str = ""
    """`local` if times are shown in the local zone."""
    stays: tuple[tuple[FileId, Stay], ...] = ()
    """The file used last comes last."""

    def recall(self, file: FileId) -> Stay | None:
        """Return where somebody was in a file: the very file, else what had its path."""
        same = [stay for known, stay in self.stays if known[:2] == file[:2]]
        named = [stay for known, stay in self.stays if known.path == file.path]
        both = [stay for known, stay in self.stays if known == file]
        found = both or same or named
        return found[-1] if found else None

    def keep(self, file: FileId, stay: Stay) -> "Memory":
        """Return a memory in which this is the latest stay in the file."""
        others = (
            known for known in self.stays if known[0][:2] != file[:2] and known[0].path != file.path
        )
        stays = (*others, (file, _bounded(stay)))
        return self._replace(stays=stays[-MAX_FILES:])


def memory_text(memory: Memory) -> str:
    """Return a memory as text; the oldest stays are left out where it would be too long."""
    stays = list(memory.stays)
    while True:
        document = {
            "version": _VERSION,
            "theme": memory.theme,
            "zone": memory.zone,
            "files": [
                {
                    **file._asdict(),
                    "view": stay.view,
                    "at": path_text(stay.path),
                    "row": path_text(stay.row),
                    "open": [path_text(path) for path in stay.opened],
                    "tab": stay.tab,
                }
                for file, stay in stays
            ],
        }
        text = json.dumps(document, indent=1)
        if len(text) <= MAX_TEXT or not stays:
            return text
        del stays[: len(stays) // 2 + 1]


def memory_of(text: str) -> Memory:
    """Read what `memory_text` wrote; of anything else as much as makes sense."""
    if len(text) > MAX_TEXT:
        return Memory()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Memory()
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        return Memory()
    files = document.get("files")
    known = [_stay(item) for item in files[-MAX_FILES:]] if isinstance(files, list) else []
    return Memory(
        _word(document.get("theme")),
        _word(document.get("zone")),
        tuple(item for item in known if item is not None),
    )


def _stay(item: object) -> tuple[FileId, Stay] | None:
    if not isinstance(item, dict):
        return None
    device, inode, path = item.get("device"), item.get("inode"), item.get("path")
    if type(device) is not int or type(inode) is not int or not isinstance(path, str):
        return None
    opened = item.get("open")
    names = opened[:MAX_OPEN] if isinstance(opened, list) else []
    tab = item.get("tab")
    stay = Stay(
        _word(item.get("view")),
        _path(item.get("at")),
        _path(item.get("row")),
        tuple(filter(None, map(_path, names))),
        tab if type(tab) is int and 0 <= tab < _MAX_WORD else 0,
    )
    return FileId(device, inode, path), _bounded(stay)


def _word(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _MAX_WORD else ""


def _path(value: object) -> Path:
    if not isinstance(value, str) or not value or len(value) > _MAX_PATH:
        return ()
    try:
        return tuple(map(parse_component, value.split("/")))
    except ValueError:
        return ()


def _bounded(stay: Stay) -> Stay:
    """Leave out what would take too much room."""
    left = _MAX_PATHS
    opened: list[Path] = []
    for path in stay.opened[:MAX_OPEN]:
        left -= _length(path)
        if left < 0 or not _is_short(path):
            break
        opened.append(path)
    row = stay.row if _is_short(stay.row) else ()
    return stay._replace(path=_cut(stay.path), row=row, opened=tuple(opened))


def _cut(path: Path) -> Path:
    """Return as much of a path as is remembered."""
    path = path[:_MAX_DEPTH]
    while not _is_short(path):
        path = path[:-1]
    return path


def _is_short(path: Path) -> bool:
    return len(path) <= _MAX_DEPTH and _length(path) <= _MAX_PATH


def _length(path: Sequence[bytes]) -> int:
    """Return the most characters that a path can take as text."""
    return sum(3 * len(key) + 1 for key in path)
