"""The meta pages: which one counts, what is wrong with the other, how the page size is found."""

import pytest

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage, DamageError, NoSuchRevision, NotABoltFile
from boltview.bolt.meta import Metas, read_metas
from boltview.bolt.source import MemorySource
from tests.bolt.build import Image, Meta, put_meta
from tests.bolt.reading import open_bytes
from tests.bolt.test_format import VECTOR

ORDERS = [pytest.param("<", id="little"), pytest.param(">", id="big")]


def file_of(first: Meta, second: Meta, order: str = "<", page_size: int = 4096) -> bytearray:
    """Return a file with these metas and an empty leaf as page 2."""
    image = Image(page_size, order)
    image.leaf()
    put_meta(image.data, 0, first, order)
    put_meta(image.data, 1, second, order)
    return image.data


def metas_of(data: bytes | bytearray) -> Metas:
    return read_metas(MemorySource(data))


def codes(damage: list[Damage]) -> list[tuple[str, int | None, int]]:
    return [(found.code, found.page, found.offset) for found in damage]


def test_a_meta_of_bbolt_is_read_field_by_field() -> None:
    data = bytearray(2 * 4096)
    put_meta(data, 0, Meta(txid=1))
    data[4096:4112] = bytes.fromhex("01000000000000000400000000000000")
    data[4112:4176] = VECTOR
    metas = metas_of(data)
    meta = metas.current
    assert meta.is_valid
    assert (meta.slot, meta.offset, meta.layout.order) == (1, 4112, "little")
    assert (meta.magic, meta.version, meta.page_size, meta.flags) == (0xED0CDAED, 2, 4096, 0)
    assert (meta.root, meta.sequence, meta.freelist) == (0x75, 0, 0x76)
    assert (meta.high_water, meta.txid) == (0x77, 7)
    assert meta.checksum == meta.computed_checksum == 0xEB512950907424B8
    assert meta.has_freelist
    assert not meta.header_problem
    assert metas.damage() == []


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("first", "second", "slot"),
    [
        (6, 7, 1),
        (8, 7, 0),
        # A backup (`Tx.WriteTo`) breaks the parity of slot and txid: no damage.
        (7, 6, 0),
        (7, 7, 0),
        (0, 2**64 - 1, 1),
    ],
)
def test_the_larger_txid_wins_and_page_0_a_tie(
    order: str, first: int, second: int, slot: int
) -> None:
    metas = metas_of(file_of(Meta(txid=first), Meta(txid=second), order))
    assert metas.current.slot == slot
    assert metas.other == metas.pages[1 - slot]
    assert metas.found_by == "meta 0"
    assert metas.damage() == []


