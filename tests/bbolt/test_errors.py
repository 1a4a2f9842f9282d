"""Errors carry bbolt's own names; a panic is an error like any other."""

import errno
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview import bbolt
from boltview.bbolt import DB, BboltError, BboltOSError, GoPanic, errors, sources
from boltview.bbolt.library import load

META_CHECKSUM = 16 + 56  # past the page header, the last field of the meta


def test_every_error_of_bbolt_has_its_class(require: Callable[[str], str]) -> None:
    go = require("go")
    listed = subprocess.run(
        [go, "list", "-f", "{{.Dir}}", "go.etcd.io/bbolt/errors"],
        cwd=sources.GO,
        capture_output=True,
        text=True,
        check=True,
    )
    upstream = Path(listed.stdout.strip(), "errors.go").read_text()
    names = set(re.findall(r"^\t(Err\w+) += errors\.New", upstream, re.MULTILINE))
    assert {"ErrTimeout", "ErrChecksum", "ErrBucketNotFound"} < names
    assert names | {"GoPanic"} == set(errors.BY_NAME)
    reported = set(re.findall(r'"(Err\w+)"', Path(sources.GO, "errors.go").read_text()))
    assert reported == names


@pytest.mark.parametrize("name", sorted(errors.BY_NAME))
def test_every_error_is_a_bbolt_error(name: str) -> None:
    assert issubclass(getattr(bbolt, name), BboltError)


def test_a_missing_file_is_an_os_error(path: Path) -> None:
    with pytest.raises(BboltOSError) as error:
        DB(path, read_only=True)
    assert error.value.errno == errno.ENOENT
    assert error.value.filename == str(path)


def test_a_file_that_is_no_database_is_invalid(path: Path) -> None:
    path.write_bytes(b"not a bolt file".ljust(4096 * 4, b"."))
    with pytest.raises(bbolt.ErrInvalid):
        DB(path)


def spoil(path: Path, offset: int, size: int, *, page_size: int = 4096) -> None:
    """Overwrite a field of both meta pages."""
    content = bytearray(path.read_bytes())
    for page in (0, page_size):
        content[page + offset : page + offset + size] = b"\x99" * size
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("offset", "size", "error"),
    [
        (16, 4, bbolt.ErrInvalid),
        (20, 4, bbolt.ErrVersionMismatch),
        (META_CHECKSUM, 8, bbolt.ErrChecksum),
    ],
)
def test_what_is_wrong_with_both_metas(
    path: Path, offset: int, size: int, error: type[BboltError]
) -> None:
    DB(path, page_size=4096).close()
    spoil(path, offset, size)
    with pytest.raises(error):
        DB(path)


def test_a_damaged_freelist_panics_in_open_and_lets_go_of_the_file(path: Path) -> None:
    DB(path, page_size=4096).close()
    content = bytearray(path.read_bytes())
    content[2 * 4096 + 8 : 2 * 4096 + 10] = b"\x77\x77"  # the flags of page 2, the freelist
    path.write_bytes(content)
    with pytest.raises(GoPanic, match="invalid freelist page: 2") as error:
        DB(path)
    assert "loadFreelist" in error.value.stack
    # The lock is free again: reading does not need the freelist.
    with DB(path, read_only=True, timeout=0) as db, db.view() as tx:
        assert tx.dump().elements == {}


def test_a_fault_beyond_the_end_of_the_file_raises(path: Path) -> None:
    with DB(path, page_size=4096) as db, db.update() as tx:
        tx.create_bucket(b"b")[b"k"] = bytes(2000)
        root = tx.bucket(b"b").root_page()
    with DB(path, read_only=True) as db, db.view() as tx:
        root = tx.meta().root
    assert root > 2
    with path.open("r+b") as file:
        file.truncate(root * 4096)
    with DB(path, read_only=True) as db, db.view() as tx:
        with pytest.raises(GoPanic, match="invalid memory address"):
            tx.dump()
        assert tx.id == 2


def test_an_operation_that_is_not_there_is_an_error(library: Path) -> None:
    assert library.exists()
    with pytest.raises(BboltError, match='no operation is called "nonsense"'):
        load().call(b"nonsense")


def test_a_request_cut_short_panics_in_go_and_raises_here(db: DB) -> None:
    with db.view() as tx, pytest.raises(GoPanic, match="out of range"):
        load().call(b"get", tx.handle, b"\x01\x05abc")


def test_a_database_that_may_not_grow_says_so(path: Path) -> None:
    with DB(path, max_size=1 << 16) as db:
        with pytest.raises(bbolt.ErrMaxSizeReached), db.update() as tx:
            tx.create_bucket(b"b")[b"k"] = bytes(1 << 17)
        with db.view() as tx:
            assert list(tx.buckets()) == []


def test_a_page_too_small_for_a_meta_is_refused_before_bbolt_sees_it(path: Path) -> None:
    with pytest.raises(ValueError, match="smaller than 1024"):
        DB(path, page_size=64)
    assert not path.exists()


def test_after_a_panic_in_a_commit_the_database_only_closes(path: Path) -> None:
    with DB(path, page_size=4096) as db:
        with db.update() as tx:
            tx.create_bucket(b"b")
        with db.view() as tx:
            root, freelist = tx.meta().root, tx.meta().freelist
    content = bytearray(path.read_bytes())
    # The freelist's first entry becomes the root page: in use and free at once.
    content[freelist * 4096 + 16 : freelist * 4096 + 24] = root.to_bytes(8, "little")
    path.write_bytes(content)
    with DB(path) as db:
        with pytest.raises(GoPanic, match=f"page {root} already freed"), db.update() as tx:
            tx.create_bucket(b"c")
        with pytest.raises(BboltError, match="an earlier panic left bbolt's locks held"):
            db.view()
    DB(path, read_only=True, timeout=0).close()
