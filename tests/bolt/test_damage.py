"""Each kind of damage: the right code, page and place; no other record lost; no value made up."""

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage, DamageError
from tests.bolt.build import Image
from tests.bolt.damages import ELEMENTS, PAGES, REFERENCES, Case
from tests.bolt.damages_inline import INLINE
from tests.bolt.reading import (
    Entry,
    Found,
    Path,
    by_position,
    by_walking,
    current,
    look_up,
    open_bytes,
    read_all,
)
from tests.bolt.sample import Sample, sample

CASES = [*PAGES, *ELEMENTS, *REFERENCES, *INLINE]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def harmed(case: Case) -> Sample:
    file = sample()
    before = bytes(file.data)
    case.harm(file)
    assert file.data != before
    return file


def expected(case: Case, file: Sample) -> dict[Path, bytes]:
    lost = case.lost(sample())
    return {path: value for path, value in file.content.items() if path not in lost}


def blamed(case: Case, file: Sample, damage: list[Damage]) -> bool:
    place = case.place(file)
    return any(
        (found.code, found.page, found.offset) == (case.code, file.pages[case.page], place)
        for found in damage
    )


def check(case: Case, file: Sample, found: Found) -> None:
    brought = case.brings(file)
    records = {path: value for path, value in found.records.items() if path not in brought}
    assert records == expected(case, file)


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


def test_the_sample_itself_is_sound() -> None:
    file = sample()
    database = open_bytes(file.data, strict=True)
    found = read_all(database.revision().root)
    assert found.records == file.content
    assert found.damage == []
    assert not len(database.damage)


def test_walking_blames_the_right_place_and_loses_nothing_else(case: Case, harmed: Sample) -> None:
    revision = current(harmed.data)
    found = read_all(revision.root)
    check(case, harmed, found)
    assert blamed(case, harmed, found.damage), found.damage
    assert set(found.damage) <= set(revision.damage)


def test_walking_twice_says_the_same(case: Case, harmed: Sample) -> None:
    revision = current(harmed.data)
    first, second = read_all(revision.root), read_all(revision.root)
    assert first.damage == second.damage, case.name
    assert first.records == second.records


def test_reading_by_position_loses_nothing_else(case: Case, harmed: Sample) -> None:
    check(case, harmed, read_all(current(harmed.data).root, by_position))


def test_a_key_is_found_or_said_to_be_unknowable(case: Case, harmed: Sample) -> None:
    root = current(harmed.data).root
    lost = case.lost(sample())
    for path, value in harmed.content.items():
        found: Entry | None = look_up(root, path)
        if isinstance(found, Pair):
            assert found.value == value, path
        else:
            # None would claim that the key does not exist.
            assert isinstance(found, Damage), path
            assert path in lost or case.code in {"key-order", "page-place", "page-shared"}, path


def test_a_key_that_never_was_is_not_found(case: Case, harmed: Sample) -> None:
    root = current(harmed.data).root
    never = [(b"tree", b"key"), (b"tree", b"key-12x"), (b"tree", b"z"), (b"inline", b"yy"), (b"n",)]
    for path in never:
        found = look_up(root, path)
        assert found is None or isinstance(found, Damage), (case.name, path)


def test_strict_mode_raises_what_is_collected_otherwise(case: Case, harmed: Sample) -> None:
    lenient = current(harmed.data)
    read_all(lenient.root)
    with pytest.raises(DamageError) as raised:
        read_all(open_bytes(harmed.data, strict=True).revision().root)
    assert raised.value.damage in set(lenient.damage), case.name
    assert str(raised.value) == raised.value.damage.what


def test_a_scan_by_prefix_finds_what_is_left(case: Case, harmed: Sample) -> None:
    tree = current(harmed.data).root.get(b"tree")
    if not isinstance(tree, Bucket):
        return
    wanted = {
        path: value
        for path, value in expected(case, harmed).items()
        if path[0] == b"tree" and path[1].startswith(b"key-2")
    }
    found = read_all(tree, lambda bucket: bucket.entries(prefix=b"key-2"))
    assert found.records == wanted, case.name


@pytest.mark.parametrize("cut", [0, 8, 16, 100, 511])
def test_a_file_cut_within_a_page(cut: int) -> None:
    """The root and the branch come first here, then the leaves, of which the last two are cut."""
    image = Image(512)
    image.leaf(image.bucket(b"b", 3))
    image.branch(*((b"%d" % n, 4 + n) for n in range(5)))
    for n in range(5):
        image.leaf((b"%d" % n, b"value"))
    data = image.finish(2)[: 7 * 512 + cut]
    database = open_bytes(data)
    assert [damage.code for damage in database.damage] == ["truncated"]
    for entries in (by_walking, by_position):
        found = read_all(database.revision().root, entries)
        assert set(found.records) == {(b"b", b"0"), (b"b", b"1"), (b"b", b"2")}
        assert [(damage.code, damage.page, damage.offset) for damage in found.damage] == [
            ("page-missing", 7, 7 * 512),
            ("page-missing", 8, 8 * 512),
        ]
    with pytest.raises(DamageError, match="bytes are missing"):
        open_bytes(data, strict=True)
