"""No planted secret survives a redacted export, in any format; what joins still joins."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.report.export.redact import Redactor
from boltview.report.export.tables import TABLES
from boltview.report.export.views import VIEWS
from tests.cli.runner import AT, NODE_16, NODE_24, call
from tests.containerd.scenes import Scene, Tree, binary_time
from tests.report.export import loaded
from tests.report.export.scene import write

FORMATS = ("jsonl", "csv", "sqlite", "parquet")
_WHERE = "io.containerd.metadata.v1.bolt/meta.db"


class Secrets:
    """Hands out texts that must not survive, of many forms, and remembers them."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def __call__(self, form: str = "secret{}") -> str:
        text = form.replace("{}", f"Q{len(self.given):03}zebra")
        self.given.append(f"Q{len(self.given):03}zebra".encode())
        return text

    def raw(self, secret: bytes) -> bytes:
        self.given.append(secret)
        return secret


def any_bytes(type_url: str, value: bytes) -> bytes:
    """Return a `google.protobuf.Any`; for values of up to 16 KiB."""
    url = type_url.encode()
    size = bytes([len(value) & 0x7F | 0x80, len(value) >> 7])
    return b"\x0a" + bytes([len(url)]) + url + b"\x12" + size + value


def planted(folder: Path, secret: Secrets) -> Path:
    """Write a node that has a secret in every place where a name or a value can be."""
    scene = Scene()
    space = secret()
    digest = "sha256:" + secret.raw(b"deadbeefcafe0123" * 4).decode()
    name, config = secret("reg.{}.corp:5000/team/{}:v1"), secret("sha256:{}")
    labels = {
        secret("{}.example.com/key"): secret(),
        "containerd.io/distribution.source." + secret("{}.corp"): secret("team/{}"),
        "containerd.io/gc.ref.content.l.0": digest,
        "containerd.io/gc.ref.content." + secret(): config,
        "io.kubernetes.pod.name": secret(),
        "nerdctl/ports": json.dumps([{secret(): secret(), "HostIP": "10.77.88.99"}]),
        "pin": secret.raw(b"9876543210").decode(),
        "password": secret("p@ss!{}#") + " " + secret("\u00e9{}\u6f22"),
        secret("%{}"): secret("0x{}"),
    }
    secret.raw(b"10.77.88.99")
    scene.blob(digest, labels, space).blob(config, None, space)
    scene.image(name, digest, labels, space)
    scene.ingest(secret("up/{}"), expected=digest, ns=space)
    key = secret()
    scene.snapshot(f"{secret('snap-{}')}/{key}", labels=labels, ns=space)
    scene.snapshot(f"overlayfs/{key}", secret("extract-1 {}"), labels, space)
    scene.lease(secret(), [f"content/{digest}", f"image/{name}", f"snapshot/overlayfs/{key}"],
                labels, space)  # fmt: skip
    spec = {
        "process": {"args": [secret("--token={}")], "env": [secret("KEY_{}={}")], "cwd": "/x"},
        "mounts": [{"source": secret("/home/{}/x"), "options": [secret("user={},rw")]}],
        "annotations": {secret("{}.io/a"): secret()},
        secret(): {secret(): 7_654_321, "nested": [secret(), None, True, 7_654_321, 0.5]},
        "hooks": secret(json.dumps({"deep": "{}"})),
    }
    wire = b"\x0a\x20" + secret.raw(b"\x80\x81zebrabinary\xff\xfe\xfd" * 2)
    wire += b"\x12" + bytes([len(text := secret().encode())]) + text
    spec_any = any_bytes("types.containerd.io/opencontainers/runtime-spec/1/Spec",
                         json.dumps(spec).encode())  # fmt: skip
    cri = {"Version": "v1", "Metadata": {
        "ID": "c", "SandboxID": secret(), "LogPath": secret("/var/log/{}.log"),
        "Config": {"metadata": {"name": secret()}, "envs": [{"key": secret(), "value": secret()}]},
    }}  # fmt: skip
    record: Tree = {
        b"createdat": binary_time(),
        b"image": name.encode(),
        b"snapshotter": b"overlayfs",
        b"snapshotKey": key.encode(),
        b"spec": spec_any,
        b"runtime": {b"name": secret("io.{}.v1").encode(),
                     b"options": any_bytes(secret("x.{}.Options"), wire)},
        b"extensions": {
            b"io.cri-containerd.container.metadata": any_bytes(
                "github.com/containerd/cri/pkg/store/container/Metadata", json.dumps(cri).encode()),
            secret().encode(): any_bytes("none", b"\xff" + secret.raw(b"\xfe\xfdzebra\xfc\xfb")),
            secret().encode(): secret.raw(b"\x01not-an-any-zebra"),
        },
        b"strange-" + secret().encode(): {secret().encode(): secret().encode()},
    }  # fmt: skip
    scene.put(space, "containers", secret(), record=record, labels=labels)
    scene.put(space, "containers", secret(), record={b"createdat": secret().encode()})
    scene.put(space, record={b"strange": secret().encode()}, labels=labels)
    scene.sandbox(secret(), labels, space)
    raw: Tree = {secret.raw(b"\xff\xfezebrakey\xfd"): secret.raw(b"\xff\xfezebravalue\xfd")}
    scene.put(space, "leases", secret(), record={b"createdat": binary_time(), b"labels": raw})
    root = folder / secret("node-{}") / "containerd"
    (root / _WHERE).parent.mkdir(parents=True)
    write(scene, root / _WHERE)
    backend = Scene()
    backend.tree = {b"v1": {b"snapshots": {
        f"{space}/7/{key}".encode(): {b"id": b"\x07", b"kind": b"\x02",
                                      b"parent": secret("x/3/{}").encode(),
                                      b"labels": {secret().encode(): secret().encode()}},
    }, b"parents": {}}}  # fmt: skip
    for snapshotter in ("overlayfs", secret("snap-{}")):
        place = root / f"io.containerd.snapshotter.v1.{snapshotter}"
        place.mkdir()
        write(backend, place / "metadata.db")
    return root


