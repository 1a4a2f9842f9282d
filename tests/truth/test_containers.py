"""Every container of both nodes decodes to what `ctr containers info` and `ls` printed of it."""

import json
from base64 import b64decode
from typing import Any

from google.protobuf.json_format import ParseDict

from boltview.schema.values import AnyValue
from tests.schema.sets import message_class
from tests.truth.ctr_output import Output, nanoseconds
from tests.truth.decoded import Node, Tree, instant

# By namespace, as the node's own `ctr containers ls` lists them.
COUNTS = {
    "containerd-1.6": {"default": 4, "k8s.io": 4, "moby": 3},
    "containerd-2.4": {"default": 4, "k8s.io": 4, "moby": 1},
}


def same_any(found: object, printed: dict[str, str] | None) -> None:
    """Compare a decoded Any with ctr's: type URL, and payload in base64, left out when empty."""
    if printed is None:
        assert found is None
        return
    assert isinstance(found, AnyValue)
    assert (found.type_url, found.note) == (printed["type_url"], "")
    payload = b64decode(printed.get("value", ""))
    if found.encoding == "protobuf":
        assert isinstance(found.value, dict)
        kind = message_class(found.type_url)
        assert ParseDict(found.value, kind()) == kind.FromString(payload)
    else:
        assert found.encoding == "json"
        assert found.value == json.loads(payload)


def same_extensions(found: dict[str, Any], printed: dict[str, Any] | None) -> None:
    assert found.keys() == (printed or {}).keys()
    for name, value in (printed or {}).items():
        same_any(found[name], value)


def test_containers(node: Node, ctr: Output, name: str) -> None:
    compared: dict[str, int] = {}
    seen = {"extensions": 0, "options with fields": 0, "sandboxes": 0, "without image": 0}
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("containers", {})
        rows = ctr.lists(namespace, "containers.ls", "CONTAINER", "IMAGE", "RUNTIME")
        assert list(found) == [row["CONTAINER"] for row in rows]
        for row in rows:
            container = found[row["CONTAINER"]]
            info = ctr.info(namespace, "containers", row["CONTAINER"])
            assert info["ID"] == row["CONTAINER"]
            same_container(container, info)
            assert (container["image"] or "-", container["runtime"]["name"]) == (
                row["IMAGE"],
                row["RUNTIME"],
            )
            seen["extensions"] += len(container.get("extensions", {}))
            seen["options with fields"] += bool(container["runtime"]["options"].value)
            seen["sandboxes"] += bool(container.get("sandboxid"))
            seen["without image"] += not container["image"]
            compared[namespace] = compared.get(namespace, 0) + 1
    assert compared == COUNTS[name]
    assert sum(compared.values()) == ctr.count("*.containers.info.*")
    # The fixtures hold each of the less common cases, and they were among what was compared.
    assert seen["extensions"] == 4
    assert (seen["options with fields"] > 0) == (name == "containerd-1.6")
    assert (seen["sandboxes"] > 0) == (name == "containerd-2.4")
    assert (seen["without image"] > 0) == (name == "containerd-1.6")


def same_container(found: Tree, info: dict[str, Any]) -> None:
    assert found["image"] == info["Image"]
    assert found["runtime"]["name"] == info["Runtime"]["Name"]
    same_any(found["runtime"].get("options"), info["Runtime"]["Options"])
    assert (found["snapshotter"], found["snapshotKey"]) == (
        info["Snapshotter"],
        info["SnapshotKey"],
    )
    assert found.get("labels") == info["Labels"]
    assert instant(found["createdat"]) == nanoseconds(info["CreatedAt"])
    assert instant(found["updatedat"]) == nanoseconds(info["UpdatedAt"])
    # ctr 1.6 knows no sandbox id, and its daemon writes none.
    assert found.get("sandboxid") == info.get("SandboxID")
    same_extensions(found.get("extensions", {}), info["Extensions"])
    spec = found["spec"]
    assert isinstance(spec, AnyValue)
    assert (spec.encoding, spec.note) == ("json", "")
    assert spec.type_url == "types.containerd.io/opencontainers/runtime-spec/1/Spec"
    assert spec.value == info["Spec"]
