"""The freelist page: short and extended form, absent, and with every field lying."""

import struct

import pytest

from boltview.bolt.errors import Damage, DamageError
from boltview.bolt.freelist import Freelist, read_freelist
from tests.bolt.build import FREELIST, Image
from tests.bolt.reading import current, open_bytes
from tests.bolt.sample import PAGE_SIZE, sample

ORDERS = [pytest.param("<", id="little"), pytest.param(">", id="big")]


def written(image: Image, ids: list[int], *, extended: bool = False) -> tuple[bytearray, int]:
    root = image.leaf()
    page = image.freelist(ids, extended=extended)
    return image.finish(root, freelist=page, high_water=max(image.next_page, 70_003)), page


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [0, 1, 510, 511, 600])
def test_a_short_freelist(order: str, count: int) -> None:
    ids = list(range(3, 3 + count))
    data, page = written(Image(order=order), ids)
    overflow = 1 if 16 + 8 * count > 4096 else 0
    assert read_freelist(current(data)) == Freelist(page, overflow, tuple(ids))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [0, 3, 65_534, 65_535, 70_000])
def test_the_extended_form_keeps_its_count_in_the_first_id(order: str, count: int) -> None:
    ids = list(range(3, 3 + count))
    data, _ = written(Image(order=order), ids, extended=True)
    found = read_freelist(current(data))
    assert isinstance(found, Freelist)
    assert found.ids == tuple(ids)


def test_the_extended_form_begins_at_65535_ids() -> None:
    """65,534 ids are the most that a plain count can say."""
    for count, raw_count in ((65_534, 65_534), (65_535, 0xFFFF)):
        data, page = written(Image(), list(range(3, 3 + count)))
        assert struct.unpack_from("<H", data, page * 4096 + 10)[0] == raw_count
        found = read_freelist(current(data))
        assert isinstance(found, Freelist)
        assert len(found.ids) == count


def test_one_page_more_than_needed_is_no_damage() -> None:
    """As bbolt asks for bytes / page size + 1 pages."""
    image = Image()
    root = image.leaf()
    page = image.page(FREELIST, 510, struct.pack("<510Q", *range(3, 513)) + bytes(4096))
    found = read_freelist(current(image.finish(root, freelist=page, high_water=600)))
    # The high-water mark is beyond the end of the file, but the freelist is whole.
    assert found == Freelist(page, 1, tuple(range(3, 513)))


def test_a_file_without_a_freelist() -> None:
    image = Image()
    revision = current(image.finish(image.leaf()))
    assert read_freelist(revision) is None
    assert not list(revision.damage)


LIES = [
    pytest.param("freelist-page", 0, "Q", 999, id="wrong id"),
    pytest.param("freelist-page", 8, "H", 0x02, id="leaf"),
    pytest.param("freelist-page", 8, "H", 0, id="no type"),
    pytest.param("freelist-count", 10, "H", 63, id="one id too many"),
    pytest.param("freelist-count", 10, "H", 0xFFFE, id="largest short count"),
    pytest.param("freelist-overflow", 12, "I", 2**32 - 1, id="largest overflow"),
    pytest.param("freelist-overflow", 12, "I", 2, id="overflow to the end and one more"),
]


@pytest.mark.parametrize(("code", "at", "form", "number"), LIES)
def test_a_lying_field_is_named(code: str, at: int, form: str, number: int) -> None:
    file = sample()
    file.put(file.offset("freelist") + at, form, number)
    revision = current(file.data)
    found = read_freelist(revision)
    assert isinstance(found, Damage)
    assert found[:3] == (code, file.pages["freelist"], file.offset("freelist"))
    assert list(revision.damage) == [found]
    with pytest.raises(DamageError) as raised:
        read_freelist(open_bytes(file.data, strict=True).revision())
    assert raised.value.damage == found


@pytest.mark.parametrize("count", [62, 2**13, 2**40, 2**60, 2**61, 2**64 - 1])
def test_an_absurd_extended_count_is_not_believed(count: int) -> None:
    file = sample()
    file.put(file.offset("freelist") + 10, "H", 0xFFFF)
    file.put(file.offset("freelist") + 16, "Q", count)
    found = read_freelist(current(file.data))
    assert isinstance(found, Damage)
    assert found.code == "freelist-count"
    assert str(count) in found.what


@pytest.mark.parametrize("page", [0, 1, 24, 25, 2**40, 2**63, 2**64 - 2])
def test_a_freelist_page_that_cannot_be(page: int) -> None:
    file = sample()
    assert len(file.data) // PAGE_SIZE == 24
    image = Image(PAGE_SIZE)
    image.data = file.data
    found = read_freelist(current(image.finish(file.pages["root"], freelist=page)))
    assert isinstance(found, Damage)
    assert found.code == "freelist-page"


def test_a_file_that_ends_before_the_freelist() -> None:
    image = Image()
    root = image.leaf()
    page = image.freelist([])
    data = image.finish(root, freelist=page)
    for size, code in ((4096 * 3, "freelist-page"), (4096 * 3 + 100, "freelist-overflow")):
        found = read_freelist(current(data[:size]))
        assert isinstance(found, Damage)
        assert found.code == code


def test_overflow_pages_beyond_the_high_water_mark() -> None:
    """The file goes on there, but what lies there was never committed."""
    image = Image()
    root = image.leaf()
    page = image.freelist([])
    data = image.finish(root, freelist=page) + bytes(8 * 4096)
    struct.pack_into("<I", data, page * 4096 + 12, 1)
    found = read_freelist(current(data))
    assert isinstance(found, Damage)
    assert found.code == "freelist-overflow"
