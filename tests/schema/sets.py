"""Descriptor sets to decode with: the shipped one, and one a user might add."""

from functools import cache

from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from boltview.schema.any import AnyDecoder
from boltview.schema.load import Library

OURS = Library().descriptor_sets()
[OUR_SET] = [FileDescriptorSet.FromString(raw) for raw in OURS.values()]

PARCELS = text_format.Parse(
    """
    name: "parcels.proto" package: "parcels" syntax: "proto3"
    dependency: "google/protobuf/any.proto" dependency: "google/protobuf/timestamp.proto"
    message_type {
      name: "Item"
      field { name: "weight" number: 1 label: LABEL_OPTIONAL type: TYPE_INT64 }
    }
    message_type {
      name: "Parcel"
      field { name: "label" number: 1 label: LABEL_OPTIONAL type: TYPE_BYTES }
      field {
        name: "first" number: 2 label: LABEL_OPTIONAL
        type: TYPE_MESSAGE type_name: ".parcels.Item"
      }
      field {
        name: "others" number: 3 label: LABEL_REPEATED
        type: TYPE_MESSAGE type_name: ".parcels.Item"
      }
      field {
        name: "named" number: 4 label: LABEL_REPEATED
        type: TYPE_MESSAGE type_name: ".parcels.Parcel.NamedEntry"
      }
      field {
        name: "arrived" number: 5 label: LABEL_OPTIONAL
        type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp"
      }
      field {
        name: "extra" number: 6 label: LABEL_OPTIONAL
        type: TYPE_MESSAGE type_name: ".google.protobuf.Any"
      }
      field { name: "grams" number: 7 label: LABEL_OPTIONAL type: TYPE_DOUBLE }
      nested_type {
        name: "NamedEntry"
        options { map_entry: true }
        field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_BOOL }
        field {
          name: "value" number: 2 label: LABEL_OPTIONAL
          type: TYPE_MESSAGE type_name: ".parcels.Item"
        }
      }
    }
    """,
    FileDescriptorProto(),
)
"""A user's types, with all that ours have not: messages within messages, maps of messages, numbers
of 64 bits, bytes, and types of Google's."""


def with_imports(*files: FileDescriptorProto) -> bytes:
    """Return a set as `protoc --include_imports` makes it."""
    imports = [file for file in OUR_SET.file if file.name.startswith("google/")]
    return FileDescriptorSet(file=[*imports, *files]).SerializeToString()


def decoder(**sets: bytes) -> AnyDecoder:
    """Return a decoder with further sets, given by the name of their file without `.binpb`."""
    return AnyDecoder({**OURS, **{f"{name}.binpb": raw for name, raw in sets.items()}})


@cache
def pool() -> DescriptorPool:
    """Return all types, known to the library alone."""
    found = DescriptorPool()
    for file in [*OUR_SET.file, PARCELS]:
        found.AddSerializedFile(file.SerializeToString())
    return found


def message_class(name: str) -> type[Message]:
    """Return the library's class for a message."""
    return GetMessageClass(pool().FindMessageTypeByName(name))
