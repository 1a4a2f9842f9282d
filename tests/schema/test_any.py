"""An Any decodes as its type URL says, or as JSON, fields or bytes; nothing of it is lost."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from google.protobuf.any_pb2 import Any as GoogleAny
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.schema.any import AnyDecoder
from boltview.schema.decode import Decoding
from boltview.schema.load import Library
from boltview.schema.model import Field
from boltview.schema.values import AnyValue, Undecodable, WireField
from tests.schema.wire import chunk, fixed32, fixed64, group, packed, scalar

SPEC_URL = "types.containerd.io/opencontainers/runtime-spec/1/Spec"
RUNC_URL = "containerd.runc.v1.Options"
META = "root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"

# The options of a container that dockerd made, as its meta.db holds them.
RUNC_OPTIONS = (
    bytes.fromhex("0a1a636f6e7461696e6572642e72756e632e76312e4f7074696f6e73")
    + bytes.fromhex("1224")
    + (b"\x32\x04runc\x3a\x1c/var/run/docker/runtime-runc")
)


@cache
def decoder() -> AnyDecoder:
    return AnyDecoder(Library().descriptor_sets())


def decode(raw: bytes) -> AnyValue:
    return decoder().decode(raw)


def record(database: Path, *path: str) -> bytes:
    """Return a raw value of a database."""
    found: object = Database.open(str(database)).revision().root
    for key in path:
        assert isinstance(found, Bucket)
        found = found.get(key.encode())
    assert isinstance(found, Pair)
    return found.value


@pytest.mark.parametrize("node", ["containerd-1.6", "containerd-2.4"])
def test_a_real_spec_decodes(fixtures: Path, node: str) -> None:
    raw = record(fixtures / node / META, "v1", "default", "containers", "web-1", "spec")
    assert raw.hex().startswith("0a3674797065732e")
    # Tag, length and 54 bytes of type URL; tag and two bytes of length; JSON.
    assert raw[2:56].decode() == SPEC_URL
    assert raw[56] == 0x12
    document = json.loads(raw[59:])
    assert decode(raw) == AnyValue(SPEC_URL, "json", document)
    assert document["process"]["args"] == ["sleep", "100000"]


def test_real_runc_options_decode(fixtures: Path) -> None:
    containers = fixtures / "containerd-1.6" / META
    name = "4f12c4cc89d078d918024d254086a604c4291977d081de096ea24d4183eb9acd"
    raw = record(containers, "v1", "moby", "containers", name, "runtime", "options")
    assert raw == RUNC_OPTIONS
    options = {"binary_name": "runc", "root": "/var/run/docker/runtime-runc"}
    assert decode(raw) == AnyValue(RUNC_URL, "protobuf", options)


@pytest.mark.parametrize("url", [RUNC_URL, "type.googleapis.com/" + RUNC_URL])
def test_a_known_type_without_payload_is_an_empty_message(url: str) -> None:
    assert decode(packed(url)) == AnyValue(url, "protobuf", {})


def test_another_type_without_payload_is_empty() -> None:
    assert decode(packed(SPEC_URL)) == AnyValue(SPEC_URL, "empty", None)


def test_the_prefix_of_google_may_stand() -> None:
    url = "type.googleapis.com/" + RUNC_URL
    assert decode(packed(url, b"\x48\x01")) == AnyValue(url, "protobuf", {"systemd_cgroup": True})


def test_fields_may_come_in_any_order_and_more_than_once() -> None:
    url, value = chunk(1, RUNC_URL.encode()), chunk(2, b"\x48\x01")
    expected = AnyValue(RUNC_URL, "protobuf", {"systemd_cgroup": True})
    assert decode(value + url) == expected
    assert decode(chunk(1, b"a") + chunk(2, b"b") + url + value) == expected
    assert decode(value + url + chunk(2, b"")) == AnyValue(RUNC_URL, "protobuf", {})
    # Lengths that were padded.
    assert decode(b"\x0a\x9a\x80\x00" + RUNC_URL.encode() + b"\x12\x82\x00\x48\x01") == expected


def test_fields_that_an_any_has_not_are_told() -> None:
    found = decode(packed(RUNC_URL, b"\x48\x01") + scalar(9, 1) + chunk(3, b"x") + scalar(9, 2))
    assert found.value == {"systemd_cgroup": True}
    assert found.note == "the Any has fields beside type URL and value: [3, 9]"
    both = decode(packed(RUNC_URL, b"{}") + scalar(9, 1)).note
    assert both.startswith(f"the payload is not a {RUNC_URL}; the Any has fields beside")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no type URL"),
        (chunk(2, b"{}"), "no type URL"),
        (chunk(1, b"") + chunk(2, b"{}"), "no type URL"),
        (scalar(1, 5), "no type URL"),
        (b'{"type_url":"a"}', "not a protobuf Any"),
        (b"\x0a", "not a protobuf Any"),
        (b"\x0a\x05abcd", "not a protobuf Any"),
        (packed(RUNC_URL) + b"\x12", "not a protobuf Any"),
        (packed(RUNC_URL) + b"\x12\xff\xff\xff\xff\x0f", "not a protobuf Any"),
        (packed(RUNC_URL) + b"\x0c", "not a protobuf Any"),
        (packed(RUNC_URL) + b"\x00\x01", "not a protobuf Any"),
        (packed(RUNC_URL) + b"\x0e", "not a protobuf Any"),
        (packed(b"\xff\xfe"), "not a protobuf Any"),
        (b"\x0b" * 100_000 + b"\x0c" * 100_000, "not a protobuf Any"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_any_says_so(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode(raw)


def test_an_unknown_type_is_tried_as_json() -> None:
    for payload, value in ((b'{"a":[1]}', {"a": [1]}), (b"null", None), (b" 12 ", 12)):
        assert decode(packed("example.com/T", payload)) == AnyValue("example.com/T", "json", value)


def test_then_as_fields() -> None:
    inner = scalar(1, 7) + chunk(2, "é".encode())
    payload = (
        scalar(1, 2**64 - 1)
        + fixed64(2, 2**63)
        + chunk(3, b"text")
        + chunk(4, b"")
        + chunk(5, b"a\nb\xff")
        + chunk(6, inner)
        + group(7, inner)
        + fixed32(8, 2**31)
        + scalar(1, 0)
        + scalar(536_870_911, 3)
    )
    fields = [WireField(1, "varint", 7), WireField(2, "text", "é")]
    assert decode(packed("example.com/T", payload)) == AnyValue(
        "example.com/T",
        "wire",
        [
            WireField(1, "varint", 2**64 - 1),
            WireField(2, "fixed64", 2**63),
            WireField(3, "text", "text"),
            WireField(4, "text", ""),
            WireField(5, "bytes", b"a\nb\xff"),
            WireField(6, "message", fields),
            WireField(7, "group", fields),
            WireField(8, "fixed32", 2**31),
            WireField(1, "varint", 0),
            WireField(536_870_911, "varint", 3),
        ],
    )


@pytest.mark.parametrize("payload", [b"\xff\xff", b"\x07", b"\0", b"\x0a\x05ab", b"{", b"\x0b"])
def test_then_as_bytes(payload: bytes) -> None:
    found = decode(packed("example.com/T", payload))
    assert found == AnyValue("example.com/T", "bytes", payload)


@pytest.mark.parametrize(
    ("payload", "encoding"), [(b'{"a":1}', "json"), (b"\xff", "bytes"), (b"\x32\x01\xff", "wire")]
)
def test_a_payload_that_is_not_its_type_is_told(payload: bytes, encoding: str) -> None:
    found = decode(packed(RUNC_URL, payload))
    assert (found.encoding, found.note) == (encoding, f"the payload is not a {RUNC_URL}")


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "type.googleapis.com/",
        ".",
        "..",
        "a\0b",
        "é",
        " ",
        "containerd.runc.v1",
        "containerd.runc.v1.Options.root",
        "containerd.runhcs.v1.Options.DebugType",
        "x" * 70_000,
    ],
    ids=lambda url: repr(url)[:30],
)
def test_a_url_that_names_no_message_is_no_trouble(url: str) -> None:
    assert decode(packed(url, b"\x08\x01")).value == [WireField(1, "varint", 1)]


def test_a_message_is_guessed_at_to_a_bound() -> None:
    payload = scalar(1, 1)
    for _ in range(3000):
        payload = chunk(1, payload)
    found: object = decode(packed("example.com/T", payload)).value
    depth = 0
    while isinstance(found, list):
        [field] = found
        assert isinstance(field, WireField)
        found, depth = field.value, depth + 1
    assert isinstance(found, bytes)
    assert 10 <= depth <= 20


def test_groups_are_read_to_a_bound() -> None:
    shallow = group(1, group(2, group(3, scalar(4, 5))))
    expected = WireField(3, "group", [WireField(4, "varint", 5)])
    assert decode(packed("a.B", shallow)).value == [
        WireField(1, "group", [WireField(2, "group", [expected])])
    ]
    bomb = b"\x0b" * 100_000 + b"\x0c" * 100_000
    assert decode(packed("a.B", bomb)) == AnyValue("a.B", "bytes", bomb)


def test_nesting_bombs_are_told() -> None:
    bomb = b"[" * 100_000
    assert decode(packed("a.B", bomb)).encoding == "bytes"
    nested = packed(RUNC_URL)
    for _ in range(2000):
        nested = packed("google.protobuf.Any", nested)
    found = decode(nested)
    assert found.encoding == "wire"
    assert "no JSON form" in found.note


def test_protobuf_without_its_c_library_says_the_same(root: Path) -> None:
    values = [packed(RUNC_URL, b"\x32\x01\xff"), packed(b"\xff"), packed("a.B", b"\x0b" * 5000)]
    script = f"""