BAD = [
    pytest.param(Meta(txid=9, magic=0xED0CDAEE), "invalid database", id="magic"),
    pytest.param(Meta(txid=9, version=3), "version mismatch", id="version"),
    pytest.param(Meta(txid=9, checksum=1), "checksum error", id="checksum"),
    # Old releases took a checksum of 0 for good.
    pytest.param(Meta(txid=9, checksum=0), "checksum error", id="checksum 0"),
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize(("bad", "problem"), BAD)
def test_an_invalid_newest_meta_gives_way_to_the_other(
    order: str, slot: int, bad: Meta, problem: str
) -> None:
    good = Meta(txid=8)
    metas = metas_of(file_of(*((bad, good) if slot == 0 else (good, bad)), order))
    assert metas.current.slot == 1 - slot
    assert metas.current.txid == 8
    assert metas.other is not None
    assert metas.other.problem.startswith(problem)
    assert codes(metas.damage()) == [("meta-invalid", slot, slot * 4096 + 16)]


def test_problems_are_found_in_the_order_of_bbolt() -> None:
    bad = Meta(txid=9, magic=1, version=3, checksum=1)
    assert _problem(bad).startswith("invalid database")
    assert _problem(bad._replace(magic=0xED0CDAED)).startswith("version mismatch")
    assert _problem(bad._replace(magic=0xED0CDAED, version=2)).startswith("checksum error")


def _problem(bad: Meta) -> str:
    other = metas_of(file_of(Meta(), bad)).other
    assert other is not None
    return other.problem


def test_every_byte_of_a_meta_counts() -> None:
    """Each of the 56 bytes and of the checksum, changed alone, makes the meta invalid."""
    for at in range(64):
        data = file_of(Meta(txid=8), Meta(txid=9))
        data[4112 + at] ^= 0x10
        metas = metas_of(data)
        assert metas.current.slot == 0, at
        assert metas.pages[1] is not None
        assert metas.pages[1].problem, at


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("shift", range(15))
def test_the_page_size_is_found_through_meta_1(order: str, shift: int) -> None:
    """At every size from 1 KiB to 16 MiB, when meta 0 is unusable."""
    page_size = 1024 << shift
    data = file_of(Meta(page_size, txid=4, checksum=0), Meta(page_size, txid=3), order, page_size)
    metas = metas_of(data)
    assert metas.page_size == page_size
    assert metas.current.slot == 1
    assert metas.current.offset == page_size + 16
    assert metas.current.layout.order == ("little" if order == "<" else "big")
    assert str(page_size) in metas.found_by
    assert codes(metas.damage()) == [("meta-invalid", 0, 16)]


def test_a_meta_image_at_the_wrong_place_does_not_tell_the_page_size() -> None:
    data = bytearray(8192 + 80)
    stray = Meta(page_size=8192, txid=3)
    data[1024 + 16 : 1024 + 80] = stray.body()
    put_meta(data, 1, stray._replace(txid=4))
    assert metas_of(data).page_size == 8192
    assert metas_of(data).current.txid == 4


@pytest.mark.parametrize("page_size", [512, 12288, 65536])
def test_a_valid_meta_0_tells_any_page_size(page_size: int) -> None:
    data = file_of(Meta(page_size, txid=2), Meta(page_size, txid=3), page_size=page_size)
    metas = metas_of(data)
    assert metas.page_size == page_size
    assert metas.current.txid == 3


@pytest.mark.parametrize(("page_size", "is_odd"), [(512, False), (12288, True), (256, True)])
def test_a_page_size_that_no_machine_has_is_pointed_out(page_size: int, is_odd: bool) -> None:  # noqa: FBT001
    data = file_of(Meta(page_size, txid=2), Meta(page_size, txid=3), page_size=page_size)
    found = codes(metas_of(data).damage())
    assert found == ([("meta-page-size", 1, page_size + 16)] if is_odd else [])


@pytest.mark.parametrize("page_size", [0, 1, 16, 79, 127, (1 << 24) + 1, 2**32 - 1])
def test_an_absurd_page_size_makes_a_meta_unusable(page_size: int) -> None:
    data = file_of(Meta(), Meta())
    data[16:80] = Meta(page_size, txid=9).body()
    metas = metas_of(data)
    assert metas.page_size == 4096
    assert metas.current.slot == 1
    assert codes(metas.damage()) == [("meta-invalid", 0, 16)]


def test_metas_that_disagree_on_the_page_size() -> None:
    data = file_of(Meta(txid=8), Meta(txid=7))
    data[4112:4176] = Meta(8192, txid=9).body()
    metas = metas_of(data)
    assert metas.current.txid == 8
    assert codes(metas.damage()) == [("meta-invalid", 1, 4112)]


def test_the_page_header_is_judged_apart_from_the_meta() -> None:
    data = file_of(Meta(txid=8), Meta(txid=9))
    data[4096] = 7
    data[8] = 0x02
    metas = metas_of(data)
    assert metas.current.txid == 9
    assert codes(metas.damage()) == [("meta-header", 0, 0), ("meta-header", 1, 4096)]


def test_a_file_that_ends_before_meta_1() -> None:
    data = file_of(Meta(txid=8, high_water=1), Meta())[:4096]
    database = open_bytes(data)
    assert database.metas.current.txid == 8
    assert database.metas.other is None
    assert [d.code for d in database.damage] == ["meta-missing", "meta-root"]
    with pytest.raises(NoSuchRevision, match=r"holds revision 8$"):
        database.revision("previous")


def test_roots_that_cannot_be_are_pointed_out() -> None:
    data = file_of(Meta(txid=8, root=1, freelist=3), Meta(txid=9, root=2**63, freelist=2))
    found = [(d.code, d.page, d.offset) for d in open_bytes(data).damage]
    assert found == [
        ("meta-root", 0, 16),
        ("meta-freelist", 0, 16),
        ("meta-root", 1, 4112),
    ]


@pytest.mark.parametrize("high_water", [4, 2**32, 2**63, 2**64 - 1])
def test_a_file_shorter_than_its_high_water_mark_is_truncated(high_water: int) -> None:
    database = open_bytes(file_of(Meta(txid=8), Meta(txid=9, high_water=high_water)))
    found = list(database.damage)
    assert codes(found) == [("truncated", None, 3 * 4096)]
    assert f"3 of {high_water} pages" in found[0].what
    assert f"{(high_water - 3) * 4096} bytes" in found[0].what


def test_a_file_longer_than_its_high_water_mark_is_sound() -> None:
    data = file_of(Meta(txid=8), Meta(txid=9)) + bytes(40960)
    assert not list(open_bytes(data, strict=True).damage)


def test_strict_mode_does_not_open_what_has_a_damaged_meta() -> None:
    data = file_of(Meta(txid=8), Meta(txid=9, checksum=5))
    with pytest.raises(DamageError) as raised:
        open_bytes(data, strict=True)
    assert raised.value.damage == next(iter(open_bytes(data).damage))


def test_revisions_are_named_by_place_or_txid() -> None:
    data = file_of(Meta(txid=8), Meta(txid=9))
    database = Database(MemorySource(data))
    assert database.page_size == 4096
    assert database.revision().txid == database.revision("current").txid == 9
    assert database.revision("previous").txid == 8
    assert database.revision(8).txid == 8
    assert database.revision(9).txid == 9
    with pytest.raises(NoSuchRevision, match="revision 9 and revision 8"):
        database.revision(7)


def test_an_invalid_meta_is_no_revision() -> None:
    database = open_bytes(file_of(Meta(txid=8), Meta(txid=9, checksum=5)))
    assert database.revision().txid == 8
    for which in ("previous", 9):
        with pytest.raises(NoSuchRevision, match=r"holds revision 8$"):
            database.revision(which)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\xed\xda\x0c\xed", r"too small for a bolt file \(4 bytes\)"),
        (bytes(79), r"too small for a bolt file \(79 bytes\)"),
        (bytes(80), "not a bolt file"),
        (bytes(1 << 20), "not a bolt file"),
        (b"SQLite format 3\x00" + bytes(4080), "SQLite"),
        (bytes(range(256)) * 64, "not a bolt file"),
        (bytes(file_of(Meta(checksum=1), Meta(checksum=2))), "both meta pages.*checksum error"),
        (bytes(file_of(Meta(version=1), Meta(version=1))), "both meta pages.*version mismatch"),
        (bytes(file_of(Meta(), Meta())[:79]), "too small"),
    ],
)
def test_what_is_no_bolt_file_says_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(NotABoltFile, match=message):
        open_bytes(data)
