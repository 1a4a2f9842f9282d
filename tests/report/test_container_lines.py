"""Many containers as lines say what one container says, whatever its payloads hold."""

import json
import math
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.containerd.objects import Container
from boltview.report.objects.lines import ContainerLines
from boltview.report.objects.shapes import object_json
from boltview.schema import plainjson
from tests.bolt.build import Tree
from tests.containerd.nodes import TIMES, VERSIONS, metadata_of, sample

SPEC_TYPE = b"types.containerd.io/opencontainers/runtime-spec/1/Spec"
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def spec_of(body: bytes) -> bytes:
    length, rest = b"", len(body)
    while rest > 0x7F:
        length += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return b"\x0a" + bytes([len(SPEC_TYPE)]) + SPEC_TYPE + b"\x12" + length + bytes([rest]) + body


def container(**fields: bytes | Tree) -> Container:
    tree: dict[bytes, bytes | Tree] = {
        **TIMES,
        b"image": b"i",
        b"snapshotter": b"s",
        b"snapshotKey": b"k",
        b"runtime": {b"name": b"r"},
        b"spec": spec_of(b"{}"),
    }
    tree |= {name.encode(): value for name, value in fields.items()}
    found: Tree = {b"v1": {b"version": b"\x08", b"ns": {b"containers": {b"c": tree}}}}
    (item,) = metadata_of(found).containers()
    return item


def line_of(item: Container) -> str:
    # Between others, as in a real file: what type is JSON is known, and checks are made together.
    _, line, _ = ContainerLines().lines([container(), item, container()])
    return line


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_of_real_containers(version: str) -> None:
    items = list(sample(version).metadata.containers())
    for item, line in zip(items, ContainerLines().lines(items), strict=True):
        assert "\n" not in line
        assert json.loads(line) == object_json(item)
        assert list(json.loads(line)) == [
            "namespace", "id", "image", "runtime", "snapshotter", "snapshot_key", "sandbox_id",
            "labels", "created_at", "updated_at", "spec", "extensions",
        ]  # fmt: skip


BODIES = [
    b'{"a": 1}',
    b'{\n "a": 1\n}',
    b'{"a": "\\u001b[2J"}',
    b'{"a": "\x1b[2J"}',
    b'{"a": "\x7f"}',
    '{"a": "é\u202e\u0085"}'.encode(),
    b'{"a": "\xff"}',
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"a": 1} trailing',
    b'{"a": 1}{"b": 2}',
    b'{"a": 1',
    b'{"a": 01}',
    b"{\"a\": 'b'}",
    b'{"a": 1,}',
    b"{} // no",
    b'{"a":\t1}',
    b"[" * 3000 + b"]" * 3000,
    b'{"a": "x\x00y"}',
    b'{"a": 1}\x00{',
    b"9" * 4000,
    b"[" * 500 + b"]" * 500,
    b'"\\ud800"',
    b"",
]


@pytest.mark.parametrize("body", BODIES)
def test_hostile_payloads(body: bytes) -> None:
    item = container(spec=spec_of(body) if body else b"\x0a\x01S", labels={b"k": b"v"})
    line = line_of(item)
    assert UNSAFE.search(line) is None
    parsed, expected = json.loads(line), object_json(item)
    if body == b'{"a": 1e400}':
        assert parsed["spec"]["a"] == math.inf  # valid by RFC 8259, and kept as it was written
    else:
        assert parsed == expected


@pytest.mark.parametrize(
    "labels",
    [
        {b"k": b"\xff"},
        {b"\xff": b"v"},
        {b"0x41": b"v", b"!damage": b"w", b"%41": b"x"},
        {b"k": b"\x1b]0;PWNED\x07"},
        {b"k": "é漢字\u202e".encode()},
        {b'"\\': b'"\\\n'},
    ],
)
def test_hostile_labels(labels: dict[bytes, bytes]) -> None:
    item = container(labels=labels, spec=spec_of(b'{"a":1}'), extensions={b"\xfe": spec_of(b"1")})
    line = line_of(item)
    assert UNSAFE.search(line) is None
    assert json.loads(line) == object_json(item)


def test_odd_containers_keep_their_marks() -> None:
    item = container(createdat=b"\x07", colour=b"blue")
    parsed = json.loads(line_of(item))
    assert parsed == object_json(item)
    assert parsed["faults"][0]["field"] == "createdat"
    assert parsed["unknown"] == {"colour": b"blue".hex()}


def test_many_containers_with_bad_ones_between() -> None:
    bad = container(spec=spec_of(b"{]"))
    items = [container(labels={b"n": b"%d" % n}) if n % 50 else bad for n in range(300)]
    lines = list(ContainerLines().lines(items))
    assert [json.loads(line) for line in lines] == [object_json(item) for item in items]


ROADS: dict[str, Callable[[list[str]], bool]] = {
    "sqlite": plainjson.json_test(),
    "parser": plainjson._by_parser,  # noqa: SLF001 - what is used without SQLite
}


@pytest.mark.parametrize("road", ROADS)
@given(st.text(alphabet='{}[]:,"\\/ \t\n0123456789.eE+-truefalsnbu\x7fxé', max_size=12))
def test_what_passes_is_json(road: str, text: str) -> None:
    test = ROADS[road]
    try:
        json.loads(text, parse_constant=lambda _name: json.loads("-"))
    except ValueError:
        is_json = False
    else:
        is_json = True
    assert test([text]) == is_json
    assert test([text, "{}"]) == is_json


def test_without_sqlite_the_parser_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    test = plainjson.json_test()
    assert test(["{}", "[1]"])
    assert not test(["{}", "[1"])
    item = container(spec=spec_of(b'{"a": 1}'))
    assert json.loads(line_of(item)) == object_json(item)
