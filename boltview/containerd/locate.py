"""From a path that a person gives to the database that is meant.

The path is a bolt file, a containerd root, or the root of a file system such as a mounted image of
a failed node. Symbolic links inside an image are followed within the image: an absolute link there
must not lead to the database of the machine that boltview runs on.
"""

import os
import stat
import tomllib
from typing import NamedTuple

METADATA = "io.containerd.metadata.v1.bolt/meta.db"
"""Where every containerd root has its database (containerd `plugins/metadata/plugin.go`)."""

CONTAINERD_ROOTS = (
    "var/lib/containerd",
    "var/lib/rancher/k3s/agent/containerd",
    "var/lib/rancher/rke2/agent/containerd",
    "var/lib/k0s/containerd",
    "var/snap/microk8s/common/var/lib/containerd",
    "var/lib/docker/containerd/daemon",
    "var/snap/docker/common/var-lib-docker/containerd/daemon",
    "var/lib/desktop-containerd/daemon",
    "system/var/lib/containerd",
)
"""Roots that distributions use, relative to the root of the file system."""

_CONFIG = "etc/containerd/config.toml"
_CONFIG_LIMIT = 1 << 20
_MAX_LINKS = 40
"""Symbolic links followed for one path, as the kernel does."""


class NotLocated(Exception):
    """No database can be found at a path; the message says what was looked for."""


class Located(NamedTuple):
    """A database that was found."""

    path: str
    """Path of the file."""
    others: tuple[str, ...]
    """Further databases that the path could mean."""


def locate(path: str) -> Located:
    """Find the database that `path` means.

    Raises:
        NotLocated: the path is a directory without a database, missing, or may not be looked into.
    """
    try:
        is_directory = stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        raise NotLocated(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if not is_directory:
        return Located(path, ())
    for name in (METADATA, os.path.basename(METADATA)):
        found = _file_within(path, name)
        if found:
            return Located(found, ())
    root_named = configured(path, "root").lstrip("/")
    roots = [root_named, *CONTAINERD_ROOTS] if root_named else CONTAINERD_ROOTS
    found_files = dict.fromkeys(
        file for root in roots if (file := _file_within(path, f"{root}/{METADATA}"))
    )
    if not found_files:
        raise NotLocated(_why_not(path))
    first, *others = found_files
    return Located(first, tuple(others))


def configured(path: str, *keys: str) -> str:
    """Return a text from the containerd configuration of a node; empty if it does not say it.

    Args:
        path: the root of its file system.
        keys: tables, and the key at the end.
    """
    config = _file_within(path, _CONFIG)
    if config is None:
        return ""
    try:
        with open(config, "rb") as file:
            found: object = tomllib.loads(file.read(_CONFIG_LIMIT).decode())
    except (OSError, ValueError, RecursionError):
        return ""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _file_within(root: str, relative: str) -> str | None:
    """Return the path of a regular file below `root`, links resolved as if `root` were `/`."""
    found = resolve_within(root, relative)
    return found if found and os.path.isfile(found) else None


def resolve_within(root: str, relative: str) -> str | None:
    """Return the path of something below `root`, links resolved as if `root` were `/`.

    Returns None if it does not exist, or leads over a name that cannot be one.
    """
    done: list[str] = []
    waiting = [part for part in reversed(relative.split("/")) if part]
    links = 0
    while waiting:
        part = waiting.pop()
        if part in {".", ".."}:
            del done[len(done) - (part == "..") :]
            continue
        here = os.path.join(root, *done, part)
        try:
            target = os.readlink(here) if os.path.islink(here) else None
        except (OSError, ValueError):
            return None
        if target is None:
            done.append(part)
            continue
        links += 1
        if links > _MAX_LINKS:
            return None
        if target.startswith("/"):
            done.clear()
        waiting += [piece for piece in reversed(target.split("/")) if piece]
    found = os.path.join(root, *done)
    return found if os.path.lexists(found) else None


def _why_not(path: str) -> str:
    plugin = os.path.dirname(METADATA)
    for root in ("", plugin, *CONTAINERD_ROOTS, *(f"{root}/{plugin}" for root in CONTAINERD_ROOTS)):
        place = os.path.join(path, root) if root else path
        if os.path.isdir(place) and not os.access(place, os.X_OK):
            return f"{place}: permission denied (containerd's files are readable by root alone)"
    return (
        f"{path}: no containerd database in this directory: neither {METADATA} "
        f"nor a known root such as {CONTAINERD_ROOTS[0]}"
    )
