"""What the real `ctr` printed on a node, parsed from its text. Nothing here knows boltview.

Tables come from Go's text/tabwriter, documents from encoding/json, times from package time.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

NODES = ("containerd-1.6", "containerd-2.4")

Row = dict[str, str]


class Output(NamedTuple):
    """The files of one node: `NAMESPACE.COMMAND.SUBCOMMAND[.ARGUMENT].txt`."""

    folder: Path

    def namespaces(self) -> list[Row]:
        return table(_read(self.folder / "namespaces.ls.txt"), "NAME", "LABELS")

    def lists(self, namespace: str, command: str, *columns: str) -> list[Row]:
        """Return the rows of `NAMESPACE.COMMAND.txt`, such as command `images.ls`."""
        return table(_read(self.folder / f"{namespace}.{command}.txt"), *columns)

    def content(self, namespace: str) -> list[Row]:
        """Return the rows of `content ls`, whose columns are separated by tabs."""
        lines = _read(self.folder / f"{namespace}.content.ls.txt").splitlines()
        rows = [re.split(r"\t+", line) for line in lines]
        assert rows[0] == ["DIGEST", "SIZE", "AGE", "LABELS"]
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def info(self, namespace: str, command: str, name: str) -> dict[str, Any]:
        """Return the document of `NAMESPACE.COMMAND.info.NAME.txt`."""
        file = f"{namespace}.{command}.info.{name.replace(':', '_')}.txt"
        document = json.loads(_read(self.folder / file))
        assert isinstance(document, dict)
        return document

    def count(self, pattern: str) -> int:
        """Return how many files there are of a glob pattern, without `.txt`."""
        return len(list(self.folder.glob(f"{pattern}.txt")))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def table(text: str, *columns: str) -> list[Row]:
    """Parse a table padded with spaces.

    Every cell begins below its heading, counted in code points, as tabwriter counts.
    """
    header, *lines = text.splitlines()
    starts: list[int] = []
    for column in columns:
        starts.append(header.index(column, starts[-1] + 1 if starts else 0))
    assert "".join(header.split()) == "".join("".join(columns).split())
    ends: list[int | None] = [*starts[1:], None]
    rows = []
    for line in lines:
        # A column's cells end in at least one space of padding.
        assert all(line[start - 1] == " " for start in starts[1:])
        cells = [line[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]
        rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def labels(cell: str) -> dict[str, str]:
    """Parse `k=v,k=v`; `-` or nothing is no labels. A piece without `=` goes on with the value."""
    found: dict[str, str] = {}
    key = ""
    for piece in cell.split(",") if cell not in {"", "-"} else ():
        name, sign, value = piece.partition("=")
        if sign:
            key = name
            found[key] = value
        else:
            found[key] += "," + piece
    return found


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z| \+0000 UTC)")


def nanoseconds(text: str) -> int:
    """Return Unix nanoseconds of RFC 3339 in UTC, or of Go's `time.String()` in UTC."""
    match = _MOMENT.fullmatch(text)
    assert match, text
    date, time, fraction = match.groups()
    moment = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 10**9 + int((fraction or "").ljust(9, "0"))


def human_size(size: int) -> str:
    """Write a number of bytes as `content ls` does (docker/go-units `HumanSize`)."""
    return _scaled(size, 1000, "%.4g%s", ("B", "kB", "MB", "GB"))


def binary_size(size: int) -> str:
    """Write a number of bytes as `snapshots usage` does (containerd `progress.Bytes`)."""
    return _scaled(size, 1024, "%.1f %s", ("B", "KiB", "MiB", "GiB"))


def _scaled(size: int, base: int, form: str, units: tuple[str, ...]) -> str:
    scaled = float(size)
    for unit in units:
        if scaled < base:
            return form % (scaled, unit)
        scaled /= base
    message = f"{size} is larger than anything in the fixtures"
    raise AssertionError(message)
