"""`boltview recover`: what is on an undamaged path is saved, and bbolt is content with the file."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from boltview.bbolt import DB, BucketDump
from boltview.bolt.database import Database
from boltview.forensics.carve import carve
from boltview.forensics.salvage import CARVED
from boltview.report.keypath import path_text
from tests.bolt.damages import ELEMENTS, PAGES, REFERENCES, Case
from tests.bolt.damages_inline import INLINE
from tests.bolt.reading import Path as Names
from tests.bolt.sample import sample
from tests.cli.runner import META_24, ROOT, SHAPES, call, environment
from tests.report.open import opened_file

PAIRS = ROOT / "fixtures/gc-pairs"
Records = dict[Names, bytes]

pytestmark = pytest.mark.usefixtures("library")


def as_bbolt_reads(path: Path) -> BucketDump:
    """Return all that is in a database; its own check must be content."""
    with DB(path, read_only=True) as db, db.view() as tx:
        assert tx.check() == []
        return tx.dump()


def records(dump: BucketDump, path: Names = ()) -> Records:
    found: Records = {}
    for key, item in dump.elements.items():
        here = (*path, key)
        if isinstance(item, BucketDump):
            found |= records(item, here)
        else:
            found[here] = item
    return found


@pytest.mark.parametrize("shape", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_a_sound_file_comes_back_as_bbolt_itself_reads_it(shape: str, tmp_path: Path) -> None:
    source, saved = SHAPES / f"{shape}.db", tmp_path / "saved.db"
    result = call("recover", source, saved)
    assert (result.code, result.err) == (0, "")
    # Opened read-only by bbolt, the fixture stays as it is.
    assert as_bbolt_reads(saved) == as_bbolt_reads(source)
    assert (
        Database.open(str(saved)).revision().page_size
        == Database.open(str(source)).revision().page_size
    )
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "case", [*PAGES, *ELEMENTS, *REFERENCES, *INLINE], ids=lambda case: case.name
)
def test_of_a_damaged_file_only_what_is_damaged_is_lost(case: Case, tmp_path: Path) -> None:
    file = sample()
    content, lost = file.content, case.lost(sample())
    case.harm(file)
    source, saved = tmp_path / "harmed.db", tmp_path / "saved.db"
    source.write_bytes(file.data)
    result = call("recover", source, saved, "--json")
    assert result.code == 4
    found = records(as_bbolt_reads(saved))
    wanted = {path: value for path, value in content.items() if path not in lost}
    assert {path: value for path, value in found.items() if path in wanted} == wanted
    # What the harm itself adds is a second entry of one key at most, never another value.
    assert set(found) - set(wanted) <= case.brings(file)
    report = json.loads(result.out)
    assert report["values"] >= len(wanted)
    assert report["lost"] or case.code in result.err


def test_carved_records_are_apart(tmp_path: Path) -> None:
    source, saved = PAIRS / "2.after.db", tmp_path / "saved.db"
    assert call("recover", source, saved, "--carved").code == 0
    found = records(as_bbolt_reads(saved))
    apart = {path: value for path, value in found.items() if path[0] == CARVED}
    assert {path: found[path] for path in found.keys() - apart.keys()} == records(
        as_bbolt_reads(source)
    )
    carved = list(carve(opened_file(source).reading))
    assert len(carved) == len({path[1] for path in apart}) > 40
    for number, record in enumerate(carved, 1):
        name = b"%08d" % number
        assert apart[CARVED, name, b"type"].decode() == record.type
        printed = path_text(record.path) if all(record.path) else ""
        assert apart[CARVED, name, b"path"].decode() == printed
        for key, value in record.contents.items():
            if isinstance(value, bytes):
                assert apart[CARVED, name, b"record", key] == value
    again = call("recover", saved, tmp_path / "again.db", "--carved")
    assert (again.code, list(tmp_path.iterdir())) == (2, [saved])
    assert "boltview-carved already" in again.err


def test_the_revision_before(tmp_path: Path) -> None:
    source = SHAPES / "previous-differs.db"
    result = call("recover", source, tmp_path / "a.db", "--revision", "previous", "--quiet")
    assert result.code == 0
    assert "of revision 4," in result.out
    assert call("diff", source, tmp_path / "a.db").code == 1
    assert call("diff", source, tmp_path / "a.db", "--revision", "previous").code == 0


def test_another_page_size(tmp_path: Path) -> None:
    assert call("recover", META_24, tmp_path / "a.db", "--page-size", "16384").code == 0
    assert Database.open(str(tmp_path / "a.db")).revision().page_size == 16384
    assert call("recover", META_24, tmp_path / "b.db", "--page-size", "100").code == 2


def test_the_source_is_only_read(tmp_path: Path) -> None:
    source = tmp_path / "meta.db"
    source.write_bytes(META_24.read_bytes())
    source.chmod(0o400)
    os.utime(source, ns=(10**18, 2 * 10**18))
    before = source.stat()
    assert call("recover", source, tmp_path / "saved.db").code == 0
    after = source.stat()
    assert source.read_bytes() == META_24.read_bytes()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)
    assert after.st_atime_ns == 10**18


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_bytes(b"of the user")
    result = call("recover", META_24, taken)
    assert (result.code, taken.read_bytes()) == (2, b"of the user")
    assert "it exists" in result.err
    assert call("recover", META_24, tmp_path / "no" / "saved.db").code == 2
    assert call("recover", tmp_path / "none", tmp_path / "saved.db").code == 3
    assert call("recover", META_24).code == 2
    assert list(tmp_path.iterdir()) == [taken]


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from boltview.cli.main import main; sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "recover", META_24, tmp_path / "saved.db"],
        capture_output=True,
        env=environment(),
        cwd=ROOT,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, time; import boltview.cli.recover as recover\n"
        "from boltview.cli.main import main\n"
        "def steps(*args, real=recover._steps):\n"
        "    yield from real(*args)\n"
        "    print('ready', flush=True); time.sleep(60)\n"
        "recover._steps = steps; sys.exit(main(sys.argv[1:]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "recover", META_24, tmp_path / "saved.db"],
        stdout=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
    assert list(tmp_path.iterdir()) == []


def test_what_bbolt_refuses_is_lost_alone(tmp_path: Path) -> None:
    # A key longer than bbolt takes: 32,768 bytes.
    from tests.bolt.build import Image

    image = Image(4096)
    data = image.finish(
        image.nested({b"b": {b"a": b"1", b"k" * 32769: b"2", b"z": b"3"}, b"c": {b"d": b"4"}})
    )
    source, saved = tmp_path / "a.db", tmp_path / "saved.db"
    source.write_bytes(data)
    result = call("recover", source, saved, "--json")
    assert result.code == 4
    assert records(as_bbolt_reads(saved)) == {
        (b"b", b"a"): b"1", (b"b", b"z"): b"3", (b"c", b"d"): b"4"
    }  # fmt: skip
    (lost,) = json.loads(result.out)["lost"]
    assert "bbolt refuses" in lost["what"]
