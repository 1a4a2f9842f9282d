"""Random graphs: who leads to what, summed up once more as plainly as it can be said."""

from collections import Counter

from hypothesis import given

from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node, Opening
from boltview.containerd.usage import OWNERS, usage
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.containerd.naive import Naive, Object
from tests.containerd.scenes import NOW, SECOND, Scene
from tests.containerd.test_gc_random import scenes
from tests.schema.databases import database

BYTES = 10
"""Of every blob of a scene. Of snapshots nothing is known, because no snapshotter is there."""
Item = tuple[str, str, str]


def never(path: str) -> Opening:
    raise AssertionError(path)


def held(naive: Naive, owner: tuple[str, str, str]) -> set[Item]:
    """Return the blobs and snapshots that an owner leads to; a blob is one in every namespace."""
    kind, space, key = owner
    record = naive.records[owner]
    reached: set[Object] = {(kind, space, key, False)}
    if kind == "lease":
        flat = b"containerd.io/gc.flat" in record.get(b"labels", {})
        reached |= set(naive.leased(space, record, flat=flat))
    while more := {to for one in reached for to in naive.next(one)} - reached:
        reached |= more
    return {
        (kind, "" if kind == "content" else space, key)
        for kind, space, key, _ in reached
        if kind in {"content", "snapshot"} and (kind, space, key) in naive.records
    }


def group(naive: Naive, owner: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return what counts as one owner: names of one target are one image."""
    target = naive.records[owner].get(b"target", {})
    digest = target.get(b"digest", b"") if isinstance(target, dict) else b""
    assert isinstance(digest, bytes)
    return (owner[0], owner[1], digest.decode()) if owner[0] == "image" else owner


@given(scene=scenes)
def test_rooms_are_those_of_a_plain_sum(scene: Scene) -> None:
    marks = scene.marks()
    metadata = Metadata(Reading.of(database(scene.tree), Library(), "meta.db", "current"))
    found = usage(marks, Node(metadata, "meta.db", never))
    # By the rules of 2.0: what is tied to an owner by itself is not what the owner needs.
    naive = Naive(scene.tree, "2.0", NOW / SECOND)
    for kind in OWNERS:
        owners = [name for name in naive.records if name[0] == kind]
        items = {owner: held(naive, owner) for owner in owners}
        together: dict[tuple[str, str, str], set[Item]] = {}
        for owner in owners:
            together.setdefault(group(naive, owner), set()).update(items[owner])
        counts = Counter(item for one in together.values() for item in one)
        expected = {
            "/".join(owner): (
                BYTES * sum(counts[item] == 1 for item in items[owner] if item[0] == "content"),
                BYTES * sum(counts[item] > 1 for item in items[owner] if item[0] == "content"),
                sum(item[0] == "snapshot" for item in items[owner]),
            )
            for owner in owners
        }
        rooms = {
            room.name: (room.exclusive, room.shared, room.unknown) for room in found.rooms[kind]
        }
        assert rooms == expected
    blobs = {key for kind, _, key in naive.records if kind == "content"}
    assert found.content == BYTES * len(blobs)
    assert sum(room.unknown for room in found.rooms["snapshotter"]) == found.unknown
