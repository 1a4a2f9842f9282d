"""Printed paths are printable and lead back; typed paths find what a person means."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.source import MemorySource
from boltview.report.keypath import NoSuchKey, component, parse_component, path_text, resolve
from tests.bolt.build import Image, Tree
from tests.bolt.sample import sample
from tests.report.open import SHAPES, composed, opened_file, reading_of

KEYS = st.binary() | st.lists(
    st.sampled_from([b"0x", b"%", b"/", b"41", b"ab", b"\xff", b"\x1b", b"\xc3", "é".encode()])
).map(b"".join)


@given(KEYS)
def test_a_printed_component_leads_back_to_its_key(key: bytes) -> None:
    assert parse_component(component(key)) == key


@given(KEYS)
def test_a_printed_component_is_one_printable_piece(key: bytes) -> None:
    shown = component(key)
    assert shown.isprintable()
    assert "/" not in shown


@given(KEYS, KEYS)
def test_two_keys_are_never_printed_alike(one: bytes, other: bytes) -> None:
    assert (component(one) == component(other)) == (one == other)


@given(KEYS)
def test_a_key_can_be_typed_as_hex(key: bytes) -> None:
    if key:
        assert parse_component("0x" + key.hex()) == key
        assert parse_component("0x" + key.hex().upper()) == key


@given(st.binary().map(lambda raw: raw.decode(errors="surrogateescape")))
def test_whatever_the_shell_hands_over_is_some_key(text: str) -> None:
    assert isinstance(parse_component(text), bytes)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (b"docker.io/library/busybox:1.35", "docker.io%2Flibrary%2Fbusybox:1.35"),
        (b"100%", "100%25"),
        (b"\x00\xff", "%00%FF"),
        ("é".encode(), "é"),
        ("\u202e".encode(), "%E2%80%AE"),
        (b"0xab", "%30xab"),
        (b"with space", "with space"),
    ],
)
def test_components_as_they_are_printed(key: bytes, shown: str) -> None:
    assert component(key) == shown


@pytest.mark.parametrize(
    ("typed", "key"),
    [("100%", b"100%"), ("%zz", b"%zz"), ("%2", b"%2"), ("0x", b"0x"), ("0xabc", b"0xabc")],
)
def test_what_is_no_escape_is_meant_literally(typed: str, key: bytes) -> None:
    assert parse_component(typed) == key


def test_the_path_of_the_root_is_empty() -> None:
    assert path_text(()) == ""
    assert path_text((b"v1", b"a/b", b"c")) == "v1/a%2Fb/c"


TREE: Tree = {
    b"plain": {b"key": b"value", b"key/": b"slash behind", b"/key": b"slash before"},
    b"a": {b"b": {b"c": b"by three", b"d": b"only here"}, b"b/c": b"by two"},
    b"a/b": {b"c": b"by a longer bucket"},
    b"x": {b"y/z": {b"w": b"deep"}, b"y": {b"q": b"beside"}},
    b"images": {b"docker.io/library/busybox:1.35": {b"size": b"422"}},
    b"\xff\x00": {b"%41": b"percent"},
}


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (["plain/key"], b"value"),
        (["/plain/key"], b"value"),
        (["//plain/key"], b"value"),
        (["x//y/q"], b"beside"),
        (["plain", "key"], b"value"),
        (["plain/", "/key"], b"slash before"),
        (["plain//key"], b"slash before"),
        (["plain/key/"], b"slash behind"),
        (["plain/%2Fkey"], b"slash before"),
        (["plain/key%2F"], b"slash behind"),
        (["a/b/c"], b"by a longer bucket"),
        (["a", "b/c"], b"by a longer bucket"),
        (["a/b%2Fc"], b"by two"),
        (["a/b/d"], b"only here"),
        (["x/y/z/w"], b"deep"),
        (["x/y/q"], b"beside"),
        (["images/docker.io/library/busybox:1.35/size"], b"422"),
        (["images", "docker.io/library/busybox:1.35", "size"], b"422"),
        (["images/docker.io%2Flibrary%2Fbusybox:1.35/size"], b"422"),
        (["0xff00/%2541"], b"percent"),
        (["%FF%00", "0x253431"], b"percent"),
    ],
)
def test_a_typed_path_finds(parts: list[str], value: bytes) -> None:
    found = resolve(composed(TREE).root, parts)
    assert isinstance(found.entry, Pair)
    assert found.entry.value == value
    assert found.bucket.get(found.entry.key) is not None


@pytest.mark.parametrize("parts", [[], [""], ["/"], ["//", "/"]])
def test_the_empty_path_is_the_root(parts: list[str]) -> None:
    root = composed(TREE).root
    found = resolve(root, parts)
    assert found.entry is root


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("nowhere", "no key nowhere in the root bucket"),
        ("plain/nowhere/else", "no key nowhere/else in plain"),
        ("plain/key/below", "no key key/below in plain"),
        ("x/y/z/no\x1b[31m", "no key no%1B[31m in x/y%2Fz"),
    ],
)
def test_a_path_that_leads_nowhere(typed: str, message: str) -> None:
    with pytest.raises(NoSuchKey) as caught:
        resolve(composed(TREE).root, [typed])
    assert str(caught.value) == message


@pytest.mark.parametrize("shape", sorted(SHAPES.glob("*.db")), ids=lambda path: path.stem)
def test_every_printed_path_of_a_real_file_leads_to_its_entry(shape: object) -> None:
    root = opened_file(SHAPES / str(shape)).reading.root
    waiting = [root]
    while waiting:
        bucket = waiting.pop()
        for entry in bucket.entries():
            assert not isinstance(entry, Damage)
            found = resolve(root, [path_text((*bucket.path, entry.key))])
            assert not isinstance(found.entry, Damage)
            assert (found.bucket.path, found.entry.key) == (bucket.path, entry.key)
            if isinstance(entry, Bucket):
                waiting.append(entry)


def nested(levels: int, *, page_size: int = 512) -> Bucket:
    """Return the root of buckets `a` within buckets `a`, as only a forger nests them."""
    image = Image(page_size)
    page = image.leaf((b"end", b"found"))
    for _ in range(levels):
        page = image.leaf(image.bucket(b"a", page))
    return reading_of(MemorySource(image.finish(page))).root


def test_a_path_of_thousands_of_components_ends_soon() -> None:
    root = nested(3000)
    start = time.process_time()
    found = resolve(root, ["a/" * 3000 + "end"])
    assert isinstance(found.entry, Pair)
    with pytest.raises(NoSuchKey):
        resolve(root, ["a/" * 3001 + "end"])
    with pytest.raises(NoSuchKey):
        resolve(root, ["/".join("x" * 4000)])
    with pytest.raises(NoSuchKey, match="a/…"):
        resolve(root, ["/".join("a" * 100_000)])
    assert time.process_time() - start < 10


def test_a_key_of_many_slashes_ends_soon() -> None:
    name = b"/".join([b"a"] * 4000)
    root = composed({b"bucket": {name: b"found", name + b"/b": b"other"}}).root
    found = resolve(root, ["bucket", name.decode()])
    assert isinstance(found.entry, Pair)
    assert found.entry.value == b"found"


def test_damage_on_one_way_does_not_hide_another() -> None:
    broken = sample()
    # The second element of the root page, the inline bucket, points beyond its page.
    broken.put(broken.entry("root", 1) + 4, "I", 0xFFFFFF)
    root = reading_of(MemorySource(broken.data)).root
    found = resolve(root, ["tree/key-05"])
    assert isinstance(found.entry, Pair)
    found = resolve(root, ["inline/x"])
    assert isinstance(found.entry, Damage)
