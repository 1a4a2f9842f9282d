"""Each object as JSON: its own fields in snake_case, in one order, absent texts as "".

Payloads are their decoded value. What is odd about an object stands at its end, under `faults` and
`unknown`, and only where there is any.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from boltview.containerd.objects import (
    BackendSnapshot,
    Blob,
    Container,
    Image,
    Ingest,
    Lease,
    Mount,
    Namespace,
    Payload,
    Record,
    Runtime,
    Sandbox,
    Snapshot,
    text_key,
)
from boltview.report.jsontext import key_json, to_json
from boltview.report.keypath import path_text
from boltview.schema.values import AnyValue, GoTime

Json = dict[str, object]

_REMEMBERED = 4096
"""Keys of labels, and days: the same ones come again and again."""
_DAY = 86_400
_WHOLE = Record()


def text_json(text: str | None) -> object:
    """Return a text; bytes that are not UTF-8 as hex, nothing as ""."""
    if text is None:
        return ""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"hex": text_key(text).hex()}
    return text


def texts_json(texts: Mapping[str, str]) -> Json:
    """Return labels or annotations."""
    return {key_json(text_key(key)): text_json(text) for key, text in texts.items()}


@lru_cache(_REMEMBERED)
def key_text_json(key: str) -> str:
    """Return the key of a label as the key of a JSON object, quoted."""
    return encode_basestring(key_json(text_key(key)))


def time_json(time: GoTime | None) -> str | None:
    """Return a time in UTC, None for none: `GoTime.rfc3339`, but days are remembered."""
    if time is None:
        return None
    day, second = divmod(time.unix, _DAY)
    text = f"{_date(day)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"{text}.{time.nanos:09}".rstrip("0") + "Z" if time.nanos else text + "Z"


@lru_cache(_REMEMBERED)
def _date(day: int) -> str:
    return GoTime(day * _DAY, 0, None).rfc3339().partition("T")[0]


def payload_json(payload: Payload | None) -> object:
    """Return the decoded value of a payload; hex and reason for one that does not decode."""
    if payload is None:
        return None
    value = payload.value()
    if not isinstance(value.data, AnyValue):
        return {"hex": payload.raw.hex(), "error": value.error}
    found = value.data
    if found.encoding == "bytes":
        return {"hex": payload.raw.hex(), "error": found.note or "a payload of an unknown type"}
    # What was parsed as JSON is JSON already.
    return found.value if found.encoding == "json" else to_json(found.value)


def _field_json(record: Record, field: str, payload: Payload | None) -> object:
    """Return a payload that is a field of its own; the bytes of one that is no payload at all."""
    fault = record.why(field) if payload is None and record.faults else None
    if fault and fault.reason == "undecodable":
        return {"hex": fault.raw.hex(), "error": fault.detail}
    return payload_json(payload)


def payloads_json(payloads: Mapping[str, Payload]) -> Json:
    """Return payloads by name."""
    return {key_json(text_key(key)): payload_json(found) for key, found in payloads.items()}


def oddities_json(record: Record) -> Json:
    """Return what is odd about an object; empty for most."""
    shown: Json = {}
    if record.faults:
        shown["faults"] = [
            {
                "field": text_json(fault.field),
                "reason": fault.reason,
                "message": fault.detail,
                **({"hex": fault.raw.hex()} if fault.raw else {}),
            }
            for fault in record.faults
        ]
    if record.unknown:
        shown["unknown"] = {
            path_text(found.path): None if found.value is None else found.value.hex()
            for found in record.unknown
        }
    return shown


def stored_json(record: Record) -> Json:
    """Return where an object is stored."""
    origin = record.origin
    place = {} if origin is None else {"page": origin.page, "offset": origin.offset}
    return {"stored": {"path": path_text(record.path), **place}}


def runtime_json(runtime: Runtime, record: Record = _WHOLE) -> Json:
    """Return a runtime; the record says why there are no options."""
    options = _field_json(record, "runtime/options", runtime.options)
    return {"name": text_json(runtime.name), "options": options}


def _times(
    item: Container | Image | Blob | Snapshot | Sandbox | BackendSnapshot | Mount,
) -> Json:
    created = time_json(item.created_at)
    is_unchanged = item.updated_at == item.created_at
    return {
        "created_at": created,
        "updated_at": created if is_unchanged else time_json(item.updated_at),
    }


def _texts(texts: Iterable[str]) -> list[object]:
    return [text_json(text) for text in texts]


def _namespace(item: Namespace) -> Json:
    return {"name": text_json(item.name), "labels": texts_json(item.labels)}


def _container(item: Container) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "id": text_json(item.id),
        "image": text_json(item.image),
        "runtime": runtime_json(item.runtime, item.record),
        "snapshotter": text_json(item.snapshotter),
        "snapshot_key": text_json(item.snapshot_key),
        "sandbox_id": text_json(item.sandbox_id),
        "labels": texts_json(item.labels),
        **_times(item),
        "spec": _field_json(item.record, "spec", item.spec),
        "extensions": payloads_json(item.extensions),
    }


def _image(item: Image) -> Json:
    target = item.target
    return {
        "namespace": text_json(item.namespace),
        "name": text_json(item.name),
        "target": {
            "media_type": text_json(target.media_type),
            "digest": text_json(target.digest),
            "size": target.size,
        },
        "annotations": texts_json(item.annotations),
        "labels": texts_json(item.labels),
        **_times(item),
    }


def _blob(item: Blob) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "digest": text_json(item.digest),
        "size": item.size,
        "labels": texts_json(item.labels),
        **_times(item),
    }


def _ingest(item: Ingest) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "ref": text_json(item.ref),
        "backend_ref": text_json(item.backend_ref),
        "expected": text_json(item.expected),
        "expire_at": time_json(item.expire_at),
    }


def _snapshot(item: Snapshot) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "snapshotter": text_json(item.snapshotter),
        "key": text_json(item.key),
        "name": text_json(item.name),
        "parent": text_json(item.parent),
        "children": _texts(item.children),
        "labels": texts_json(item.labels),
        **_times(item),
    }


def _lease(item: Lease) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "id": text_json(item.id),
        "labels": texts_json(item.labels),
        "created_at": time_json(item.created_at),
        "content": _texts(item.content),
        "ingests": _texts(item.ingests),
        "snapshots": {
            key_json(text_key(name)): _texts(keys) for name, keys in item.snapshots.items()
        },
        "images": _texts(item.images),
    }


def _sandbox(item: Sandbox) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "id": text_json(item.id),
        "sandboxer": text_json(item.sandboxer),
        "runtime": runtime_json(item.runtime, item.record),
        "labels": texts_json(item.labels),
        **_times(item),
        "spec": _field_json(item.record, "spec", item.spec),
        "extensions": payloads_json(item.extensions),
    }


def _backend_snapshot(item: BackendSnapshot) -> Json:
    return {
        "name": text_json(item.name),
        "id": item.id,
        "kind": item.kind,
        "parent": text_json(item.parent),
        "size": item.size,
        "inodes": item.inodes,
        "labels": texts_json(item.labels),
        **_times(item),
    }


def _mount(item: Mount) -> Json:
    return {
        "namespace": text_json(item.namespace),
        "name": text_json(item.name),
        "id": item.id,
        "lease": text_json(item.lease),
        "active": [_mounted(one) for one in item.active],
        "system": [_mounted(one) for one in item.system],
        "labels": texts_json(item.labels),
        **_times(item),
    }


def _mounted(one: Mapping[str, object]) -> Json:
    return {
        name: text_json(value) if isinstance(value, str) else to_json(value)
        for name, value in one.items()
    }


_SHAPES: dict[type, Callable[[Any], Json]] = {
    BackendSnapshot: _backend_snapshot,
    Blob: _blob,
    Container: _container,
    Image: _image,
    Ingest: _ingest,
    Lease: _lease,
    Mount: _mount,
    Namespace: _namespace,
    Sandbox: _sandbox,
    Snapshot: _snapshot,
}


def object_json(item: Any) -> Json:  # noqa: ANN401 - any of the types above
    """Return an object as JSON."""
    return {**_SHAPES[type(item)](item), **oddities_json(item.record)}
