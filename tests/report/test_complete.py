"""What a path that is typed can become, against a walk over all entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.bucket import Bucket
from boltview.bolt.source import MemorySource, Source
from boltview.report import complete
from boltview.report.complete import MOST, paths
from boltview.report.keypath import component, path_text
from boltview.report.opened import Opened
from tests.bolt.build import Image, Tree
from tests.report.open import META_24, SHAPES, opened_file, opened_source


def opened(tree: Tree) -> Opened:
    image = Image(512)
    return opened_source(MemorySource(image.finish(image.nested(tree, 4))))


def lines(at: Opened, typed: str) -> list[str]:
    return [offer.line for offer in paths(at, typed)]


NAMES = st.binary(min_size=1, max_size=4) | st.sampled_from([b"a/b", b"a", b"%", b"\x1b[2J", b"ab"])
TREES = st.dictionaries(NAMES, st.just(b"v") | st.dictionaries(NAMES, st.just(b"v"), max_size=5),
                        min_size=1, max_size=8)  # fmt: skip


@given(TREES, st.data())
def test_keys_that_begin_so_are_offered_in_order(tree: Tree, data: st.DataObject) -> None:
    at = opened(tree)
    key = data.draw(st.sampled_from(sorted(tree)))
    length = data.draw(st.integers(0, len(key)))
    typed = component(key[:length])
    offers = paths(at, typed)
    expected = [component(k) for k in sorted(tree) if k.startswith(key[:length])]
    if "/" not in typed:
        assert [offer.line for offer in offers][: len(expected)] == expected
    for offer in offers:
        assert offer.line.isprintable()
        assert offer.label.isprintable()
        found = at.reading.root.get(next(k for k in tree if component(k) == offer.line))
        assert isinstance(found, Bucket) == bool(offer.more)


def test_level_by_level() -> None:
    with_slashes = {b"docker.io/library/busybox:1": b"v", b"docker.io/other": b"v"}
    at = opened({b"v1": {b"moby": {b"images": with_slashes}, b"more": b"v"}})
    assert lines(at, "") == ["v1"]
    assert lines(at, "v1/") == ["v1/moby", "v1/more"]
    assert lines(at, "v1/mor") == ["v1/more"]
    assert lines(at, "v1/by") == ["v1/moby"]
    both = [path_text((b"v1", b"moby", b"images", key)) for key in sorted(with_slashes)]
    assert lines(at, "v1/moby/images/docker.io/") == both
    assert lines(at, "v1/moby/images/docker.io/library/b") == both[:1]
    assert lines(at, "v1/moby/images/docker.io%2Fl") == both[:1]
    assert lines(at, "v1/moby/images/busy") == both[:1]
    (offer,) = paths(at, "v1/moby/images/bu")
    assert offer.label == "docker.io/library/busybox:1"
    assert lines(at, "v1/nowhere/x") == []
    assert lines(at, "v1/more/x") == []
    assert lines(at, "/" * 5_000) == ["v1"]


class Counted:
    """A source that counts what is read of it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.size = source.size
        self.bytes = 0

    def read(self, offset: int, length: int) -> bytes:
        self.bytes += length
        return self._source.read(offset, length)


def test_a_large_bucket_is_not_read_whole() -> None:
    image = Image(4096)
    keys: Tree = {b"big": {b"%06d" % number: b"v" * 50 for number in range(20_000)}}
    source = Counted(MemorySource(image.finish(image.nested(keys, 50))))
    at = opened_source(source)
    assert len(lines(at, "big/")) == MOST
    assert lines(at, "big/01999") == [f"big/01999{digit}" for digit in range(10)]
    assert lines(at, "big/00049")[:10] == [f"big/00049{digit}" for digit in range(10)]
    assert lines(at, "big/nothing") == []
    assert source.bytes < source.size // 10


def test_a_key_too_long_to_type_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened({b"a" * 400: b"v", b"a": b"v"})
    assert lines(at, "a") == ["a", "a" * 400]
    monkeypatch.setattr(complete, "_LONGEST", 100)
    assert lines(at, "a") == ["a"]


def test_damage_is_passed_over() -> None:
    image = Image()
    tree: Tree = {b"b": {b"%02d" % number: b"v" * 500 for number in range(20)}}
    data = bytearray(image.finish(image.nested(tree, 4)))
    data[3 * 4096] ^= 0xFF
    at = opened_source(MemorySource(data))
    found = lines(at, "b/")
    assert 0 < len(found) < 20


def test_real_files() -> None:
    for path in (META_24, SHAPES / "hostile.db"):
        at = opened_file(path)
        todo = [""]
        while todo:
            typed = todo.pop()
            for offer in paths(at, typed):
                assert offer.label.isprintable()
                if offer.more and offer.line.count("/") < 3:
                    todo.append(offer.line + offer.more)
