"""Records as nobody writes them: what the collector makes of each, said by rule and by itself."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.containerd.releases import DAEMONS
from tests.bolt.build import Image
from tests.containerd.collector import Collector
from tests.containerd.scenes import NOW, PAST, SECOND, Scene, Tree, binary_time
from tests.containerd.test_gc_collector import disagreements, today

GC = "containerd.io/gc."
ROOT, FLAT = f"{GC}root".encode(), f"{GC}flat".encode()
MOST, LEAST = "2562047h47m16.854775807s", "-2562047h47m16.854775807s"
"""The longest durations of Go, 292 years, which `time.Since` does not exceed."""
TIED = {f"{GC}bref.content": ""}
"""Makes a blob stay if something refers to the empty name."""


def at(scene: Scene, *path: str) -> Tree:
    """Return the bucket at a path below the namespace."""
    place: bytes | Tree = scene.tree
    for name in ("v1", "n", *path):
        assert isinstance(place, dict)
        place = place[name.encode()]
    assert isinstance(place, dict)
    return place


def image(target: Tree) -> Scene:
    """Return an image with this target, and a blob that stays if the target's name is empty."""
    scene = Scene().image("i", "x").blob("b", TIED)
    at(scene, "images", "i")[b"target"] = target
    return scene


def container(snapshotter: str, key: bytes | None) -> Scene:
    """Return a container, and a snapshot that is tied to the empty key of the snapshotter `o`."""
    scene = (
        Scene().container("c", f"{snapshotter}/").snapshot("o/s", "", {f"{GC}bref.snapshot.o": ""})
    )
    record = at(scene, "containers", "c")
    if key is None:
        del record[b"snapshotKey"]
    else:
        record[b"snapshotKey"] = key
    return scene


def labelled(labels: "Tree | bytes") -> Scene:
    """Return a blob with labels that need not be texts, and a container that refers to nothing."""
    scene = Scene().blob("b").container("c", labels={f"{GC}ref.content": ""})
    at(scene, "content", "blob", "b")[b"labels"] = labels
    return scene


def lease(**buckets: "Tree | bytes") -> Scene:
    """Return a lease with these entries over a blob that refers to another, and a snapshot."""
    scene = Scene().lease("l").blob("a", {f"{GC}ref.content": "b"}).blob("b").snapshot("o/s")
    at(scene, "leases", "l").update({name.encode(): value for name, value in buckets.items()})
    return scene


def used(time_of_use: str, condition: str) -> Scene:
    """Return a snapshot used at a time, and an image that keeps it on a condition."""
    scene = Scene().image("i", "b", {f"{GC}cond.snapshot.o": f"{condition}|s"})
    return scene.snapshot("o/s", labels={f"{GC}cond.value-usedat": time_of_use})