from google.protobuf.internal.api_implementation import Type
from boltview.schema.decode import Decoding
from boltview.schema.load import Library
from boltview.schema.model import Field
decoding = Decoding(Library().descriptor_sets)
print(Type(), [decoding.value(raw, Field(("a",), type="any"))[0::4] for raw in {values}])
"""
    environment = {**os.environ, "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python"}
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    decoding = Decoding(Library().descriptor_sets)
    found = [decoding.value(raw, Field(("a",), type="any"))[0::4] for raw in values]
    assert result.stdout == f"python {found}\n", result.stderr


@given(st.binary(max_size=60))
def test_any_bytes_are_an_any_as_the_library_says(raw: bytes) -> None:
    try:
        expected = GoogleAny.FromString(raw)
    except DecodeError:
        expected = GoogleAny()
    try:
        found = decode(raw)
    except Undecodable:
        assert not expected.type_url
    else:
        assert found.type_url == expected.type_url


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.binary(max_size=60))
def test_any_payload_is_kept(url: str, payload: bytes) -> None:
    raw = GoogleAny(type_url="x/" + url, value=payload).SerializeToString()
    found = decode(raw)
    assert found.type_url == "x/" + url
    if found.encoding == "bytes":
        assert found.value == payload
    elif found.encoding == "json":
        assert found.value == json.loads(payload)
    elif found.encoding == "empty":
        assert payload == b""
    else:
        assert isinstance(found.value, list)
        assert found.value
