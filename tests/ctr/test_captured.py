"""Every captured output of both nodes' own `ctr`, reproduced byte for byte.

Ages depend on when `ctr` ran, a few seconds before the capture's stamp: the moment is solved for,
and the whole output at that moment must be the same. By rule are compared: `content ls` of 1.6,
whose labels come in random order; `content active`, whose lines do; and `snapshots usage` with
active snapshots, whose files are not in the samples, so that their sizes are taken as captured.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from boltview.bolt.database import Database
from boltview.bolt.source import FileSource
from boltview.containerd.diskusage import DiskUsage
from boltview.containerd.metadata import Metadata
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.cli.runner import IN_ROOT, ROOT, call
from tests.plugins.figures import Figure

SAMPLES = ("1.6", "2.4")
FILES = 223
BY_RULE = {
    ("1.6", "content ls"): "labels in any order",
    ("1.6", "content active"): "lines in any order",
    ("2.4", "content active"): "lines in any order",
    ("1.6", "snapshots usage"): "active sizes as captured",
    ("2.4", "snapshots usage"): "active sizes as captured",
}
SECOND = 1_000_000_000
NAME = re.compile(
    r"(?:(?P<ns>.+?)\.)?(?P<group>namespaces|containers|images|content|leases|sandboxes|snapshots)"
    r"(?:\.(?P<sn>overlayfs|native|erofs))?\.(?P<command>ls|info|check|active|tree|usage|mounts)"
    r"(?:\.(?P<key>.+))?\.txt"
)
AGE = re.compile(r"Less than a second|1 second|(\d+) seconds|About a minute|(\d+) minutes")
ACTIVE = re.compile(r"(\S+) +([\d.]+) (B|KiB|MiB) +(\d+) +")
UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2}


class Captured:
    """One captured output and the command that it answers."""

    def __init__(self, sample: str, path: Path) -> None:
        match = NAME.fullmatch(path.name)
        assert match, path.name
        self.sample = sample
        self.path = path
        self.namespace = match["ns"] or "default"
        self.snapshotter = match["sn"] or ""
        self.command = f"{match['group']} {match['command']}"
        self.key = re.sub(r"^sha256_", "sha256:", match["key"] or "")
        self.expected = path.read_bytes()

    def ask(self, at: int | None = None) -> bytes:
        """Return what we print."""
        group, command = self.command.split()
        flags = ["--snapshotter", self.snapshotter] if self.snapshotter else []
        rest = [*(["/TARGET"] if command == "mounts" else []), *([self.key] if self.key else [])]
        options = ["--at", rfc3339(at)] if at is not None else []
        root = ROOT / f"fixtures/containerd-{self.sample}/root"
        # No --daemon: which ctr to be is seen in the database.
        result = call(
            "ctr", root, *options, "-n", self.namespace, "--platform", "linux/amd64",
            group, *flags, command, *rest,
        )  # fmt: skip
        assert f"as ctr {self.sample} prints it" in result.err
        return result.raw


def captured(sample: str) -> list[Captured]:
    folder = ROOT / f"fixtures/containerd-{sample}/ctr"
    return [Captured(sample, path) for path in sorted(folder.iterdir())]


CASES = sorted({(sample, case.command) for sample in SAMPLES for case in captured(sample)})


def rfc3339(nanos: int) -> str:
    whole, rest = divmod(nanos, SECOND)
    return f"{datetime.fromtimestamp(whole).astimezone():%Y-%m-%dT%H:%M:%S}.{rest:09}" + "+00:00"


def metadata(sample: str) -> Metadata:
    path = str(ROOT / f"fixtures/containerd-{sample}/root" / IN_ROOT)
    return Metadata(Reading.of(Database(FileSource(path)), Library(), path))


def moments(case: Captured) -> Iterator[tuple[int, int]]:
    """Yield the span of nanoseconds since the epoch in which each age of the output is true."""
    lines = case.expected.decode().splitlines()[1:]
    created = {
        blob.digest: blob.created_at.unix_nanos
        for blob in metadata(case.sample).blobs(case.namespace)
        if blob.created_at
    }
    for line in lines:
        cells = [cell for cell in line.split("\t") if cell]
        start = started(case, cells[0]) if case.command == "content active" else created[cells[0]]
        match = AGE.fullmatch(cells[2])
        assert match, cells[2]
        text, seconds, minutes = match[0], match[1], match[2]
        low = {"Less than a second": 0, "1 second": 1, "About a minute": 60}.get(text)
        length = 60 if "minute" in text else 1
        if low is None:
            low = int(seconds) if seconds else int(minutes) * 60
        yield start + low * SECOND, start + (low + length) * SECOND


def started(case: Captured, ref: str) -> int:
    """Return when an upload began, as the content store's own file says."""
    store = ROOT / f"fixtures/containerd-{case.sample}/root/var/lib/containerd"
    for folder in (store / "io.containerd.content.v1.content/ingest").iterdir():
        name = (folder / "ref").read_text()
        if name.startswith(f"{case.namespace}/") and name.endswith(f"/{ref}"):
            text = (folder / "startedat").read_text()
            whole, _, rest = text.partition(".")
            nanos = int(re.sub(r"\D.*", "", rest).ljust(9, "0"))
            return int(datetime.fromisoformat(whole + "+00:00").timestamp()) * SECOND + nanos
    raise LookupError(ref)


