"""What `ctr` lists straight from meta.db: namespaces, containers, leases, sandboxes."""

from collections.abc import Iterable, Iterator

from boltview.containerd.objects import Container, Lease, Namespace, Sandbox
from boltview.report.ctr.tabwriter import CONTAINERS, USUAL, tabulate
from boltview.report.ctr.text import NONE, labels_text, shown
from boltview.report.ctr.units import go_time, rfc3339_seconds
from boltview.report.units import Zone
from boltview.schema.values import GoTime

NO_TIME = GoTime(-62_135_596_800, 0, None)
"""What Go shows where there is no time: the first second of year 1."""


def namespaces(found: Iterable[Namespace]) -> Iterator[str]:
    """`namespaces ls`; a namespace without labels has a blank."""
    rows = [("NAME", "LABELS", "")]
    rows += [(shown(item.name), labels_text(item.labels, none=""), "") for item in found]
    return tabulate(rows, USUAL)


def containers(found: Iterable[Container]) -> Iterator[str]:
    """`containers ls`."""
    rows = [("CONTAINER", "IMAGE", "RUNTIME", "")]
    rows += [
        (shown(item.id), shown(item.image) or NONE, shown(item.runtime.name), "") for item in found
    ]
    return tabulate(rows, CONTAINERS)


def leases(found: Iterable[Lease], zone: Zone) -> Iterator[str]:
    """`leases ls`; times in the zone of whoever asks, to the second."""
    rows = [("ID", "CREATED AT", "LABELS", "")]
    for item in found:
        created = item.created_at or NO_TIME
        time = rfc3339_seconds(created, zone(created.unix))
        rows.append((shown(item.id), time, labels_text(item.labels), ""))
    return tabulate(rows, USUAL)


def sandboxes(found: Iterable[Sandbox]) -> Iterator[str]:
    """`sandboxes ls`, since 1.7."""
    rows = [("ID", "CREATED", "RUNTIME", "")]
    for item in found:
        created = go_time(item.created_at or NO_TIME)
        rows.append((shown(item.id), created, shown(item.runtime.name), ""))
    return tabulate(rows, USUAL)
