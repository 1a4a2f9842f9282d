"""The scan of large files says the same as the walk, on sound and on damaged files."""

from pathlib import Path

import pytest

from boltview.bolt import survey as walking
from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.owners import PageTable
from boltview.bolt.scan import read as scanning
from boltview.bolt.source import FileSource, MemorySource
from boltview.bolt.stats import ALL_LEVELS, file_use
from boltview.bolt.survey import Survey
from fixtures.make.damage import Damaged, damaged_files
from tests.bolt.build import Image
from tests.fuzz.mutate import mutate
from tests.fuzz.targets import open_source

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SOUND = sorted(FIXTURES.rglob("*.db"))


def is_scanned(database: Database) -> bool:
    """Whether the scan takes the whole file for sound."""
    survey = Survey(database.revision()).finish()
    return survey._tree is not None  # noqa: SLF001 - there is no other sign, on purpose


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scan files of any size."""
    monkeypatch.setattr(scanning, "FROM_SIZE", 0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("path", SOUND, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_sound_file_is_scanned_and_reads_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in (FileSource(str(path)), MemorySource(path.read_bytes())):
        database = Database(source)
        revision = database.revision()
        assert is_scanned(database)
        assert list(check(database)) == []
        scanned = file_use(revision, ALL_LEVELS), list(PageTable(revision).pages())
        with monkeypatch.context() as context:
            context.setattr(walking, "can_scan", lambda _: False)
            assert scanned == (file_use(revision, ALL_LEVELS), list(PageTable(revision).pages()))


@pytest.mark.parametrize("case", list(damaged_files()), ids=lambda case: case.name)
def test_a_damaged_file_has_the_same_findings(
    case: Damaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(MemorySource(case.data))
    walked = list(check(database))
    monkeypatch.setattr(scanning, "FROM_SIZE", 0)
    assert list(check(database)) == walked


@pytest.mark.slow
def test_mutated_files_have_the_same_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    doubtful = 0
    for number in range(20_000, 22_000):
        database = open_source(MemorySource(mutate(number).data))
        if database is None:
            continue
        walked = list(check(database))
        with monkeypatch.context() as context:
            context.setattr(scanning, "FROM_SIZE", 0)
            assert list(check(database)) == walked, number
            doubtful += not is_scanned(database)
    assert 500 < doubtful < 1900


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (b"a", b"a\0"),
        (b"a\0", b"a\0\0"),
        (b"a" * 8, b"a" * 8 + b"\0"),
        (b"a" * 15, b"a" * 16),
        (b"a" * 24 + b"b", b"a" * 24 + b"c"),
        (b"\x7f" * 9, b"\x80"),
        (b"a" * 1000 + b"x", b"a" * 1000 + b"y"),
    ],
)
def test_keys_are_compared_as_bytes(left: bytes, right: bytes) -> None:
    for first, second, is_sound in ((left, right, True), (right, left, False)):
        image = Image()
        page = image.leaf((first, b""), (second, b""))
        database = Database(MemorySource(image.finish(page)))
        assert is_scanned(database) == is_sound
        assert (list(check(database)) == []) == is_sound


@pytest.mark.usefixtures("always")
def test_blocks_across_the_ends_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image(1024)
    # Blocks of three pages over several chunks: some of them lie across an end.
    leaves = [image.leaf((b"%05d" % n, bytes([n % 256]) * 2500)) for n in range(3000)]
    level = [(b"%05d" % n, leaf) for n, leaf in enumerate(leaves)]
    while len(level) > 1:
        level = [(level[i][0], image.branch(*level[i : i + 20])) for i in range(0, len(level), 20)]
    data = image.finish(image.leaf(image.bucket(b"b", level[0][1])))
    database = Database(MemorySource(data))
    assert len(data) > 2 * (1 << 22)
    assert is_scanned(database)
    scanned = file_use(database.revision())
    monkeypatch.setattr(walking, "can_scan", lambda _: False)
    assert scanned == file_use(database.revision())


@pytest.mark.usefixtures("always")
def test_a_file_that_others_are_big_endian_for_is_walked() -> None:
    image = Image(order=">")
    database = Database(MemorySource(image.finish(image.leaf((b"k", b"v")))))
    assert not is_scanned(database)
    assert list(check(database)) == []


def test_a_small_file_is_not_worth_a_scan() -> None:
    assert not is_scanned(Database.open(str(SOUND[0])))


def test_forged_blocks_that_overlap_are_left_to_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page claims a megabyte and 65,535 elements: together sixty times the file."""
    image = Image(1024)
    root = image.leaf((b"k", b"v"))
    for number in range(image.next_page, 3000):
        head = number.to_bytes(8, "little") + b"\2\0\xff\xff" + (1023).to_bytes(4, "little")
        image.data += head.ljust(1024, b"\0")
    database = Database(MemorySource(image.finish(root)))
    monkeypatch.setattr(scanning, "FROM_SIZE", 0)
    assert not is_scanned(database)
