"""Messages of known types agree with Google's library: what is shown makes the same message."""

import base64
from functools import cache
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.any import AnyDecoder
from boltview.schema.values import AnyValue, WireField
from tests.schema.sets import OUR_SET, decoder, message_class, pool
from tests.schema.wire import chunk, fixed64, packed, scalar

NAMES = [
    f"{file.package}.{message.name}"
    for file in OUR_SET.file
    for message in file.message_type
    if file.package not in {"google.protobuf", "boltview"}
]
NUMBERS = {
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_SINT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.TYPE_ENUM: st.integers(0, 5),
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@cache
def ours() -> AnyDecoder:
    return decoder()


def field_values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        assert field.message_type is not None
        one = messages(field.message_type.full_name)
    elif field.type == FieldDescriptor.TYPE_BOOL:
        one = st.booleans()
    elif field.type == FieldDescriptor.TYPE_STRING:
        one = texts
    elif field.type == FieldDescriptor.TYPE_BYTES:
        one = st.binary(max_size=6)
    else:
        one = NUMBERS[field.type]
    return st.lists(one, max_size=3) if field.is_repeated else one


def messages(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return strategies for the arguments of a message's constructor."""
    if name == "google.protobuf.Timestamp":
        # The years 1 to 9999: others have no JSON form.
        seconds = st.integers(-62_135_596_800, 253_402_300_799)
        return st.fixed_dictionaries({"seconds": seconds, "nanos": st.integers(0, 999_999_999)})
    fields = {}
    for field in pool().FindMessageTypeByName(name).fields:
        entry = field.message_type
        if entry is not None and entry.GetOptions().map_entry:
            fields[field.name] = st.dictionaries(texts, texts, max_size=3)
        else:
            fields[field.name] = field_values(field)
    return st.fixed_dictionaries({}, optional=fields)


def test_there_are_types_to_compare() -> None:
    assert len(NAMES) >= 8
    assert {"containerd.runc.v1.Options", "containerd.runhcs.v1.Options"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_shown_makes_the_same_message(name: str, data: st.DataObject) -> None:
    kind = message_class(name)
    message = kind(**data.draw(messages(name)))
    found = ours().decode(packed(name, message.SerializeToString()))
    assert (found.type_url, found.encoding, found.note) == (name, "protobuf", "")
    assert isinstance(found.value, dict)
    assert ParseDict(found.value, kind(), descriptor_pool=pool()) == message
    names = {field.name for field, _ in message.ListFields()}
    assert found.value.keys() == names


@given(st.binary(max_size=40), st.sampled_from(NAMES))
def test_any_payload_of_a_known_type_is_no_trouble(payload: bytes, name: str) -> None:
    found = ours().decode(packed(name, payload))
    assert (found.encoding == "protobuf") == (found.note == "")
    assert found.value is not None or found.note


@pytest.mark.parametrize(
    ("name", "payload", "shown"),
    [
        (
            "runtimeoptions.v1.Options",
            chunk(1, b"io.containerd.runsc.v1.options") + chunk(3, b"[runsc]\n"),
            {
                "type_url": "io.containerd.runsc.v1.options",
                "config_body": base64.b64encode(b"[runsc]\n").decode(),
            },
        ),
        (
            "containerd.runhcs.v1.Options",
            scalar(2, 2) + scalar(6, 77) + scalar(8, 2**64 - 5) + scalar(20, 0),
            {
                "debug_type": "ETW",
                "sandbox_isolation": 77,
                "vm_processor_count": -5,
                "scrub_logs": False,
            },
        ),
        (
            "containerd.linux.runc.RuncOptions",
            chunk(1, b"runc") + chunk(2, b"/run") + scalar(4, 1) + chunk(1, b"crun"),
            {"runtime": "crun", "runtime_root": "/run", "systemd_cgroup": True},
        ),
    ],
)
def test_the_shape_of_what_is_shown(name: str, payload: bytes, shown: object) -> None:
    assert ours().decode(packed(name, payload)) == AnyValue(name, "protobuf", shown)


def test_unknown_fields_of_a_known_type_are_kept() -> None:
    payload = chunk(6, b"runc") + scalar(99, 3) + chunk(98, b"new") + fixed64(6, 1)
    found = ours().decode(packed("containerd.runc.v1.Options", payload))
    assert found.value == {
        "binary_name": "runc",
        "unknown_fields": [
            WireField(99, "varint", 3),
            WireField(98, "text", "new"),
            WireField(6, "fixed64", 1),
        ],
    }
