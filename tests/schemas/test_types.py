"""The descriptor set is the one that its sources make, and real values decode with it."""

import os
import tomllib
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

SCHEMAS = Path(__file__).parents[2] / "schemas"
SET = FileDescriptorSet.FromString((SCHEMAS / "types.binpb").read_bytes())
TYPES = tomllib.loads((SCHEMAS / "types.toml").read_text())
OWN = {"google.protobuf.Timestamp", "boltview.Unknown"}
"""Messages that no Any names: what another message uses, and what boltview itself needs."""


@pytest.fixture(scope="module")
def pool() -> DescriptorPool:
    pool = DescriptorPool()
    for file in SET.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def parsed(pool: DescriptorPool, name: str, raw: bytes) -> Message:
    return GetMessageClass(pool.FindMessageTypeByName(name)).FromString(raw)


def test_the_committed_set_is_what_the_sources_make(tmp_path: Path) -> None:
    fresh = tmp_path / "types.binpb"
    compiler().descriptor_set(fresh)
    assert fresh.read_bytes() == (SCHEMAS / "types.binpb").read_bytes()


def test_the_set_holds_no_comments_and_positions() -> None:
    assert not [file.name for file in SET.file if file.HasField("source_code_info")]


def test_every_message_says_where_it_comes_from() -> None:
    for file in sorted((SCHEMAS / "proto").glob("*.proto")):
        lines = file.read_text().splitlines()
        for above, line in pairwise(lines):
            if line.startswith("message "):
                assert above.startswith("// Upstream: "), f"{file.name}: {line}"


def test_types_in_the_table_and_in_the_set_are_the_same() -> None:
    in_set = {
        f"{file.package}.{message.name}" for file in SET.file for message in file.message_type
    }
    in_table = {url for url, about in TYPES.items() if about["encoding"] == "protobuf"}
    assert in_table == in_set - OWN


def test_every_type_is_explained() -> None:
    for url, about in TYPES.items():
        assert about.keys() == {"encoding", "title", "doc"}, url
        assert about["encoding"] in {"json", "protobuf"}, url
        assert about["title"], url
        assert about["doc"].endswith("."), url


@pytest.mark.parametrize(
    "url",
    [
        "types.containerd.io/opencontainers/runtime-spec/1/Spec",
        "github.com/containerd/cri/pkg/store/container/Metadata",
        "github.com/containerd/cri/pkg/store/sandbox/Metadata",
        "io.containerd.cri.v1/UpdatedResources",
        "github.com/containerd/containerd/cmd/ctr/commands/NetworkMetaData",
        "github.com/containerd/containerd/v2/cmd/ctr/commands/NetworkMetaData",
    ],
)
def test_go_types_are_json(url: str) -> None:
    assert TYPES[url]["encoding"] == "json"


# The bytes of the first value were read in a container record of Docker 20.10 (containerd 1.6).
@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        (
            "containerd.runc.v1.Options",
            b"\x32\x04runc\x3a\x1c/var/run/docker/runtime-runc",
            {"binary_name": "runc", "root": "/var/run/docker/runtime-runc"},
        ),
        ("containerd.runc.v1.Options", b"", {}),
        (
            "containerd.runc.v1.Options",
            b"\x42\x04criu\x48\x01\x68\x03",
            {"criu_path": "criu", "systemd_cgroup": True, "task_api_version": 3},
        ),
        (
            "containerd.linux.runc.RuncOptions",
            b"\x0a\x04runc\x12\x04/run\x20\x01",
            {"runtime": "runc", "runtime_root": "/run", "systemd_cgroup": True},
        ),
        (
            "containerd.linux.runc.CreateOptions",
            b"\x32\x03net\x32\x03ipc\x6a\x01x",
            {"empty_namespaces": ["net", "ipc"], "criu_image_path": "x"},
        ),
        (
            "runtimeoptions.v1.Options",
            b"\x0a\x01t\x12\x17/etc/containerd/runsc.t\x1a\x02ab",
            {"type_url": "t", "config_path": "/etc/containerd/runsc.t", "config_body": "YWI="},
        ),
        ("cri.runtimeoptions.v1.Options", b"\x12\x02/c", {"config_path": "/c"}),
        (
            "containerd.runhcs.v1.Options",
            b"\x10\x02\x30\x01\x52\x01g\x92\x01\x06\x0a\x01k\x12\x01v\xa0\x01\x00",
            {
                "debug_type": "ETW",
                "sandbox_isolation": "HYPERVISOR",
                "GPUVHDPath": "g",
                "default_container_annotations": {"k": "v"},
                "scrub_logs": False,
            },
        ),
    ],
)
def test_a_value_decodes(
    pool: DescriptorPool, name: str, raw: bytes, value: dict[str, object]
) -> None:
    message = parsed(pool, name, raw)
    assert MessageToDict(message, preserving_proto_field_name=True) == value


def test_an_any_may_have_no_value(pool: DescriptorPool) -> None:
    message = parsed(pool, "google.protobuf.Any", b"\x0a\x1acontainerd.runc.v1.Options")
    assert [(field.name, value) for field, value in message.ListFields()] == [
        ("type_url", "containerd.runc.v1.Options")
    ]


def compiler() -> ModuleType:
    """Import schemas/compile.py, a script beside the package; skip if it cannot compile."""
    try:
        import grpc_tools.protoc  # noqa: F401 - only to see that it is there
    except ImportError:
        demanded = {name.strip() for name in os.environ.get("BOLTVIEW_REQUIRE", "").split(",")}
        if demanded & {"grpcio-tools", "all"}:
            pytest.fail("grpcio-tools is not installed, and BOLTVIEW_REQUIRE demands it")
        pytest.skip("grpcio-tools is not installed")
    import schemas.compile

    return schemas.compile