def upload(**fields: "Tree | bytes") -> Scene:
    """Return an open upload with these fields, and a blob tied to the empty name."""
    scene = Scene().ingest("i", NOW // SECOND).blob("b", TIED)
    at(scene, "content", "ingests", "i").update(
        {name.encode(): value for name, value in fields.items()}
    )
    return scene


def nanoseconds(many: int) -> bytes:
    """Return the time of every scene with impossible nanoseconds."""
    raw = binary_time(NOW // SECOND)
    return raw[:9] + many.to_bytes(4, "big") + raw[13:]


def values() -> Scene:
    """Return a value in the place of every kind of record."""
    scene = Scene()
    for path in ("leases", "images", "containers", "sandboxes", "snapshots", "snapshots/o",
                 "content", "content/blob", "content/ingests"):  # fmt: skip
        scene.put("n", *path.split("/"), record={b"value": b"x"})
    return scene


BLOB, SNAPSHOT = {"content/b"}, {"snapshot/o/s"}
CASES: dict[str, tuple[Callable[[], Scene], set[str]]] = {
    "a target without digest has an empty name": (lambda: image({}), set()),
    "so has one with an empty digest": (lambda: image({b"digest": b""}), set()),
    "and one with a bucket for it": (lambda: image({b"digest": {}}), set()),
    "an image without target has none": (
        lambda: Scene().put("n", "images", "i", record={b"target": b"x"}).blob("b", TIED), BLOB),
    "a container with an empty key refers to it": (lambda: container("o", b""), set()),
    "so does one without": (lambda: container("o", None), set()),
    "but not without a snapshotter": (lambda: container("", b"s"), SNAPSHOT),
    "a bucket as reference is an empty name": (
        lambda: labelled({f"{GC}bref.content".encode(): {b"x": b"y"}}), set()),
    "a bucket makes a root": (lambda: labelled({ROOT: {}}), set()),
    "so it does with more behind the name": (lambda: labelled({ROOT + b"x": {}}), set()),
    "labels that are a value are none": (lambda: labelled(ROOT), BLOB),
    "a bucket makes no lease flat": (
        lambda: lease(content={b"a": b""}, labels={FLAT: {}}), SNAPSHOT),
    "a value does": (
        lambda: lease(content={b"a": b""}, labels={FLAT: b""}), BLOB | SNAPSHOT),
    "a bucket is no time of expiry": (
        lambda: lease(content={b"a": b""}, labels={f"{GC}expire".encode(): {}}), SNAPSHOT),
    "a lease holds what is named by buckets": (
        lambda: lease(content={b"a": {b"c": b""}}, snapshots={b"o": {b"s": {}}, b"p": b""}), set()),
    "it holds nothing by values": (
        lambda: lease(content=b"a", snapshots=b"o"), {"content/a", "content/b", "snapshot/o/s"}),
    "values are no records": (values, set()),
    "an upload that expects a bucket expects nothing": (lambda: upload(expected={}), BLOB),
    "nor does one that expects no bytes": (lambda: upload(expected=b""), BLOB),
    "a bucket never lets an upload stay": (
        lambda: upload(expireat={}), BLOB | {"ingest/i"}),
    "nobody looks at nanoseconds": (lambda: upload(expireat=nanoseconds(2**30 - 1)), BLOB),
    "a parent that is a bucket is none": (
        lambda: Scene().put("n", "snapshots", "o", "s", "parent").snapshot("o/t"),
        {"snapshot/o/s", "snapshot/o/t"}),
    "leases end however long ago": (
        lambda: Scene().lease("l", labels={f"{GC}expire": "0000-01-01T00:00:00Z"}), {"lease/l"}),
    "and not before however far ahead": (
        lambda: Scene().lease("l", labels={f"{GC}expire": "9999-12-31T23:59:59Z"}), set()),
    "so do images": (
        lambda: Scene().image("i", "b", {f"{GC}expire": "0001-01-01T00:00:00Z"}).blob("b"),
        BLOB | {"image/i"}),
    "and not before, too": (
        lambda: Scene().image("i", "b", {f"{GC}expire": "9999-12-31T23:59:59Z"}).blob("b"), set()),
    "uploads end at any second": (
        lambda: upload(expireat=b"\x01" + (-(2**63)).to_bytes(8, "big", signed=True) + bytes(6)),
        BLOB | {"ingest/i"}),
    "and last to the last one": (
        lambda: upload(expireat=b"\x01" + (2**63 - 1).to_bytes(8, "big") + bytes(6)), BLOB),
    "an age goes no further than Go counts": (
        lambda: used("0001-01-01T00:00:00Z", f"usedat>{MOST}"), SNAPSHOT),
    "it goes as far": (
        lambda: used("0001-01-01T00:00:00Z", f"usedat>{MOST.replace('807', '806')}"), set()),
    "into the future as well": (lambda: used("9999-12-31T23:59:59Z", f"usedat<{LEAST}"), set()),
    "a plain 0 is a duration": (lambda: used(PAST, "usedat>0"), set()),
    "two signs are none": (lambda: used(PAST, "usedat>=1s,usedat>>0,usedat!<1h,a!usedat<1h"),
                           SNAPSHOT),
    "a blank is part of the name": (lambda: used(PAST, " usedat<1h"), SNAPSHOT),
    "a key may hold bars": (
        lambda: Scene().image("i", "b", {f"{GC}cond.snapshot./.o/x": "usedat<2h|s|t"})
        .snapshot("o/s|t", labels={f"{GC}cond.value-usedatx": PAST}), set()),
    "containers have no conditions": (
        lambda: Scene().container("c", "", {f"{GC}cond.snapshot.o": "usedat<2h|s"})
        .snapshot("o/s", labels={f"{GC}cond.value-usedat": PAST}), SNAPSHOT),
    "nor has what is held flat": (
        lambda: Scene().lease("l", ["content/b"], {f"{GC}flat": ""})
        .blob("b", {f"{GC}cond.snapshot.o": "usedat<2h|s"})
        .snapshot("o/s", labels={f"{GC}cond.value-usedat": PAST}), SNAPSHOT),
    "labels of leases refer to nothing": (
        lambda: Scene().lease("l", labels={f"{GC}ref.content": "b"}).blob("b"), BLOB),
    "nor do those of uploads": (
        lambda: upload(labels={f"{GC}ref.content".encode(): b"b"}), BLOB),
    "images are no roots by label": (
        lambda: Scene().image("i", "b", {f"{GC}expire": PAST, f"{GC}root": ""}).blob("b"),
        {"image/i", "content/b"}),
    "nobody keeps itself": (
        lambda: Scene().blob("b", {f"{GC}bref.content": "b"}).snapshot("o/s", "s"),
        BLOB | SNAPSHOT),
}  # fmt: skip
"""By what each says: how to build it, and what containerd 2.4 takes of it."""


@pytest.mark.parametrize("case", CASES)
def test_what_nobody_writes(case: str) -> None:
    build, goes = CASES[case]
    assert build().goes("2.4") == goes


def test_the_collector_agrees_in_every_case(collector: Collector, tmp_path: Path) -> None:
    now = int(time.time())
    paths = []
    for case, (build, _) in CASES.items():
        image_file = Image()
        paths.append(tmp_path / f"{case}.db")
        # What goes with it lets the comparison see that there was a collection.
        scene = build().blob("loose").blob("loose-2")
        paths[-1].write_bytes(image_file.finish(image_file.nested(today(scene.tree, now))))
    assert disagreements(collector, paths) == {}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_before_2_2_a_bucket_is_no_root(daemon: str) -> None:
    known = DAEMONS.index(daemon) >= DAEMONS.index("2.2")
    assert labelled({ROOT: {}}).goes(daemon) == (set() if known else BLOB)


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize("raw", [b"", b"\x03" + bytes(14), b"\x01" + bytes(13)])
def test_a_time_of_expiry_that_go_cannot_read_stops_the_collection(daemon: str, raw: bytes) -> None:
    # containerd 2.4.2 and 1.6.20 were seen to fail at it and to remove nothing; 1.6.20 panics.
    scene = Scene().blob("b").ingest("i").lease("l", labels={f"{GC}expire": PAST})
    at(scene, "content", "ingests", "i")[b"expireat"] = raw
    marks = scene.marks(daemon)
    assert marks.stopper is not None
    assert marks.graph.name(marks.stopper).text == "ingest/n/i"
    assert list(marks.collectable()) == []
    live = {marks.graph.name(number).text for number in marks.live()}
    assert live == {"content/n/b", "ingest/n/i", "lease/n/l"}
    assert scene.goes(daemon, after=["ingest/n/i"]) == {"content/b", "lease/l"}


def test_the_collector_fails_there(collector: Collector, tmp_path: Path) -> None:
    scene = upload(expireat=b"").blob("loose")
    image_file = Image()
    path = tmp_path / "stopped.db"
    path.write_bytes(image_file.finish(image_file.nested(scene.tree)))
    (collected,) = collector(path)
    assert "no data" in collected.error
