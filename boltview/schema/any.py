"""The decoder of `google.protobuf.Any`: the one module that knows protobuf.

The wrapper and binary payloads go through Google's library and a descriptor set compiled from
`schemas/proto/*.proto`; JSON payloads, as containerd's typeurl writes them, are parsed as JSON. A
payload of an unknown type is shown as JSON, as wire-level fields, or as bytes, in this order.
"""

from typing import TYPE_CHECKING, Any

from boltview.schema.strictjson import decode_json
from boltview.schema.values import AnyValue, Undecodable, WireField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

_GOOGLE_PREFIX = "type.googleapis.com/"
"""typeurl writes bare names; other writers prefix them."""
_WELL_KNOWN = "google/protobuf/"
"""Every set made with its imports brings these files; they are the same types in all versions."""
_MAX_NESTING = 16
"""Levels to which an unknown message is guessed at."""
_UNKNOWN = "unknown_fields"
_KINDS = {0: "varint", 1: "fixed64", 2: "bytes", 3: "group", 5: "fixed32"}


class Fields:
    """The fields of a message type: a `Message` of `schema/parts.py`."""

    def __init__(self, descriptor: "Descriptor") -> None:
        """Know what a descriptor says."""
        self._descriptor = descriptor

    def field(self, number: int) -> "tuple[str, Fields | None]":
        """Return the name of a field, and what is known of the message that it holds."""
        field = self._descriptor.fields_by_number.get(number)
        if field is None:
            return "", None
        return field.name, Fields(field.message_type) if field.message_type else None


class AnyDecoder:
    """Decodes `Any` values with the message types of one or more descriptor sets."""

    def __init__(self, descriptor_sets: "Mapping[str, bytes]") -> None:
        """Load serialized `FileDescriptorSet`s.

        Args:
            descriptor_sets: the sets by file, for messages: our own first, which holds
                `google.protobuf.Any`; sets of the user's after it.

        Raises:
            Undecodable: a set is not one, or contradicts an earlier one.
        """
        from google.protobuf.descriptor_pool import DescriptorPool

        self._pool = DescriptorPool()
        for path, descriptor_set in descriptor_sets.items():
            self._add(path, descriptor_set)

    def decode(self, raw: bytes) -> AnyValue:
        """Decode the bytes of an `Any`.

        Raises:
            Undecodable: they are not an `Any`.
        """
        wrapper: Any = self._parse("google.protobuf.Any", raw)
        if wrapper is None:
            raise Undecodable("not a protobuf Any")
        if not wrapper.type_url:
            raise Undecodable("not a protobuf Any: it has no type URL")
        found = self._payload(wrapper.type_url, wrapper.value)
        numbers = sorted({field.field_number for field in _unknown_fields(wrapper)})
        if numbers:
            ignored = f"the Any has fields beside type URL and value: {numbers}"
            found = found._replace(note="; ".join(filter(None, (found.note, ignored))))
        return found

    def message(self, type_url: str) -> "Fields | None":
        """Return what is known of the fields of a payload's type; None for an unknown type."""
        name = type_url.removeprefix(_GOOGLE_PREFIX)
        return Fields(self._pool.FindMessageTypeByName(name)) if self._knows(name) else None

    def _payload(self, type_url: str, payload: bytes) -> AnyValue:
        name = type_url.removeprefix(_GOOGLE_PREFIX)
        note = ""
        if self._knows(name):
            message = self._parse(name, payload)
            try:
                if message is not None:
                    return AnyValue(type_url, "protobuf", self._message(message))
                note = f"the payload is not a {name}"
            except Undecodable as error:
                note = f"the payload is a {name}, but {error}"
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

    def _add(self, path: str, descriptor_set: bytes) -> None:
        """Add each file of a `FileDescriptorSet`."""
        from google.protobuf.descriptor_pb2 import FileDescriptorSet
        from google.protobuf.message import DecodeError

        try:
            files = FileDescriptorSet.FromString(descriptor_set).file
            for file in files:
                if not (file.name.startswith(_WELL_KNOWN) and self._holds(file.name)):
                    self._pool.AddSerializedFile(file.SerializeToString())
        except (DecodeError, ValueError) as error:
            raise Undecodable(f"{path}: not a protobuf descriptor set: {error}") from error
        except (TypeError, KeyError) as error:
            raise Undecodable(f"{path}: the descriptor set cannot be used: {error}") from error
        if not files:
            raise Undecodable(f"{path}: a protobuf descriptor set without files")

    def _holds(self, file: str) -> bool:
        try:
            self._pool.FindFileByName(file)
        except KeyError:
            return False
        return True

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
        except (DecodeError, ValueError):  # the second where protobuf runs without its C library
            return None
        return message

    def _message(self, message: "Message") -> object:
        """Turn a message into a mapping by field name; what its type does not name is kept too.

        Raises:
            Undecodable: JSON cannot say it all: a date of the year 10000, an Any of unknown type.
        """
        from google.protobuf.json_format import Error, MessageToDict
        from google.protobuf.message import DecodeError

        try:
            shown: object = MessageToDict(
                message, preserving_proto_field_name=True, descriptor_pool=self._pool
            )
        except (Error, DecodeError, TypeError, ValueError, RecursionError) as error:
            raise Undecodable(f"it has no JSON form: {error}") from error
        self._keep_unknown(message, shown)
        return shown

    def _keep_unknown(self, message: "Message", shown: object) -> None:
        """Add the unknown fields of a message, and of those within it, to what is shown."""
        unknown = self._wire_fields(_unknown_fields(message), 0)
        if _is_well_known(message) or not isinstance(shown, dict):
            # Its JSON form, such as a date, has no place for more.
            if unknown:
                raise Undecodable("it has fields that its JSON form cannot show")
            return
        if unknown:
            shown[_UNKNOWN] = unknown
        for field, value in message.ListFields():
            inner = shown.get(f"[{field.full_name}]" if field.is_extension else field.name)
            for part, part_shown in _messages(field, value, inner):
                self._keep_unknown(part, part_shown)

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


def _is_well_known(message: "Message") -> bool:
    return message.DESCRIPTOR.file.name.startswith(_WELL_KNOWN)


def _messages(field: Any, value: Any, shown: Any) -> "Iterable[tuple[Message, object]]":  # noqa: ANN401 - types of protobuf's
    """Yield the messages in a field, each with what is shown of it."""
    if field.message_type is None:
        return
    if field.message_type.GetOptions().map_entry:
        if field.message_type.fields_by_name["value"].message_type is not None:
            # JSON spells the keys its own way; the order is the same.
            yield from zip(value.values(), shown.values(), strict=True)
    elif field.is_repeated:
        yield from zip(value, shown, strict=True)
    else:
        yield value, shown


def _text(raw: bytes) -> str | None:
    """Return bytes as text if a person could read them so."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
