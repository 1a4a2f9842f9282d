"""Run-time state that CRI keeps in files, because bolt holds none: what a container last did.

Shape and rules from containerd `internal/cri/store/container/status.go` (`pkg/cri` until 1.7).
"""

from typing import NamedTuple

from boltview.containerd.files import Folder, NotReadable, number_of, text_of

CRI = "io.containerd.grpc.v1.cri"
"""Folder below a containerd root; the name is the same in 2.x."""
_MAX_STATUS = 1 << 20


class CriStatus(NamedTuple):
    """What CRI last wrote of a container."""

    state: str
    """`created`, `running` (when it was written), `exited`, or `unknown`."""
    pid: int | None = None
    created_ns: int = 0
    """Unix nanoseconds; 0 for never, here and below."""
    started_ns: int = 0
    finished_ns: int = 0
    exit_code: int | None = None
    """Of an exited container."""
    reason: str = ""
    message: str = ""
    problem: str = ""
    """Why the state is unknown."""


def read_status(folder: Folder, container: str) -> CriStatus:
    """Read the state of a container.

    Args:
        folder: CRI's folder.
        container: the container's ID.
    """
    if not container or "/" in container or container in {".", ".."}:
        return CriStatus("unknown", problem="not a container ID")
    try:
        document = folder.document(f"containers/{container}/status", _MAX_STATUS)
    except NotReadable as error:
        return CriStatus("unknown", problem=str(error))
    created, started, finished = (
        number_of(document, name) or 0 for name in ("CreatedAt", "StartedAt", "FinishedAt")
    )
    state = "unknown"
    if finished:
        state = "exited"
    elif started:
        state = "running"
    elif created:
        state = "created"
    return CriStatus(
        state,
        number_of(document, "Pid"),
        created,
        started,
        finished,
        (number_of(document, "ExitCode") or 0) if finished else None,
        text_of(document, "Reason"),
        text_of(document, "Message"),
    )
