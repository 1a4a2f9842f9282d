"""What `ctr` says of the server, as far as the files of one that may not run can tell."""

from collections.abc import Iterable, Iterator

from boltview.report.ctr.tabwriter import CONTAINERS, tabulate
from boltview.report.ctr.text import NONE, shown

UUID = "io.containerd.grpc.v1.introspection/uuid"
"""File below containerd's root that names this server."""
UNKNOWN = "unknown"


def plugin_folders(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return type and name of the plugins that keep a folder of their own.

    Such a folder is called `io.containerd.KIND.v1.NAME`.
    """
    found = []
    for name in names:
        parts = name.split(".", 4)
        if len(parts) == 5 and name.startswith("io.containerd.") and parts[3].startswith("v"):  # noqa: PLR2004
            found.append((".".join(parts[:4]), parts[4]))
    return found


def plugins(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """`plugins ls`: platforms and status are known to a running daemon alone."""
    rows = [("TYPE", "ID", "PLATFORMS", "STATUS", "")]
    rows += [(shown(kind), shown(name), NONE, NONE, "") for kind, name in found]
    return tabulate(rows, CONTAINERS)


def version(program: str, uuid: str) -> Iterator[str]:
    """`version`: of this program as the client, and the server's UUID."""
    yield "Client:"
    yield f"  Version:  {program}"
    yield f"  Revision: {UNKNOWN}"
    yield f"  Go version: {NONE}"
    yield ""
    yield "Server:"
    yield f"  Version:  {UNKNOWN}"
    yield f"  Revision: {UNKNOWN}"
    yield f"  UUID: {shown(uuid) or UNKNOWN}"


def info(uuid: str) -> dict[str, object]:
    """`info`, since 2.0: the UUID; process id and its namespace are a running daemon's."""
    return {"server": {"uuid": uuid} if uuid else {}}
