"""The decoder of `google.protobuf.Any`: the one module that knows protobuf.

The wrapper and binary payloads go through Google's library and a descriptor set compiled from
`schemas/proto/*.proto`; JSON payloads, as containerd's typeurl writes them, are parsed as JSON. A
payload of an unknown type is shown as JSON, as wire-level fields, or as bytes, in this order.
"""

from typing import TYPE_CHECKING, Any

from boltview.schema.strictjson import decode_json
from boltview.schema.values import AnyValue, Undecodable, WireField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message

_GOOGLE_PREFIX = "type.googleapis.com/"
"""typeurl writes bare names; other writers prefix them."""
_MAX_NESTING = 16
"""Levels to which an unknown message is guessed at."""
_KINDS = {0: "varint", 1: "fixed64", 2: "bytes", 3: "group", 5: "fixed32"}


class AnyDecoder:
    """Decodes `Any` values with the message types of one or more descriptor sets."""

    def __init__(self, descriptor_sets: "Iterable[bytes]") -> None:
        """Load serialized `FileDescriptorSet`s.

        Args:
            descriptor_sets: our own set first, which holds `google.protobuf.Any`; sets of the
                user's after it.

        Raises:
            Undecodable: a set is not one, or contradicts an earlier one.
        """
        from google.protobuf.descriptor_pool import DescriptorPool

        self._pool = DescriptorPool()
        self._known: set[str] = set()
        for descriptor_set in descriptor_sets:
            self._add(descriptor_set)

    def decode(self, raw: bytes) -> AnyValue:
        """Decode the bytes of an `Any`.

        Raises:
            Undecodable: they are not an `Any`.
        """
        wrapper: Any = self._parse("google.protobuf.Any", raw)
        if wrapper is None:
            raise Undecodable("not a protobuf Any")
        type_url, payload = wrapper.type_url, wrapper.value
        if _unknown_fields(wrapper) or not type_url:
            raise Undecodable("not a protobuf Any: it has no type URL, or fields an Any has not")
        return self._payload(type_url, payload)

    def _payload(self, type_url: str, payload: bytes) -> AnyValue:
        name = type_url.removeprefix(_GOOGLE_PREFIX)
        note = ""
        if self._knows(name):
            message = self._parse(name, payload)
            if message is not None:
                return AnyValue(type_url, "protobuf", self._message(message))
            note = f"the payload is not a {name}"
        if not payload:
            return AnyValue(type_url, "empty", None)
        try:
            return AnyValue(type_url, "json", decode_json(payload), note)
        except Undecodable:
            pass
        fields = self._wire(payload)
        if fields:
            return AnyValue(type_url, "wire", fields, note)
        return AnyValue(type_url, "bytes", payload, note)

    def _add(self, descriptor_set: bytes) -> None:
        """Add each file of a `FileDescriptorSet`: its field 1, repeated."""
        from google.protobuf.message import DecodeError

        try:
            for field in self._split(descriptor_set):
                self._pool.AddSerializedFile(field)
        except (TypeError, DecodeError, KeyError) as error:
            raise Undecodable(f"not a protobuf descriptor set: {error}") from error

    @staticmethod
    def _split(descriptor_set: bytes) -> list[bytes]:
        from google.protobuf.descriptor_pb2 import FileDescriptorSet

        return [
            file.SerializeToString() for file in FileDescriptorSet.FromString(descriptor_set).file
        ]

    def _knows(self, name: str) -> bool:
        try:
            self._pool.FindMessageTypeByName(name)
        except KeyError:
            return False
        return True

    def _parse(self, name: str, raw: bytes) -> "Message | None":
        """Parse bytes as a message of a known type; None if they are not one."""
        from google.protobuf.message import DecodeError
        from google.protobuf.message_factory import GetMessageClass

        message = GetMessageClass(self._pool.FindMessageTypeByName(name))()
        try:
            message.ParseFromString(raw)
        except DecodeError:
            return None
        return message

    def _message(self, message: "Message") -> dict[str, object]:
        """Turn a message into a mapping by field name; what its type does not name is kept too."""
        from google.protobuf.json_format import MessageToDict

        shown: dict[str, object] = MessageToDict(message, preserving_proto_field_name=True)
        unknown = self._wire_fields(_unknown_fields(message), 0)
        if unknown:
            shown["unknown_fields"] = unknown
        return shown

    def _wire(self, raw: bytes, depth: int = 0) -> list[WireField]:
        """Read a message of unknown type as its wire-level fields; empty if it is not a message."""
        message = self._parse("boltview.Unknown", raw)
        return self._wire_fields(_unknown_fields(message), depth) if message is not None else []

    def _wire_fields(self, fields: "Iterable[Any]", depth: int) -> list[WireField]:
        return [self._wire_field(field, depth) for field in fields]

    def _wire_field(self, field: Any, depth: int) -> WireField:  # noqa: ANN401 - a type of protobuf's
        kind = _KINDS[field.wire_type]
        if kind == "group":
            return WireField(field.field_number, kind, self._wire_fields(field.data, depth + 1))
        if kind != "bytes":
            return WireField(field.field_number, kind, field.data)
        text = _text(field.data)
        if text is not None:
            return WireField(field.field_number, "text", text)
        nested = self._wire(field.data, depth + 1) if depth < _MAX_NESTING else []
        if nested:
            return WireField(field.field_number, "message", nested)
        return WireField(field.field_number, kind, field.data)


def _unknown_fields(message: "Message") -> list[Any]:
    from google.protobuf.unknown_fields import UnknownFieldSet

    found: Any = UnknownFieldSet(message)  # the stubs miss that it is a sequence
    return [found[i] for i in range(len(found))]


def _text(raw: bytes) -> str | None:
    """Return bytes as text if a person could read them so."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
