"""Containers as JSON lines, many of them: what is JSON in the file is passed on as it stands.

A line says what `object_json` says; a test holds the two together.
"""

from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring
from typing import NamedTuple

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
from boltview.schema.plainjson import AT_ONCE, is_plain, json_test
from boltview.schema.values import AnyValue

_REMEMBERED = 4096
"""Runtimes kept as JSON: there are few, and each is that of many containers."""
_quote = encode_basestring


class _Draft(NamedTuple):
    line: str
    texts: list[str]
    """The payloads in it, which must be JSON; none if the line is of no use."""
    item: Container


class ContainerLines:
    """Writes containers as JSON lines."""

    __slots__ = ("_are_json", "_is_json_type", "_runtimes")

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._are_json = json_test()
        self._is_json_type: dict[bytes, bool] = {}
        self._runtimes: dict[Runtime, str] = {}

    def lines(self, items: Iterable[Container]) -> Iterator[str]:
        """Yield each container as one line of JSON."""
        waiting: list[_Draft] = []
        texts: list[str] = []
        for item in items:
            draft = self._draft(item)
            if len(texts) + len(draft.texts) > AT_ONCE:
                yield from self._checked(waiting, texts)
                waiting, texts = [], []
            waiting.append(draft)
            texts += draft.texts
        yield from self._checked(waiting, texts)

    def _checked(self, drafts: list[_Draft], texts: list[str]) -> Iterator[str]:
        """Yield the lines of drafts whose payloads are JSON as they stand; others the long way."""
        are_json = self._are_json(texts)
        for line, own, item in drafts:
            yield line if own and (are_json or self._are_json(own)) else dumps(object_json(item))

    def _draft(self, item: Container) -> _Draft:
        """Write the line of a container as if its payloads were the JSON that they should be."""
        record, created = item.record, time_json(item.created_at)
        is_unchanged = item.updated_at == item.created_at
        updated = created if is_unchanged else time_json(item.updated_at)
        if record.faults or record.unknown or item.spec is None or not (created and updated):
            return _Draft("", [], item)
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
        return _Draft(line, texts if is_plain(line) else [], item)

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
