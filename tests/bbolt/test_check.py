"""The check in a child process: whatever happens there is a verdict here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from boltview.bbolt import DB, Verdict, check_in_subprocess

PAGE = 4096


@pytest.fixture
def sound(path: Path) -> Path:
    """A sound database of a few pages."""
    with DB(path, page_size=PAGE) as db, db.update() as tx:
        bucket = tx.create_bucket(b"b")
        for number in range(500):
            bucket[b"%04d" % number] = bytes(100)
    return path


def write(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def where(path: Path) -> tuple[int, int, int]:
    """Return the pages of the freelist, of bucket b's root branch, and of its first leaf."""
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        leaf = next(page.id for page in tx.pages() if page.type == "leaf" and page.count > 1)
        return tx.meta().freelist, tx.bucket(b"b").root_page(), leaf


def test_a_sound_file_is_ok(sound: Path) -> None:
    assert check_in_subprocess(sound) == Verdict("ok", [])


def test_what_check_finds_comes_back_message_by_message(sound: Path) -> None:
    freelist, _, leaf = where(sound)
    write(sound, freelist * PAGE + 16, leaf.to_bytes(8, "little"))
    found = check_in_subprocess(sound)
    assert found.kind == "errors"
    assert f"page {leaf}: reachable freed" in found.messages
    assert check_in_subprocess(sound, limit=1) == Verdict("errors", found.messages[:1])


def test_a_file_that_does_not_open_is_refused(sound: Path) -> None:
    write(sound, 0, bytes(2 * PAGE))
    assert check_in_subprocess(sound) == Verdict("refused", ["ErrInvalid: invalid database"])


def test_a_missing_file_is_refused(path: Path) -> None:
    found = check_in_subprocess(path)
    assert found.kind == "refused"
    assert "No such file or directory" in found.messages[0]
    assert not path.exists()


def test_a_locked_file_is_refused(sound: Path) -> None:
    with DB(sound):
        found = check_in_subprocess(sound, lock_timeout=0)
    assert found == Verdict("refused", ["ErrTimeout: timeout"])


def test_a_panic_in_open_is_a_verdict(sound: Path) -> None:
    freelist, _, _ = where(sound)
    write(sound, freelist * PAGE + 8, b"\x77\x77")
    found = check_in_subprocess(sound)
    assert found.kind == "panicked"
    assert found.messages[0].startswith(f"invalid freelist page: {freelist}")


def test_a_fault_that_kills_the_checker_is_a_verdict(path: Path) -> None:
    # Without a stored freelist bbolt walks the tree while opening, in a goroutine of its own,
    # where nobody could recover: here it runs off the end of the file.
    with DB(path, page_size=PAGE, no_freelist_sync=True) as db:
        with db.update() as tx:
            tx.create_bucket(b"b")
        with db.view() as tx:
            root = tx.meta().root
    with path.open("r+b") as file:
        file.truncate(root * PAGE)
    found = check_in_subprocess(path)
    assert found.kind == "panicked"
    assert "fault" in found.messages[0]


def test_a_page_that_is_its_own_child_comes_to_an_end(sound: Path) -> None:
    _, branch, _ = where(sound)
    # The first element of the branch page: position and key size, then the child's id.
    write(sound, branch * PAGE + 16 + 8, branch.to_bytes(8, "little"))
    found = check_in_subprocess(sound, timeout=30)
    assert found.kind in {"errors", "panicked"}
    assert found.messages


def test_a_check_that_does_not_finish_is_a_verdict(sound: Path) -> None:
    found = check_in_subprocess(sound, timeout=0.001)
    assert found == Verdict("timeout", ["bbolt did not finish in 0.001 seconds"])


def test_without_the_library_there_is_no_verdict(tmp_path: Path, root: Path) -> None:
    # A copy of the package alone, where nothing was ever built.
    package = tmp_path / "boltview"
    for source in [root / "boltview" / "__init__.py", *(root / "boltview/bbolt").glob("**/*")]:
        if source.is_file() and "_lib" not in source.parts and "__pycache__" not in source.parts:
            copy = package / source.relative_to(root / "boltview")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    program = (
        "import sys; from boltview.bbolt import check_in_subprocess, BboltUnavailable\n"
        "try: check_in_subprocess('any.db')\n"
        "except BboltUnavailable as error: print(error)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("the real bbolt is not built here: build it with")


def test_the_command_prints_one_json_document(sound: Path, root: Path) -> None:
    command = [sys.executable, "-m", "boltview.bbolt", "check", str(sound)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert json.loads(result.stdout) == {"kind": "ok", "messages": []}
    assert result.stderr == ""
