"""Docker's own files: the names that people know its containers by stand there, not in meta.db."""

from typing import NamedTuple

from boltview.containerd.files import Folder, NotReadable, text_of

NAMESPACE = "moby"
"""Docker's namespace in containerd."""
BUNDLE_LABEL = "com.docker/engine.bundle.path"
DATA_ROOTS = ("var/lib/docker", "var/snap/docker/common/var-lib-docker")
_DAEMON_CONFIG = "etc/docker/daemon.json"
_MAX_CONFIG = 4 << 20


class DockerContainer(NamedTuple):
    """What Docker's `config.v2.json` says of a container."""

    name: str
    """Without the slash that Docker puts before it; empty if it is not known."""
    image: str
    """As the user named it."""


def data_root(root: Folder) -> Folder | None:
    """Find Docker's data root on a node: where its daemon.json says, or in a usual place."""
    try:
        configured = text_of(root.document(_DAEMON_CONFIG, _MAX_CONFIG), "data-root")
    except NotReadable:
        configured = ""
    for path in (configured, *DATA_ROOTS):
        if path and root.is_folder(f"{path}/containers"):
            return root.within(path)
    return None


def docker_container(data: Folder, container: str) -> DockerContainer | None:
    """Read what Docker says of a container; None if it says nothing."""
    if not container or "/" in container or container in {".", ".."}:
        return None
    try:
        document = data.document(f"containers/{container}/config.v2.json", _MAX_CONFIG)
    except NotReadable:
        return None
    name = text_of(document, "Name").removeprefix("/")
    return DockerContainer(name, text_of(document, "Config", "Image"))
