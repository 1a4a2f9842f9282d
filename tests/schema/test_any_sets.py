"""Types of the user's own: what their sets may hold, and how a bad one is refused."""

from functools import cache

import pytest
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.any import AnyDecoder
from boltview.schema.values import Undecodable, WireField
from tests.schema.sets import PARCELS, decoder, with_imports
from tests.schema.wire import chunk, fixed64, packed, scalar


@cache
def parcels() -> AnyDecoder:
    return decoder(mine=with_imports(PARCELS))


def test_a_type_of_the_users_decodes() -> None:
    item = scalar(1, 5)
    payload = (
        chunk(1, b"\xff\0")
        + chunk(2, item)
        + chunk(3, item)
        + chunk(3, b"")
        + chunk(4, scalar(1, 1) + chunk(2, item))
        + chunk(5, scalar(1, 86_400) + scalar(2, 5))
        + chunk(6, packed("containerd.runc.v1.Options", scalar(9, 1)))
        + fixed64(7, 0x7FF8000000000000)
    )
    assert parcels().decode(packed("parcels.Parcel", payload)).value == {
        "label": "/wA=",
        "first": {"weight": "5"},
        "others": [{"weight": "5"}, {}],
        "named": {"true": {"weight": "5"}},
        "arrived": "1970-01-02T00:00:00.000000005Z",
        "extra": {"@type": "containerd.runc.v1.Options", "systemd_cgroup": True},
        "grams": "NaN",
    }


def test_unknown_fields_within_are_kept() -> None:
    item = scalar(1, 5) + scalar(9, 8)
    payload = chunk(2, item) + chunk(3, b"") + chunk(3, item)
    payload += chunk(4, scalar(1, 1) + chunk(2, b"")) + chunk(4, chunk(2, item))
    shown = {"weight": "5", "unknown_fields": [WireField(9, "varint", 8)]}
    assert parcels().decode(packed("parcels.Parcel", payload)).value == {
        "first": shown,
        "others": [{}, shown],
        "named": {"true": {}, "false": shown},
    }


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("google.protobuf.Timestamp", scalar(1, 2**62)),
        ("google.protobuf.Timestamp", scalar(1, 5) + scalar(3, 1)),
        ("google.protobuf.Any", packed("a.B", b"\x08\x01")),
        ("google.protobuf.Any", packed("parcels.Item", b"\xff")),
        ("parcels.Parcel", chunk(5, scalar(1, 2**62))),
        ("parcels.Parcel", chunk(5, scalar(2, 2_000_000_000))),
        ("parcels.Parcel", chunk(5, scalar(9, 1))),
        ("parcels.Parcel", chunk(6, packed("a.B", b"\x08\x01"))),
    ],
)
def test_what_has_no_json_form_is_shown_as_fields(name: str, payload: bytes) -> None:
    found = parcels().decode(packed(name, payload))
    assert found.encoding == "wire"
    assert isinstance(found.value, list)
    assert found.value
    assert found.note.startswith(f"the payload is a {name}, but it has")


def test_a_set_may_bring_other_versions_of_googles_files() -> None:
    files = FileDescriptorSet.FromString(with_imports(PARCELS))
    for file in files.file:
        file.options.go_package = "github.com/gogo/protobuf/types"
        for message in file.message_type:
            for field in message.field:
                field.json_name = field.name.upper()
    found = decoder(mine=files.SerializeToString())
    assert found.decode(packed("parcels.Item", scalar(1, 5))).value == {"weight": "5"}
    assert found.decode(packed("containerd.runc.v1.Options", scalar(9, 1))).encoding == "protobuf"


def test_a_set_may_come_twice() -> None:
    found = decoder(a=with_imports(PARCELS), b=with_imports(PARCELS))
    assert found.decode(packed("parcels.Item", scalar(1, 5))).value == {"weight": "5"}


def test_a_set_may_build_on_another() -> None:
    more = text_format.Parse(
        """
        name: "more.proto" package: "more" dependency: "parcels.proto"
        message_type {
          name: "Box"
          field {
            name: "item" number: 1 label: LABEL_OPTIONAL
            type: TYPE_MESSAGE type_name: ".parcels.Item"
          }
        }
        """,
        FileDescriptorProto(),
    )
    alone = FileDescriptorSet(file=[more]).SerializeToString()
    found = decoder(a=with_imports(PARCELS), b=alone)
    shown = found.decode(packed("more.Box", chunk(1, scalar(1, 5)))).value
    assert shown == {"item": {"weight": "5"}}
    with pytest.raises(Undecodable, match=r"^b\.binpb: the descriptor set cannot be used"):
        decoder(b=alone)


def test_a_set_that_contradicts_ours_is_refused() -> None:
    other = FileDescriptorProto(name="other.proto", package="containerd.runc.v1")
    other.message_type.add(name="Options")
    with pytest.raises(Undecodable, match=r"^mine\.binpb: the descriptor set cannot be used"):
        decoder(mine=FileDescriptorSet(file=[other]).SerializeToString())


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "without files"),
        (b"\x12\0", "without files"),
        (b"hello", "not a protobuf descriptor set"),
        (b'syntax = "proto3";\n', "not a protobuf descriptor set"),
        (PARCELS.SerializeToString(), "not a protobuf descriptor set"),
        (with_imports(PARCELS)[:-1], "not a protobuf descriptor set"),
        (b"\x0a" * 100_000, "not a protobuf descriptor set"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_set_is_refused_by_its_name(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=rf"^mine\.binpb: .*{reason}"):
        decoder(mine=raw)


@given(st.data())
def test_a_damaged_set_is_refused_or_read(data: st.DataObject) -> None:
    raw = bytearray(with_imports(PARCELS))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = decoder(mine=bytes(raw))
    except Undecodable as error:
        assert str(error).startswith("mine.binpb: ")  # noqa: PT017 - most damage is harmless
    else:
        assert found.decode(packed("containerd.runc.v1.Options", b"")).value == {}
