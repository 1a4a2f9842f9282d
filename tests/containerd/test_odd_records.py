"""Incomplete, damaged, strange and future records: shown with what is known and marked."""

import pytest

from boltview.containerd.metadata import NotMetadata, Reference
from boltview.containerd.objects import Fault
from boltview.report.objects.shapes import object_json
from tests.bolt.build import Image, Item, Tree
from tests.containerd.nodes import TIME, TIMES, metadata_in, metadata_of
from tests.plugins.require import Require

SPEC = b"\x0a\x01S\x12\x02{}"
WHOLE: Tree = {
    **TIMES,
    b"image": b"i",
    b"snapshotter": b"",
    b"snapshotKey": b"",
    b"spec": SPEC,
    b"runtime": {b"name": b"r"},
}


def containers(tree: Tree) -> Tree:
    return {b"v1": {b"version": b"\x08", b"ns": {b"containers": tree}}}


def reasons(faults: tuple[Fault, ...]) -> dict[str, str]:
    return {fault.field: fault.reason for fault in faults}


def test_a_whole_record_has_no_faults() -> None:
    (item,) = metadata_of(containers({b"c": WHOLE})).containers()
    assert item.record.faults == ()
    assert item.record.unknown == ()
    assert item.sandbox_id is None


def test_missing_fields_are_named() -> None:
    (item,) = metadata_of(containers({b"c": {b"image": b"i"}})).containers()
    assert item.image == "i"
    assert item.created_at is None
    expected = ("createdat", "runtime", "snapshotKey", "snapshotter", "spec", "updatedat")
    assert reasons(item.record.faults) == dict.fromkeys(expected, "missing")


def test_undecodable_fields_keep_their_bytes() -> None:
    tree: Tree = {**WHOLE, b"createdat": b"\x09", b"image": b"\xff", b"spec": b"\xff\xff"}
    (item,) = metadata_of(containers({b"c": tree})).containers()
    assert reasons(item.record.faults) == dict.fromkeys(
        ("createdat", "image", "spec"), "undecodable"
    )
    fault = item.record.why("image")
    assert fault is not None
    assert fault.raw == b"\xff"
    assert item.image == "\udcff"
    assert item.created_at is None
    assert item.spec is None
    assert object_json(item)["spec"] == {"hex": "ffff", "error": "not a protobuf Any"}


def test_an_undecodable_extension_keeps_its_name_and_bytes() -> None:
    (item,) = metadata_of(
        containers({b"c": {**WHOLE, b"extensions": {b"e": b"\xff"}}})
    ).containers()
    assert reasons(item.record.faults) == {"extensions/e": "undecodable"}
    assert object_json(item)["extensions"] == {"e": {"hex": "ff", "error": "not a protobuf Any"}}


def test_a_value_where_a_bucket_belongs_and_the_other_way() -> None:
    tree: Tree = {**WHOLE, b"runtime": b"value", b"image": {b"a": b"b"}}
    (item,) = metadata_of(containers({b"c": tree})).containers()
    assert reasons(item.record.faults) == {"runtime": "misplaced", "image": "misplaced"}
    assert item.image is None


def test_a_value_in_place_of_a_whole_record() -> None:
    found = list(metadata_of(containers({b"a": b"value", b"b": WHOLE})).containers())
    assert [item.id for item in found] == ["a", "b"]
    assert reasons(found[0].record.faults)[""] == "misplaced"


def test_future_fields_are_kept() -> None:
    tree: Tree = {**WHOLE, b"colour": b"blue", b"runtime": {b"name": b"r", b"speed": b"9"}}
    (item,) = metadata_of(containers({b"c": tree})).containers()
    assert {(found.path, found.value) for found in item.record.unknown} == {
        ((b"colour",), b"blue"),
        ((b"runtime", b"speed"), b"9"),
    }
    assert item.record.faults == ()


def test_strange_namespaces_and_ids() -> None:
    names = (b"\xff\xfe", b"a/b", b"\x1b[2J", "é".encode())
    tree: Tree = {
        b"v1": {b"version": b"\x08"} | {name: {b"containers": {name: WHOLE}} for name in names}
    }
    metadata = metadata_of(tree)
    found = list(metadata.containers())
    assert sorted(item.id.encode(errors="surrogateescape") for item in found) == sorted(names)
    for item in found:
        assert metadata.get(Reference("container", item.namespace, "", item.id)) == item


def test_a_value_where_a_namespace_belongs() -> None:
    found = list(metadata_of({b"v1": {b"ns": {b"images": {}}, b"odd": b"x"}}).namespaces())
    assert [(item.name, reasons(item.record.faults)) for item in found] == [
        ("ns", {}),
        ("odd", {"": "misplaced"}),
    ]


def test_values_between_namespace_and_objects_are_named() -> None:
    tree: Tree = {
        b"v1": {
            b"version": b"\x08",
            b"ns": {
                b"containers": b"x",
                b"content": {b"blob": b"y"},
                b"snapshots": {b"overlayfs": b"z"},
                b"newthing": {b"a": b"b"},
            },
        }
    }
    (item,) = metadata_of(tree).namespaces()
    assert reasons(item.record.faults) == {
        "containers": "misplaced",
        "content/blob": "misplaced",
        "snapshots/overlayfs": "misplaced",
    }
    assert [found.path for found in item.record.unknown] == [(b"newthing",)]