@pytest.fixture(scope="module")
def secret() -> Secrets:
    return Secrets()


@pytest.fixture(scope="module")
def folder(secret: Secrets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redact")
    root = planted(folder, secret)
    damaged = folder / secret("damaged-{}.db")
    whole = (root / _WHERE).read_bytes()
    damaged.write_bytes(whole[: len(whole) - 9000])
    missing = folder / secret("missing-{}")
    for name in FORMATS:
        for out, options in ((name, ["--redact", "--salt", "s"]), (f"{name}-open", [])):
            done = call("export", root, damaged, missing, "--format", name, "-o", folder / out,
                        "--sha256", "--at", AT, *options)  # fmt: skip
            assert done.code == 4, done.err
    return folder


def contents(folder: Path, name: str) -> Iterator[bytes]:
    """Yield everything in an export: its files as they are, and every cell as it is read back."""
    for path in folder.iterdir():
        yield path.read_bytes()
    reader = {"jsonl": loaded.jsonl, "csv": loaded.plain_csv, "sqlite": loaded.sqlite,
              "parquet": loaded.parquet}[name]  # fmt: skip
    for table in TABLES:
        if name != "jsonl" or not table.is_within:
            for row in reader(folder, table.name):
                yield "\0".join(map(str, row.values())).encode(errors="surrogatepass")


def forms(secret: bytes) -> list[bytes]:
    """Return a secret in the forms in which it could stand in a file."""
    encoded = [base64.b64encode(b"x" * shift + secret)[shift * 2 : -4] for shift in range(3)]
    return [secret, secret.hex().encode(), *encoded, secret.lower(), secret[::-1]]


@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_survives(folder: Path, secret: Secrets, name: str) -> None:
    whole = b"\0".join(contents(folder / name, name))
    left = [found for found in secret.given if any(form in whole for form in forms(found))]
    assert left == []
    assert b"7654321" not in whole


@pytest.mark.parametrize("name", FORMATS)
def test_every_secret_is_in_the_export_that_is_not_redacted(
    folder: Path, secret: Secrets, name: str
) -> None:
    whole = b"\0".join(contents(folder / f"{name}-open", name))
    lost = [found for found in secret.given if not any(form in whole for form in forms(found))]
    # The types of payloads are in no table; a number is as it is.
    assert len(lost) <= 1, lost
    assert b"7654321" in whole


def test_what_joins_still_joins(folder: Path) -> None:
    closed, opened = folder / "sqlite", folder / "sqlite-open"
    assert loaded.ask(closed, "PRAGMA foreign_key_check") == []
    for view in VIEWS:
        count = f"SELECT count(*) FROM {view.name}"  # noqa: S608 - names of ours
        assert loaded.ask(closed, count) == loaded.ask(opened, count), view.name
    for table in TABLES:
        for column in table.columns:
            query = f'SELECT count(DISTINCT "{column.name}") FROM "{table.name}"'  # noqa: S608
            found, expected = (loaded.ask(place, query)[0][0] for place in (closed, opened))
            if column.name not in {"path", "message", "error", "faults", "note", "problem"}:
                assert found == expected, (table.name, column.name)


@pytest.mark.parametrize("node", [NODE_24, NODE_16], ids=["2.4", "1.6"])
def test_shapes_sizes_and_the_vocabulary_stay(node: Path, tmp_path: Path) -> None:
    for out, options in (("closed", ["--redact"]), ("opened", [])):
        call("export", node, "--format", "sqlite", "-o", tmp_path / out, "--at", AT, *options)
    closed, opened = tmp_path / "closed", tmp_path / "opened"
    same = (
        "SELECT snapshotter, id, kind, size, inodes, created_at FROM snapshots",
        "SELECT size, on_disk, created_at FROM content",
        "SELECT media_type, target_size, platforms, size FROM images",
        "SELECT runtime_name, namespace, created_at FROM containers",
        "SELECT how, keeps, count(*) FROM refs GROUP BY how, keeps ORDER BY how",
        "SELECT exclusive, shared, total FROM usage_by_image ORDER BY 3, 2, 1",
        "SELECT json_extract(spec, '$.linux.resources.memory.limit') FROM containers",
        "SELECT json_array_length(spec, '$.process.args') FROM containers",
        "SELECT label FROM labels WHERE label GLOB 'containerd.io/gc.*'",
        "SELECT length(digest) FROM content",
    )
    for query in same:
        assert loaded.ask(closed, query) == loaded.ask(opened, query), query
    query = "SELECT id FROM containers"
    assert not set(loaded.ask(closed, query)) & set(loaded.ask(opened, query))


def test_the_salt_decides() -> None:
    first, again, other = (Redactor(salt, []) for salt in (b"1", b"1", b"2"))
    assert first.text("web-1/main") == again.text("web-1/main") != other.text("web-1/main")
    assert re.fullmatch("[a-z2-7]{8}/[a-z2-7]{8}", first.text("web-1/main"))


def test_without_a_salt_every_run_has_its_own(tmp_path: Path) -> None:
    for out in ("1", "2"):
        call("export", "--demo", "--format", "jsonl", "-o", tmp_path / out, "--redact")
    names = [
        Counter(row["id"] for row in loaded.jsonl(tmp_path / out, "containers")) for out in "12"
    ]
    assert names[0] != names[1]
    assert names[0].total() == names[1].total()


@given(st.text(), st.text())
def test_unlike_texts_have_unlike_pseudonyms(one: str, other: str) -> None:
    redactor = Redactor(b"salt", [])
    assert (redactor.text(one) == redactor.text(other)) == (one == other)


@given(st.text(alphabet="0123456789abcdef", min_size=12, max_size=64))
def test_a_digest_stays_one_of_its_length(digits: str) -> None:
    found = Redactor(b"salt", []).text(f"sha256:{digits}")
    assert re.fullmatch(f"sha256:[0-9a-f]{{{len(digits)}}}", found)
    assert digits not in found


def test_a_wrong_redaction_would_be_noticed(folder: Path, secret: Secrets) -> None:
    whole = b"\0".join(contents(folder / "jsonl", "jsonl"))
    assert any(form in whole + secret.given[3] for form in forms(secret.given[3]))
