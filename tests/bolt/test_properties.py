"""Whatever bytes change: only BoltError is raised, work is bounded, what is untouched is read."""

import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError, Damage
from boltview.bolt.freelist import read_freelist
from boltview.bolt.index import BucketIndex
from tests.bolt.build import Image, Item, Tree, leaf_body
from tests.bolt.reading import CountingSource, current, open_bytes, read_all
from tests.bolt.reading import Path as KeyPath
from tests.bolt.ways import Record, records_of

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "shapes"
SMALL = sorted(path.name for path in FOLDER.glob("*.db") if path.stat().st_size <= 131072)

keys = st.binary(min_size=1, max_size=12)
leaves = st.binary(max_size=40)
trees = st.recursive(
    st.dictionaries(keys, leaves, max_size=40),
    lambda below: st.dictionaries(keys, leaves | below, max_size=12),
    max_leaves=6,
)


@cache
def shape(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@cache
def records(name: str) -> list[Record]:
    return records_of(current(shape(name)))


def flatten(tree: Tree) -> dict[KeyPath, bytes]:
    flat: dict[KeyPath, bytes] = {}
    todo: list[tuple[KeyPath, Tree]] = [((), tree)]
    while todo:
        path, below = todo.pop()
        for key, value in below.items():
            if isinstance(value, bytes):
                flat[(*path, key)] = value
            else:
                todo.append(((*path, key), value))
    return flat


@given(
    tree=trees,
    page_size=st.sampled_from([512, 1024, 4096]),
    order=st.sampled_from("<>"),
    per_page=st.integers(2, 12),
)
def test_a_composed_file_reads_as_the_mapping_it_was_composed_from(
    tree: Tree, page_size: int, order: str, per_page: int
) -> None:
    image = Image(page_size, order)
    database = open_bytes(image.finish(image.nested(tree, per_page)), strict=True)
    found = read_all(database.revision().root)
    assert found.records == flatten(tree)
    assert len(found.buckets) == _buckets(tree)
    for entries in (found.buckets.values(), [database.revision().root]):
        for bucket in entries:
            names = [entry.key for entry in bucket.entries() if not isinstance(entry, Damage)]
            assert names == sorted(names)


def _buckets(tree: Tree) -> int:
    return sum(1 + _buckets(value) for value in tree.values() if not isinstance(value, bytes))


@given(
    pairs=st.dictionaries(keys, leaves, max_size=60),
    probes=st.lists(keys, max_size=10),
    start=st.binary(max_size=3),
    prefix=st.binary(max_size=2),
)
def test_a_bucket_is_an_ordered_mapping(
    pairs: dict[bytes, bytes], probes: list[bytes], start: bytes, prefix: bytes
) -> None:
    image = Image(512)
    bucket = current(image.finish(image.tree(sorted(pairs.items())))).root
    for probe in (*probes, *pairs):
        found = bucket.get(probe)
        assert (found.value if isinstance(found, Pair) else found) == pairs.get(probe)
    wanted = [key for key in sorted(pairs) if key >= start and key.startswith(prefix)]
    found_keys = [
        entry.key for entry in bucket.entries(start, prefix=prefix) if not isinstance(entry, Damage)
    ]
    assert found_keys == wanted
    index = BucketIndex(bucket)
    assert [index.position(key) for key in sorted(pairs)] == list(range(len(pairs)))


class Everything:
    """Every reading there is, of one file, with its work counted."""

    def __init__(self, data: bytes, wanted: list[Record]) -> None:
        """Read `data`; look up the paths of `wanted`."""
        self.source = CountingSource(data)
        self.found: set[tuple[KeyPath, bytes]] = set()
        database = Database(self.source)
        for which in ("current", "previous"):
            try:
                root = database.revision(which).root
            except BoltError:
                continue
            read_freelist(root.revision)
            self.walk(root, keep=which == "current")
        root = database.revision().root
        for record in wanted:
            found: object = root
            for key in record.path:
                if isinstance(found, Bucket):
                    found = found.get(key)
            assert found is None or isinstance(found, Bucket | Pair | Damage)

    def walk(self, root: Bucket, *, keep: bool) -> None:
        todo = [root]
        seen: set[int] = set()
        while todo:
            bucket = todo.pop()
            index = BucketIndex(bucket)
            for position in range(min(len(index), 100)):
                index.position(getattr(index[position], "key", b""))
            for entry in bucket.entries():
                if isinstance(entry, Bucket) and entry.root not in seen - {0}:
                    seen.add(entry.root)
                    todo.append(entry)
                if isinstance(entry, Pair) and keep:
                    self.found.add(((*bucket.path, entry.key), entry.value))


@cache
def live_pages(name: str) -> list[int]:
    """Return the pages of the current tree, and a free or freelist page or two beside them."""
    used = {page for record in records(name) for page in record.pages}
    return sorted(used | {2, 3, current(shape(name)).meta.root})


@given(
    name=st.sampled_from(SMALL),
    changes=st.lists(
        st.tuples(
            st.integers(0, 9999),
            # Header and element table, where a byte tells more than in a value, or anywhere.
            st.integers(0, 79) | st.integers(0, 65535),
            st.integers(1, 255),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_changed_bytes_harm_only_the_records_whose_way_leads_over_them(
    name: str, changes: list[tuple[int, int, int]]
) -> None:
    data = bytearray(shape(name))
    page_size = open_bytes(data).page_size
    pages = live_pages(name)
    changed = set()
    for which, at, flip in changes:
        page = pages[which % len(pages)]
        data[page * page_size + at % page_size] ^= flip
        changed.add(page)
    wanted = records(name)
    tracemalloc.start()
    try:
        everything = Everything(bytes(data), wanted)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for record in wanted:
        if not record.pages & changed:
            assert (record.path, record.value) in everything.found
    assert everything.source.bytes_read < 400 * len(data)
    assert peak < 32_000_000


@given(
    name=st.sampled_from(SMALL),
    places=st.lists(st.integers(0, 159), min_size=1, max_size=20),
    flips=st.lists(st.integers(1, 255), min_size=20, max_size=20),
)
def test_changed_metas_give_a_sound_revision_or_none(
    name: str, places: list[int], flips: list[int]
) -> None:
    data = bytearray(shape(name))
    page_size = open_bytes(data).page_size
    sound = {open_bytes(data).revision(which).txid for which in ("current", "previous")}
    for place, flip in zip(places, flips, strict=False):
        data[place % 80 + page_size * (place // 80)] ^= flip
    try:
        database = open_bytes(data)
    except BoltError:
        return
    assert database.revision().txid in sound
    assert {damage.code for damage in read_all(database.revision().root).damage} == set()


@given(name=st.sampled_from(SMALL), size=st.integers(0, 131072))
@example(name=SMALL[0], size=0)
def test_a_truncated_file_gives_what_lies_before_its_end(name: str, size: int) -> None:
    data = shape(name)[:size]
    try:
        database = open_bytes(data)
    except BoltError:
        return
    whole = len(data) // database.page_size
    if database.revision().txid != current(shape(name)).txid:
        return
    assert ("truncated" in {damage.code for damage in database.damage}) == (
        whole < database.revision().high_water
    )
    everything = Everything(data, records(name))
    for record in records(name):
        if max(record.pages) < whole:
            assert (record.path, record.value) in everything.found
        else:
            assert (record.path, record.value) not in everything.found


texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9)


@given(
    pairs=st.dictionaries(texts, texts, min_size=1, max_size=12),
    at=st.integers(0, 11),
    field=st.sampled_from(["pos", "key size", "value size"]),
    delta=st.integers(-40, 40).filter(bool) | st.sampled_from([2**31 - 1, 2**32 - 100]),
    inline=st.booleans(),
)
def test_one_lying_field_of_an_element_gives_no_wrong_value(
    pairs: dict[str, str], at: int, field: str, delta: int, *, inline: bool
) -> None:
    items = [Item(key.encode(), pairs[key].encode()) for key in sorted(pairs)]
    at %= len(items)
    image = Image(1024)
    if inline:
        root = image.leaf(image.inline(b"b", *items))
        start = bytes(image.data).index(leaf_body("<", items))
    else:
        root = image.leaf(*items)
        start = root * 1024 + 16
    data = image.finish(root)
    place = start + 16 * at + {"pos": 4, "key size": 8, "value size": 12}[field]
    number = (int.from_bytes(data[place : place + 4], "little") + delta) % 2**32
    data[place : place + 4] = number.to_bytes(4, "little")
    found = read_all(current(data).root)
    if not found.damage:
        # Only zeros lie behind the last element of a page: there its size can grow unseen.
        assert not inline
        assert at == len(items) - 1
        assert field != "pos"
        assert delta > 0
        return
    true = set(items)
    assert {Item(path[-1], value) for path, value in found.records.items()} <= true
    assert len(found.records) >= len(items) - 2


def test_there_are_small_shapes() -> None:
    assert len(SMALL) >= 12


@pytest.mark.parametrize("name", SMALL)
def test_every_record_has_a_way(name: str) -> None:
    root = current(shape(name)).root
    assert {record.path: record.value for record in records(name)} == read_all(root).records
    assert all(record.pages for record in records(name))
