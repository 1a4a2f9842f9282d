"""Containers as JSON lines, many of them: what is JSON in the file is passed on as it stands.

A line says what `object_json` says; a test holds the two together.
"""

from json.encoder import encode_basestring

from boltview.containerd.objects import Container, Payload, Runtime
from boltview.report.jsontext import dumps
from boltview.report.objects.shapes import (
    key_text_json,
    object_json,
    payload_json,
    runtime_json,
    time_json,
)
from boltview.schema.anyform import type_url
from boltview.schema.plainjson import is_plain, json_test
from boltview.schema.values import AnyValue

_REMEMBERED = 4096
"""Runtimes kept as JSON: there are few, and each is that of many containers."""
_quote = encode_basestring


class ContainerLines:
    """Writes containers as JSON lines."""

    __slots__ = ("_are_json", "_is_json_type", "_runtimes")

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._are_json = json_test()
        self._is_json_type: dict[bytes, bool] = {}
        self._runtimes: dict[Runtime, str] = {}

    def line(self, item: Container) -> str:
        """Return a container as one line of JSON."""
        record, created = item.record, time_json(item.created_at)
        is_unchanged = item.updated_at == item.created_at
        updated = created if is_unchanged else time_json(item.updated_at)
        if record.faults or record.unknown or item.spec is None or not (created and updated):
            return dumps(object_json(item))
        texts = [self._text(item.spec)]
        labels = ", ".join(
            [f"{key_text_json(key)}: {_quote(text)}" for key, text in item.labels.items()]
        )
        extensions = ""
        for name, payload in item.extensions.items():
            texts.append(self._text(payload))
            comma = ", " if extensions else ""
            extensions = f"{extensions}{comma}{key_text_json(name)}: {texts[-1]}"
        line = (
            f'{{"namespace": {_quote(item.namespace)}, "id": {_quote(item.id)}, '
            f'"image": {_quote(item.image or "")}, "runtime": {self._runtime(item.runtime)}, '
            f'"snapshotter": {_quote(item.snapshotter or "")}, '
            f'"snapshot_key": {_quote(item.snapshot_key or "")}, '
            f'"sandbox_id": {_quote(item.sandbox_id or "")}, "labels": {{{labels}}}, '
            f'"created_at": "{created}", "updated_at": "{updated}", '
            f'"spec": {texts[0]}, "extensions": {{{extensions}}}}}'
        )
        # Whatever is not plain text needs the care that the long way takes.
        return line if is_plain(line) and self._are_json(texts) else dumps(object_json(item))

    def _runtime(self, runtime: Runtime) -> str:
        found = self._runtimes.get(runtime)
        if found is None:
            found = dumps(runtime_json(runtime))
            if len(self._runtimes) < _REMEMBERED:
                self._runtimes[runtime] = found
        return found

    def _text(self, payload: Payload) -> str:
        """Return a payload as the JSON text that it should be; whether it is must be checked."""
        raw, start = payload.raw, payload.value_start
        if start and self._holds_json(payload, type_url(raw)):
            # Never fails, and what is not ASCII is found out by `is_plain`.
            return raw[start:].decode("latin-1")
        return dumps(payload_json(payload))

    def _holds_json(self, payload: Payload, name: bytes) -> bool:
        """Whether payloads of this type are JSON; asked of the first one of each type."""
        known = self._is_json_type.get(name)
        if known is None:
            value = payload.value().data
            known = isinstance(value, AnyValue) and value.encoding == "json"
            # One that is damaged says nothing about the others.
            is_message = isinstance(value, AnyValue) and value.encoding == "protobuf"
            if len(self._is_json_type) < _REMEMBERED and (known or is_message):
                self._is_json_type[name] = known
        return known
