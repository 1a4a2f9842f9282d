"""The record says what was copied, and re-checking finds any change of copy or record."""

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from boltview import __version__
from boltview.bolt import metawatch
from boltview.bolt.snapshot import Limits
from boltview.cli.main import main
from boltview.forensics.evidence import Malformed, Record, from_json, to_json

RECORDED = {
    *("source", "device", "inode", "size", "mtime", "page_size", "txid", "lock_holder"),
    *("started_at", "ended_at", "attempts", "verdict", "sha256", "program"),
}
"""What the record of a copy is promised to tell."""


@pytest.fixture
def source(fixtures: Path) -> Path:
    """A real database."""
    root = fixtures / "containerd-1.6/root/var/lib/containerd"
    return root / "io.containerd.metadata.v1.bolt/meta.db"


@pytest.fixture
def copy(source: Path, tmp_path: Path) -> Path:
    """A copy with its record."""
    path = tmp_path / "copy.db"
    assert main(["snapshot", str(source), str(path), "--quiet"]) == 0
    return path


def record_of(copy: Path) -> Path:
    return copy.with_name(copy.name + ".json")


def test_the_record_is_true(source: Path, copy: Path) -> None:
    told = json.loads(record_of(copy).read_text())
    info = source.stat()
    assert set(told) >= RECORDED
    assert told["source"] == str(source)
    assert told["device"] == f"{os.major(info.st_dev)}:{os.minor(info.st_dev)}"
    assert (told["inode"], told["size"]) == (info.st_ino, info.st_size)

    data = source.read_bytes()
    txids = sorted(int.from_bytes(data[at : at + 8], "little") for at in (64, 4096 + 64))
    assert (told["txid"], told["previous_txid"]) == (txids[1], txids[0])
    assert told["page_size"] == 4096
    assert told["lock_holder"] is None
    assert told["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
    assert told["copy_size"] == copy.stat().st_size
    assert told["verdict"] == "consistent"
    assert told["attempts"] == 1
    assert told["program"] == f"boltview {__version__}"
    time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
    assert all(time.fullmatch(told[name]) for name in ("mtime", "started_at", "ended_at"))
    assert told["started_at"] <= told["ended_at"]


def test_the_copy_holds_every_page_of_the_original(source: Path, copy: Path) -> None:
    data, taken = source.read_bytes(), copy.read_bytes()
    high_water = max(
        (int.from_bytes(data[at + 64 : at + 72], "little"), data[at + 56 : at + 64])
        for at in (0, 4096)
    )[1]
    assert len(taken) == int.from_bytes(high_water, "little") * 4096
    assert taken[8192:] == data[8192 : len(taken)]


def test_an_untouched_copy_is_as_recorded(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--verify", str(copy)]) == 0
    assert capsys.readouterr().out == f"{copy}: as recorded\n"


@pytest.mark.parametrize("offset", [64, 4096 + 64, 20 * 4096, 100 * 4096 + 2000, -1])
def test_one_changed_byte_is_found(
    copy: Path, offset: int, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(copy.read_bytes())
    data[offset] ^= 1
    copy.write_bytes(data)
    assert main(["snapshot", "--verify", str(copy)]) == 1
    told = capsys.readouterr().out
    assert "NOT as recorded" in told
    assert "SHA-256" in told


@pytest.mark.parametrize("length", [0, 4096, 100_000])
def test_a_copy_cut_short_is_found(
    copy: Path, length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    os.truncate(copy, length)
    assert main(["snapshot", "--verify", str(copy)]) == 1
    assert f"size: {length} bytes" in capsys.readouterr().out


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[]", b"[" * 100_000, b"\xff", b'{"txid": 1}'])
def test_a_spoilt_record_is_none(
    copy: Path, spoilt: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    record_of(copy).write_bytes(spoilt)
    assert main(["snapshot", "--verify", str(copy)]) == 3
    assert "no evidence record" in capsys.readouterr().err


def test_a_missing_record_is_told(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record_of(copy).unlink()
    assert main(["snapshot", "--verify", str(copy)]) == 3
    assert "copy.db.json: No such file" in capsys.readouterr().err


def test_a_record_survives_being_written_and_read(copy: Path) -> None:
    record = from_json(record_of(copy).read_bytes())
    hostile = record._replace(
        source="/a\x1b]0;\x07\x7f\u202e\udcff", findings=[{"message": "\x00"}]
    )
    text = to_json(hostile)
    assert text.isascii()
    assert not set(text) & {"\x1b", "\x07", "\x7f", "\x00"}
    assert from_json(text.encode()) == hostile


def test_a_record_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(Malformed):
        from_json(json.dumps(dict.fromkeys(Record._fields)).encode())


def test_stdout_carries_the_same_bytes(
    copy: Path, source: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["snapshot", str(source), "-", "--json"]) == 0
    told = capfdbinary.readouterr()
    assert told.out == copy.read_bytes()
    assert json.loads(told.err)["sha256"] == hashlib.sha256(told.out).hexdigest()


def test_a_torn_copy_is_labelled_everywhere(
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A writer too fast for anything: the newest meta is never the same twice."""
    live = tmp_path / "live.db"
    live.write_bytes(source.read_bytes())
    newest = metawatch.MetaWatch.newest
    calls = iter(range(10**9))

    def racing(watch: metawatch.MetaWatch) -> metawatch.Newest:
        found = newest(watch)
        number = next(calls)
        meta = found.meta._replace(txid=found.meta.txid + number * 2)
        return metawatch.Newest(meta, b"%064d" % number)

    monkeypatch.setattr(metawatch.MetaWatch, "newest", racing)
    quick = Limits(2, patience=0.01, chase=0.05)
    monkeypatch.setattr(
        "boltview.cli.snapshot.Limits", lambda allow_torn: quick._replace(allow_torn=allow_torn)
    )
    copy = tmp_path / "copy.db"
    assert main(["snapshot", str(live), str(copy)]) == 5
    assert not copy.exists()
    assert "a writer committed during each" in capsys.readouterr().err
    assert main(["snapshot", str(live), str(copy), "--allow-torn"]) == 5
    assert "torn: pages of several revisions" in capsys.readouterr().out
    assert from_json(record_of(copy).read_bytes()).is_torn
    monkeypatch.undo()
    assert main(["snapshot", "--verify", str(copy)]) == 1
    assert "torn" in capsys.readouterr().out
