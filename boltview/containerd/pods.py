"""Pods: sandboxes and containers joined with what CRI wrote about them.

CRI keeps its own metadata, JSON, in extensions of the pause container, of the sandbox record (2.x)
and of each container (containerd `internal/cri/store/{sandbox,container}/metadata.go`). Where that
is missing, the kubelet's labels still say which pod a container belongs to.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from boltview.containerd.cristate import CriStatus
from boltview.containerd.files import list_of, number_of, text_of, texts_of, value_of
from boltview.containerd.node import Node
from boltview.containerd.objects import Container, Payload, Sandbox, Text
from boltview.schema.values import AnyValue, GoTime

SANDBOX_METADATA = "io.cri-containerd.sandbox.metadata"
"""Extension of a pause container."""
CONTAINER_METADATA = "io.cri-containerd.container.metadata"
"""Extension of a container in a pod."""
_RECORD_METADATA = "metadata"
"""Extension of a sandbox record."""
KIND = "io.cri-containerd.kind"
_POD_LABELS = {
    "name": "io.kubernetes.pod.name",
    "namespace": "io.kubernetes.pod.namespace",
    "uid": "io.kubernetes.pod.uid",
}
_PAUSE, _SANDBOX, _CONTAINER = "p", "s", "c"
"""What a record is of its pod; of a container its ID follows."""
_ZERO, _ESCAPED, _BETWEEN = "\0", "\0\1", "\0\0"
_CONTAINER_NAME = "io.kubernetes.container.name"
_NETWORK_MODES = {0: "pod", 1: "container", 2: "host", 3: "target"}
"""CRI `NamespaceMode`: POD, CONTAINER, NODE, TARGET."""


class PodContainer(NamedTuple):
    """A container of a pod."""

    id: str
    name: str
    attempt: int
    image: str
    """As it was asked for."""
    image_ref: str
    """ID of the image it was resolved to."""
    log_path: str
    created_at: GoTime | None
    status: CriStatus


class Pod(NamedTuple):
    """A pod, named by what is known of it; empty texts are not known or not set."""

    namespace: str
    """Of containerd."""
    id: str
    """Of the sandbox."""
    name: str
    pod_namespace: str
    """Of Kubernetes."""
    uid: str
    attempt: int
    created_at: GoTime | None
    known_from: tuple[str, ...]
    """`pause container`, `sandbox record`, `containers`: which records tell of it."""
    status: CriStatus
    """Of the pause container's files, where CRI keeps any."""
    ips: tuple[str, ...]
    network: str
    """`pod`, `host`, … or empty when it is not known."""
    network_namespace: str
    """Path of the network namespace."""
    runtime_handler: str
    """Name of the runtime class; empty for the default one."""
    log_directory: str
    labels: Text
    annotations: Text
    containers: tuple[PodContainer, ...]
    notes: tuple[str, ...]
    """What does not fit together."""


def pods(node: Node, namespace: str | None = None) -> Iterator[Pod]:
    """Yield the pods of one namespace, or of all, in the order of their sandbox IDs."""
    return (found for found in pods_and_others(node, namespace) if isinstance(found, Pod))


def pods_and_others(node: Node, namespace: str | None = None) -> Iterator[Pod | Container]:
    """Yield the containers that belong to no pod, as they are read, and then the pods."""
    # One text is all that is kept of a record: a node can have very many, and they are large.
    found = [
        _joined(sandbox.namespace, sandbox.id, _SANDBOX)
        for sandbox in node.metadata.sandboxes(namespace)
    ]
    for container in node.metadata.containers(namespace):
        key = sandbox_of(container)
        if not key:
            yield container
        elif key == container.id:
            found.append(_joined(container.namespace, key, _PAUSE))
        else:
            found.append(_joined(container.namespace, key, _CONTAINER + container.id))
    found.sort()
    records = (_parted(text) for text in found)
    for (space, key), parts in groupby(records, key=itemgetter(0, 1)):
        yield _pod(node, space, key, [record for _, _, record in parts])


def _joined(*names: str) -> str:
    """Join names so that the texts have the order of the tuples."""
    return _BETWEEN.join(name.replace(_ZERO, _ESCAPED) for name in names)


def _parted(text: str) -> tuple[str, str, str]:
    """Undo `_joined`."""
    space, key, record = (name.replace(_ESCAPED, _ZERO) for name in text.split(_BETWEEN))
    return space, key, record


