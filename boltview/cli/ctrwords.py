"""The words of `ctr`: its groups, commands, aliases and flags, and which of them files can answer.

From `cmd/ctr/commands` of containerd 1.6.20 and 2.4.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A command that files can answer."""

    handler: str
    """Name of the function that answers it."""
    switches: Mapping[str, str] = {}
    """Flags without a value: long name by every spelling."""
    values: Mapping[str, str] = {}
    """Flags with one."""
    arguments: tuple[int, int | None] = (0, None)
    """Fewest and most arguments."""
    is_new: bool = False
    """Whether only `ctr` of 1.7 and later has it."""


_QUIET = {"quiet": "quiet", "q": "quiet"}
_SNAPSHOTTER = {"snapshotter": "snapshotter"}

COMMANDS: dict[str, dict[str, Command]] = {
    "namespaces": {"list": Command("namespaces_list", _QUIET, arguments=(0, 0))},
    "containers": {
        "list": Command("containers_list", _QUIET),
        "info": Command("containers_info", {"spec": "spec"}, arguments=(1, 1)),
    },
    "images": {
        "list": Command("images_list", _QUIET),
        "check": Command("images_check", _QUIET, _SNAPSHOTTER),
        "usage": Command("images_usage", {}, _SNAPSHOTTER, (1, 1), is_new=True),
    },
    "content": {
        "list": Command("content_list", _QUIET),
        "active": Command(
            "content_active",
            {},
            {"timeout": "timeout", "t": "timeout", "root": "root"},
            (0, 1),
        ),
        "get": Command("content_get", arguments=(1, 1)),
    },
    "leases": {"list": Command("leases_list", _QUIET)},
    "snapshots": {
        "list": Command("snapshots_list", {}, _SNAPSHOTTER, (0, 0)),
        "tree": Command("snapshots_tree", {}, _SNAPSHOTTER, (0, 0)),
        "info": Command("snapshots_info", {}, _SNAPSHOTTER, (1, 1)),
        "usage": Command("snapshots_usage", {"b": "b"}, _SNAPSHOTTER),
        "mounts": Command("snapshots_mounts", {"temp": "temp"}, _SNAPSHOTTER, (2, 2)),
    },
    "sandboxes": {
        "list": Command("sandboxes_list", {}, {"filters": "filters"}, (0, 0), is_new=True),
        "info": Command("sandboxes_info", arguments=(1, 1), is_new=True),
    },
    "plugins": {"list": Command("plugins_list", _QUIET)},
    "info": {"": Command("server_info", arguments=(0, 0), is_new=True)},
    "version": {"": Command("server_version", arguments=(0, 0))},
}
"""By group and command; a group that is a command itself has the empty one."""

_ALIASES = {
    "c": "containers",
    "container": "containers",
    "i": "images",
    "image": "images",
    "namespace": "namespaces",
    "ns": "namespaces",
    "plugin": "plugins",
    "s": "sandboxes",
    "sandbox": "sandboxes",
    "sb": "sandboxes",
    "snapshot": "snapshots",
    "event": "events",
    "t": "tasks",
    "task": "tasks",
}
_COMMAND_ALIASES = {
    "ls": "list",
    "m": "mounts",
    "mount": "mounts",
    "i": "info",
    "metric": "metrics",
}

_TASKS = "io.containerd.runtime.v2.task/NAMESPACE/ID in containerd's state directory"
LIVING = {
    "tasks": "tasks are processes, which only a running daemon's shims know; the nearest trace is "
    f"{_TASKS}, if the node was copied while it ran",
    "events": "events are sent once and stored nowhere; the nearest trace are the times in every "
    "record and what changed since --revision previous",
    "pprof": "profiles are of a running daemon's memory; the nearest trace is the daemon's log",
    "deprecations": "deprecation warnings are counted in a running daemon's memory; the nearest "
    "trace are etc/containerd/config.toml and the daemon's log",
    "run": "running a container needs a daemon and changes the node; what was run is in "
    "'containers ls' and 'containers info'",
    "install": "installing needs a daemon and changes the node; what is there is in 'images ls'",
    "shim": f"shims are running processes; the nearest trace is {_TASKS}",
    "oci": "ctr makes up this spec by itself, no node is asked; those stored are in "
    "'containers info --spec ID'",
}
"""Why files cannot answer a group, and what comes nearest."""

_METRICS = (
    "metrics are counted by the kernel of a running node and stored nowhere; the nearest trace are "
    "the limits in 'containers info --spec ID'"
)


def group_of(word: str) -> str:
    """Return the group that a word means; empty if `ctr` has none of this name."""
    found = _ALIASES.get(word, word)
    return found if found in COMMANDS or found in LIVING else ""


def command_of(word: str) -> str:
    """Return the full name of a command."""
    return _COMMAND_ALIASES.get(word, word)


def why_not(group: str, command: str) -> str:
    """Return why files cannot answer a command, and what comes nearest, in one sentence."""
    if group == "tasks" and command == "metrics":
        return _METRICS
    if group in LIVING:
        return LIVING[group]
    known = ", ".join(sorted(COMMANDS[group]))
    return (
        f"'ctr {group} {command}' needs a daemon, changes the node, or is none of ctr's commands; "
        f"files can answer: {known}"
    )


def spellings() -> Mapping[str, bool]:
    """Return every flag of any command, and whether it takes a value."""
    found: dict[str, bool] = {}
    for commands in COMMANDS.values():
        for command in commands.values():
            found |= dict.fromkeys(command.switches, False)
            found |= dict.fromkeys(command.values, True)
    return found
