"""A search finds what a naive one finds: by every record of the careful walk, decoded in full."""

import json
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.bolt.sweep import sweep
from boltview.bolt.walk import entry_at
from boltview.forensics.search.hit import DECODED, KEY, VALUE, Hit
from boltview.forensics.search.live import Step, search
from boltview.forensics.search.matcher import EVERYWHERE
from boltview.forensics.search.pattern import Pattern, digest, expression, literal
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree
from tests.bolt.reading import open_bytes
from tests.bolt.test_properties import flatten
from tests.containerd.nodes import IN_ROOT, ROOT
from tests.forensics.search.naive import Entry, entries, expected, hits

FILES = {
    "2.4": f"fixtures/containerd-2.4/root/{IN_ROOT}",
    "1.6": f"fixtures/containerd-1.6/root/{IN_ROOT}",
    "network": "fixtures/containerd-1.6/root/var/lib/docker/network/files/local-kv.db",
    "snapshotter": "fixtures/containerd-2.4/root/var/lib/containerd/"
    "io.containerd.snapshotter.v1.overlayfs/metadata.db",
}
WORDS = ["", "a", "1", "0.", "-", "T18", "true", "sha256:", "linux", "value", "index", "7", "\\u",
         "Z", "2026-11-23", "CAP_", "io.", "Active", "e", "|", "/", '"', "\n", "ö"]  # fmt: skip
places = st.sets(st.sampled_from(sorted(EVERYWHERE)), min_size=1).map(frozenset)


@cache
def reading(name: str) -> Reading:
    return Reading.of(Database.open(str(ROOT / FILES[name])), Library(), FILES[name])


@cache
def records(name: str) -> list[Entry]:
    return entries(reading(name))