def sandbox_of(container: Container) -> str:
    """Return the sandbox a container belongs to, its own ID for a pause container; empty for none.

    The record says it since 2.0, CRI's metadata always.
    """
    if SANDBOX_METADATA in container.extensions or container.labels.get(KIND) == "sandbox":
        return container.id
    if container.sandbox_id:
        return container.sandbox_id
    return text_of(metadata_of(container.extensions.get(CONTAINER_METADATA)), "SandboxID")


def metadata_of(payload: Payload | None) -> object:
    """Return CRI's metadata out of its wrapper `{"Version": "v1", "Metadata": …}`; None if none."""
    value = payload.value().data if payload else None
    return value_of(value.value, "Metadata") if isinstance(value, AnyValue) else None


def _pod(node: Node, namespace: str, key: str, found: list[str]) -> Pod:
    """Put a pod together from its records, which are read again."""
    metadata = node.metadata
    pause = metadata.container(namespace, key) if _PAUSE in found else None
    sandbox = metadata.sandbox(namespace, key) if _SANDBOX in found else None
    containers: list[PodContainer] = []
    told: dict[str, str] = {}
    for name in found:
        if name[0] != _CONTAINER:
            continue
        container = metadata.container(namespace, name[1:])
        if container:
            containers.append(_container(node, container))
            for label in _POD_LABELS.values():
                if text := container.labels.get(label):
                    told.setdefault(label, text)
    known: object = None
    # As CRI itself does when it recovers: the container's extension first.
    for extensions, name in (
        (pause.extensions if pause else {}, SANDBOX_METADATA),
        (sandbox.extensions if sandbox else {}, _RECORD_METADATA),
    ):
        known = known or metadata_of(extensions.get(name))
    first = pause or sandbox
    config = value_of(known, "Config")
    identity = value_of(config, "metadata")
    labels = texts_of(config, "labels") or (dict(first.labels) if first else {})
    others: list[Mapping[str, str]] = [labels, told]
    tells = {"pause container": pause, "sandbox record": sandbox, "containers": containers}
    notes = _notes(pause, sandbox, known)
    return Pod(
        namespace,
        key,
        text_of(identity, "name") or _label(others, "name"),
        text_of(identity, "namespace") or _label(others, "namespace"),
        text_of(identity, "uid") or _label(others, "uid"),
        number_of(identity, "attempt") or 0,
        first.created_at if first else None,
        tuple(name for name, there in tells.items() if there),
        node.cri_status(key),
        _addresses(known),
        _network(config) if known else "",
        text_of(known, "NetNSPath"),
        text_of(known, "RuntimeHandler"),
        text_of(config, "log_directory"),
        labels,
        texts_of(config, "annotations"),
        tuple(containers),
        notes,
    )


def _container(node: Node, container: Container) -> PodContainer:
    known = metadata_of(container.extensions.get(CONTAINER_METADATA))
    config = value_of(known, "Config")
    return PodContainer(
        container.id,
        text_of(config, "metadata", "name") or container.labels.get(_CONTAINER_NAME, ""),
        number_of(config, "metadata", "attempt") or 0,
        text_of(config, "image", "user_specified_image")
        or text_of(config, "image", "image")
        or container.image
        or "",
        text_of(known, "ImageRef"),
        text_of(known, "LogPath"),
        container.created_at,
        node.cri_status(container.id),
    )


def _addresses(known: object) -> tuple[str, ...]:
    more = [address for address in list_of(known, "AdditionalIPs") if isinstance(address, str)]
    return tuple(address for address in (text_of(known, "IP"), *more) if address)


def _network(config: object) -> str:
    mode = number_of(config, "linux", "security_context", "namespace_options", "network")
    return _NETWORK_MODES.get(mode or 0, f"mode {mode}")


def _label(maps: list[Mapping[str, str]], name: str) -> str:
    return next((value for labels in maps if (value := labels.get(_POD_LABELS[name]))), "")


def _notes(pause: Container | None, sandbox: Sandbox | None, known: object) -> tuple[str, ...]:
    notes = []
    if not pause and not sandbox:
        notes.append("its sandbox is not there: only containers tell of it")
    elif not known:
        notes.append("CRI's metadata of the sandbox is not there")
    elif pause and sandbox is not None and not sandbox.extensions:
        notes.append("the sandbox record has no CRI metadata: its start may have been interrupted")
    return tuple(notes)
