"""What `ctr snapshots` prints: the list, the tree, sizes, and the command that mounts one."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from boltview.containerd.objects import BackendSnapshot, Snapshot
from boltview.containerd.overlay import OVERLAYS, Chain
from boltview.report.ctr.tabwriter import USUAL, tabulate
from boltview.report.ctr.text import NONE, shown
from boltview.report.ctr.units import bytes_text


class NoMounts(Exception):
    """No mount command can be given; the message says why."""


class Usage(NamedTuple):
    """A snapshot's size; None where only the files say it and they are not there."""

    key: str
    size: int | None
    inodes: int | None


class Mount(NamedTuple):
    """What containerd tells a client to mount."""

    type: str
    source: str
    options: tuple[str, ...]


def snapshots(found: Iterable[tuple[Snapshot, str]]) -> Iterator[str]:
    """`snapshots ls`; a base layer's parent is blank.

    Args:
        found: records with the kind that the snapshotter knows.
    """
    rows = [("KEY", "PARENT", "KIND", "")]
    rows += [(shown(item.key), shown(item.parent), kind, "") for item, kind in found]
    return tabulate(rows, USUAL)


def usage(found: Iterable[Usage], *, in_bytes: bool) -> Iterator[str]:
    """`snapshots usage` and `images usage`."""
    rows = [("KEY", "SIZE", "INODES", "")]
    for item in found:
        size = NONE if item.size is None else str(item.size)
        if item.size is not None and not in_bytes:
            size = bytes_text(item.size)
        inodes = NONE if item.inodes is None else str(item.inodes)
        rows.append((shown(item.key), size, inodes, ""))
    return tabulate(rows, USUAL)


def tree(found: Iterable[Snapshot]) -> Iterator[str]:
    r"""`snapshots tree`: bases in the order in which they are first met, children below them.

    A parent that is not listed, or not yet, stands where its first child was met. Snapshots that
    are each other's parents hang below no base and are not shown, as `ctr` shows none.
    """
    parents: dict[str, str | None] = {}
    children: dict[str, list[str]] = {}
    for item in found:
        parents[item.key] = item.parent
        if item.parent:
            parents.setdefault(item.parent, None)
            children.setdefault(item.parent, []).append(item.key)
    waiting = [(key, 0) for key, parent in reversed(parents.items()) if not parent]
    while waiting:
        key, depth = waiting.pop()
        yield "  " * depth + ("\\_ " if depth else " ") + shown(key)
        waiting += [(child, depth + 1) for child in reversed(children.get(key, ()))]


def mount_line(mount: Mount, target: str, *, is_new: bool) -> str:
    """`snapshots mounts`; newer releases tidy the target, and omit ` -o ` without options."""
    options = f" -o {shown(','.join(mount.options))}"
    if is_new:
        target = posixpath.normpath(target) if target else ""
        target = target.replace("//", "/", 1) if target.startswith("//") else target
        options = options if mount.options else ""
    return f"mount -t {mount.type} {shown(mount.source)} {shown(target)}{options}"


def mount_of(chain: Chain, *, is_new: bool) -> Mount:
    """Return what containerd would mount for a snapshot (`plugins/snapshots/{overlay,native}`).

    Args:
        chain: the snapshot and its parents.
        is_new: 2.x puts `index=off` last, 1.x first. Every kernel since 4.13 brings it in.

    Raises:
        NoMounts: it is committed, its parents are not known, or its snapshotter is not.
    """
    own, numbers = _numbers(chain)
    base = f"{chain.folder}/snapshots"
    is_view = own.kind == "View"
    access = "ro" if is_view else "rw"
    if chain.snapshotter == "native":
        shown_number = numbers[1] if is_view and len(numbers) > 1 else numbers[0]
        return Mount("bind", f"{base}/{shown_number}", ("rbind", access))
    if chain.snapshotter not in OVERLAYS:
        raise NoMounts(f"what the snapshotter {chain.snapshotter} mounts is not in its database")
    parents = [f"{base}/{number}/fs" for number in numbers[1:]]
    if not parents or (is_view and len(parents) == 1):
        source = parents[0] if parents else f"{base}/{numbers[0]}/fs"
        return Mount("bind", source, (access, "rbind"))
    own_layer = (
        ()
        if is_view
        else (
            f"workdir={base}/{numbers[0]}/work",
            f"upperdir={base}/{numbers[0]}/fs",
        )
    )
    options = (*own_layer, f"lowerdir={':'.join(parents)}")
    extra = ("index=off",)
    return Mount("overlay", "overlay", options + extra if is_new else extra + options)


def _numbers(chain: Chain) -> tuple[BackendSnapshot, Sequence[int]]:
    if not chain.snapshots:
        raise NoMounts("the snapshotter's database does not have this snapshot")
    own = chain.snapshots[0]
    if own.kind not in {"View", "Active"}:
        raise NoMounts(f"snapshot {own.name} is {own.kind.lower()}: only active ones are mounted")
    numbers = [item.id for item in chain.snapshots if item.id is not None]
    if chain.snapshots[-1].parent or len(numbers) < len(chain.snapshots):
        raise NoMounts(f"the parents of snapshot {own.name} are not all in the database")
    return own, numbers