@st.composite
def pieces(draw: st.DrawFn, name: str) -> str:
    """Draw a text that stands somewhere in a database, or is a usual word."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(WORDS))
    entry = draw(st.sampled_from(records(name)))
    text = draw(st.sampled_from([entry.path[-1], entry.raw or b"", *entry.texts]))
    start = draw(st.integers(0, max(0, len(text) - 1)))
    return text[start : start + draw(st.integers(1, 12))].decode(errors="surrogateescape")


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=30)
@given(data=st.data(), where=places, ignore_case=st.booleans())
def test_a_text_in_real_files(
    name: str, data: st.DataObject, where: frozenset[str], *, ignore_case: bool
) -> None:
    text = data.draw(pieces(name))
    regex = re.compile(
        re.escape(text.encode(errors="surrogateescape")), re.IGNORECASE if ignore_case else 0
    )
    if ignore_case and not text.isascii():
        return
    found = hits(reading(name), literal(text, ignore_case=ignore_case), where)
    assert [hit.path for hit in found] == expected(records(name), regex, where)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=8)
@given(data=st.data(), where=places)
def test_an_expression_in_real_files(name: str, data: st.DataObject, where: frozenset[str]) -> None:
    first, second = (re.escape(data.draw(pieces(name))) for _ in range(2))
    form = data.draw(st.sampled_from(["^{0}", "{0}$", "{0}.{{0,9}}{1}", "{0}|{1}", "^{0}$"]))
    text = form.format(first, second)
    regex = re.compile(text.encode(errors="surrogateescape"))
    found = hits(reading(name), expression(text), where)
    assert [hit.path for hit in found] == expected(records(name), regex, where)


keys = st.text("ab/%", min_size=1, max_size=4).map(str.encode) | st.binary(min_size=1, max_size=3)
values = st.text("abAB", max_size=30).map(str.encode) | st.binary(max_size=8)
trees = st.recursive(
    st.dictionaries(keys, values, max_size=20),
    lambda below: st.dictionaries(keys, values | below, max_size=8),
    max_leaves=5,
)


@given(
    tree=trees,
    text=st.text("abAB/%", max_size=4),
    where=places,
    ignore_case=st.booleans(),
    is_regex=st.booleans(),
)
def test_random_trees(
    tree: Tree, text: str, where: frozenset[str], *, ignore_case: bool, is_regex: bool
) -> None:
    image = Image(512)
    found = Reading(open_bytes(image.finish(image.nested(tree))).revision(), Library())
    pattern = (expression if is_regex else literal)(text, ignore_case=ignore_case)
    regex = re.compile(text.encode(), re.IGNORECASE if ignore_case else 0)
    paths = [hit.path for hit in hits(found, pattern, where)]
    assert paths == expected(entries(found), regex, where)
    if where == {"values"}:
        # What was written decides, without any reader of ours.
        assert sorted(paths) == sorted(p for p, v in flatten(tree).items() if regex.search(v))


def one(pattern: Pattern, where: str = "keys,values,decoded", name: str = "2.4") -> Hit:
    return next(hits(reading(name), pattern, frozenset(where.split(","))))


def test_a_hit_says_where_it_is() -> None:
    source = reading("2.4").revision.source
    hit = one(literal("web-1"))
    assert (hit.path[-1], hit.where, hit.is_bucket) == (b"web-1", KEY, True)
    assert source.read(hit.origin.offset, hit.origin.length) == b"web-1"
    hit = one(literal("busybox:1.35"), "values")
    assert (hit.where, hit.is_bucket) == (VALUE, False)
    assert hit.excerpt.match == b"busybox:1.35"
    raw = source.read(hit.origin.offset, hit.origin.length)
    assert hit.excerpt.before + hit.excerpt.match + hit.excerpt.after in raw
    hit = one(literal("2026-11-23T18:13:16.161521468Z"))
    assert (hit.path[-1], hit.where, hit.place) == (b"createdat", DECODED, ())
    assert hit.excerpt[:3] == (b"", b"2026-11-23T18:13:16.161521468Z", b"")


def test_a_place_within_json_is_that_of_the_value() -> None:
    found = list(hits(reading("2.4"), expression("^/proc$"), frozenset(("decoded",))))
    assert found
    for hit in found:
        _, pair = entry_at(reading("2.4").root, hit.path)
        assert isinstance(pair, Pair)
        raw = pair.value
        spec = json.loads(raw[raw.index(b"{") :])
        first, *steps = hit.place
        assert first == "value"
        for step in steps:
            spec = spec[step]
        assert spec == "/proc"


def test_a_digest_is_found_by_its_beginning_alone() -> None:
    blob = next(e.path[-1] for e in records("2.4") if e.path[-1].startswith(b"sha256:")).decode()
    wanted = {e.path for e in records("2.4") if e.path[-1].startswith(blob[:15].encode())}
    for text in (blob[:15], blob[7:15], blob[7:15].upper()):
        found = list(hits(reading("2.4"), digest(text), frozenset(("keys",))))
        assert {hit.path for hit in found} == wanted
        assert blob.encode() in {hit.excerpt.match for hit in found}
    assert not list(hits(reading("2.4"), digest(blob[12:30])))


def test_what_is_nowhere_in_the_file_costs_no_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boltview.forensics.search.live.sweep", None)
    found = list(search(reading("2.4"), literal("nowhere"), frozenset(("keys", "values"))))
    assert found
    assert all(isinstance(step, Step) for step in found)


def test_a_search_can_be_left_at_any_step_and_tells_how_far_it_is() -> None:
    steps = [found for found in search(reading("2.4"), literal("k8s")) if isinstance(found, Step)]
    assert steps == sorted(steps)
    assert all(0 <= done <= total for done, total in steps)
    assert next(search(reading("2.4"), literal("k8s")), None) is not None


def test_a_large_value_is_searched_in_pieces() -> None:
    large = bytearray(b"\xc3\xa4" * 1_500_000)
    large[2_000_001:2_000_011] = b"needle\xc3\xa4zz"
    image = Image(4096)
    tree = {b"b": {b"key": bytes(large), b"small": b"needle"}}
    found = Reading(open_bytes(image.finish(image.nested(tree))).revision(), Library())
    assert any(not hasattr(part, "raw") for part in sweep(found.revision))
    for ignore_case in (False, True):
        large_hit, small_hit = hits(found, literal("needle", ignore_case=ignore_case))
        assert large_hit.path == (b"b", b"key")
        assert large_hit.excerpt.match == b"needle"
        assert not large_hit.excerpt.is_begun
        assert not large_hit.excerpt.is_ended
        assert small_hit.path == (b"b", b"small")


def test_damage_hides_nothing_else() -> None:
    image = Image(512)
    tree = {b"b": {b"%03d" % n: b"needle" for n in range(200)}}
    data = bytearray(image.finish(image.nested(tree)))
    whole = [hit.path for hit in hits(_of(data), literal("needle"))]
    assert len(whole) == 200
    place = data.index(b"100needle")
    # The page calls itself another.
    data[place // 512 * 512] ^= 0xFF
    harmed = _of(data)
    left = [hit.path for hit in hits(harmed, literal("needle"))]
    assert 0 < len(left) < 200
    assert [path for path in whole if path in left] == left
    assert {fault.code for fault in harmed.revision.damage} == {"page-id"}


def _of(data: bytearray) -> Reading:
    return Reading(open_bytes(data).revision(), Library())