def moment(case: Captured) -> int | None:
    """Solve for the moment at which `ctr` ran: one at which every age is true."""
    spans = list(moments(case)) if case.command in {"content ls", "content active"} else []
    if not spans:
        return None
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    assert low < high, "no moment at which all these ages are true"
    stamp = (ROOT / f"fixtures/containerd-{case.sample}/captured-at").read_text().strip()
    end = int(datetime.fromisoformat(stamp).timestamp() + 1) * SECOND
    assert end - 20 * SECOND < high
    assert low < end
    return (low + min(high, end)) // 2


def with_active_sizes(case: Captured, monkeypatch: pytest.MonkeyPatch) -> int:
    """Take the sizes of active snapshots, whose files are not here, from the captured output."""
    kinds = {}
    beside = case.path.with_name(case.path.name.replace(".usage.", ".ls."))
    for line in beside.read_text().splitlines()[1:]:
        cells = line.split()
        kinds[cells[0]] = cells[-1]
    sizes = []
    for line in case.expected.decode().splitlines()[1:]:
        match = ACTIVE.fullmatch(line)
        assert match, line
        if kinds[match[1]] == "Active":
            sizes.append(DiskUsage(round(float(match[2]) * UNITS[match[3]]), int(match[4])))
    given = iter(sizes)
    monkeypatch.setattr("boltview.cli.ctrsnapshots.disk_usage", lambda _: next(given))
    return len(sizes)


def sorted_labels(raw: bytes) -> list[list[bytes]]:
    rows = [line.split(b"\t") for line in raw.splitlines()]
    return [[*row[:-1], *sorted(row[-1].split(b","))] for row in rows]


@pytest.mark.parametrize(("sample", "command"), CASES)
def test_every_output_is_reproduced(
    sample: str,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    cases = [case for case in captured(sample) if case.command == command]
    wrong, by_rule = [], 0
    for case in cases:
        with monkeypatch.context() as patch:
            if command == "snapshots usage":
                by_rule += with_active_sizes(case, patch) > 0
            ours = case.ask(moment(case))
        if ours == case.expected:
            continue
        if (sample, command) == ("1.6", "content ls"):
            by_rule += 1
            is_same = sorted_labels(ours) == sorted_labels(case.expected)
        elif command == "content active":
            by_rule += 1
            is_same = Counter(ours.splitlines()) == Counter(case.expected.splitlines())
        else:
            is_same = False
        if not is_same:
            wrong.append(case.path.name)
    note = f", {by_rule} of them by rule: {BY_RULE[sample, command]}" if by_rule else ""
    figure(f"ctr {sample} {command}: {len(cases) - len(wrong)}/{len(cases)}{note}")
    assert wrong == []


def test_no_captured_output_is_left_out() -> None:
    assert sum(len(captured(sample)) for sample in SAMPLES) == FILES