def test_sandboxes_of_1_7_lie_outside_v1() -> None:
    sandbox: Tree = {**TIMES, b"runtime": {b"name": b"r"}}
    tree: Tree = {
        b"k8s.io": {b"sandboxes": {b"s": sandbox}},
        b"only": {b"sandboxes": {b"t": sandbox}},
        b"v1": {b"k8s.io": {b"images": {}}, b"version": b"\x06"},
    }
    metadata = metadata_of(tree)
    found = list(metadata.sandboxes())
    assert [(item.namespace, item.id) for item in found] == [("k8s.io", "s"), ("only", "t")]
    assert [item.record.faults for item in found] == [(), ()]
    assert [item.name for item in metadata.namespaces()] == ["k8s.io", "only"]
    assert metadata.get(Reference("sandbox", "only", "", "t")) == found[1]


def test_uploads_of_1_0_are_values() -> None:
    tree: Tree = {b"v1": {b"version": b"\x02", b"ns": {b"content": {b"ingest": {b"r": b"ns/3/r"}}}}}
    metadata = metadata_of(tree)
    (item,) = metadata.ingests()
    assert (item.ref, item.backend_ref) == ("r", "ns/3/r")
    assert metadata.ingest("ns", "r") == item
    assert [found.key for found in metadata.references("ingest")] == ["r"]


def test_a_damaged_page_hides_one_record_and_not_the_others() -> None:
    image = Image()
    pages = {name: image.nested(WHOLE) for name in (b"a", b"b", b"c")}
    page = image.leaf(*(image.bucket(name, number) for name, number in pages.items()))
    namespace = image.leaf(image.bucket(b"containers", page))
    v1 = image.leaf(image.bucket(b"ns", namespace), Item(b"version", b"\x08"))
    data = image.finish(image.leaf(image.bucket(b"v1", v1)))
    start = pages[b"b"] * 4096
    data[start : start + 4096] = b"\xaa" * 4096
    metadata = metadata_in(data)
    found = list(metadata.containers())
    assert [item.id for item in found] == ["a", "b", "c"]
    assert [bool(item.record.faults) for item in found] == [False, True, False]
    assert found[1].record.faults[0].reason == "unreadable"
    assert len(list(metadata.reading.revision.damage)) == 1


def test_two_records_cannot_share_a_page() -> None:
    image = Image()
    shared = image.nested(WHOLE)
    page = image.leaf(*(image.bucket(b"%03d" % number, shared) for number in range(50)))
    namespace = image.leaf(image.bucket(b"containers", page))
    v1 = image.leaf(image.bucket(b"ns", namespace), Item(b"version", b"\x08"))
    metadata = metadata_in(image.finish(image.leaf(image.bucket(b"v1", v1))))
    found = list(metadata.containers())
    assert len(found) == 50
    assert [bool(item.record.faults) for item in found] == [False] + [True] * 49
    codes = {fault.code for fault in metadata.reading.revision.damage}
    assert codes == {"bucket-shared"}


def test_other_databases_are_refused() -> None:
    with pytest.raises(NotMetadata):
        metadata_of({b"volumes": {b"a": b"{}"}})


def test_records_written_by_the_real_bbolt(require: Require, tmp_path: object) -> None:
    """Many records, large ones, damaged fields: each comes back as it was written."""
    require("go")
    from pathlib import Path

    from boltview.bbolt import DB
    from tests.containerd.nodes import opened

    assert isinstance(tmp_path, Path)
    file = tmp_path / "meta.db"
    labels = {b"key-%d" % number: b"v" * 300 for number in range(40)}
    with DB(file, no_sync=True) as db, db.update() as tx:
        v1 = tx.create_bucket(b"v1")
        v1[b"version"] = b"\x08"
        ns = v1.create_bucket(b"ns")
        images = ns.create_bucket(b"images")
        for number in range(500):
            image = images.create_bucket(b"image-%03d" % number)
            image[b"createdat"] = TIME
            image[b"updatedat"] = TIME if number % 7 else b"broken"
            target = image.create_bucket(b"target")
            target[b"digest"] = b"sha256:" + b"%064x" % number
            target[b"mediatype"] = b"m"
            target[b"size"] = b"\x10"
            if number % 5 == 0:
                bucket = image.create_bucket(b"labels")
                for key, value in labels.items():
                    bucket[key] = value
    from boltview.containerd.metadata import Metadata

    found = list(Metadata(opened(str(file)).reading).images())
    assert [item.name for item in found] == [f"image-{number:03}" for number in range(500)]
    for number, item in enumerate(found):
        assert item.target.digest == f"sha256:{number:064x}"
        assert item.target.size == 8
        assert len(item.labels) == (40 if number % 5 == 0 else 0)
        assert len(item.record.faults) == (number % 7 == 0)
