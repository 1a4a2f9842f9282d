"""Answers to the commands of `ctr` that files can answer: from a node to printed lines."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from boltview import __version__
from boltview.cli.ctrcontent import copy_blob
from boltview.cli.ctrsnapshots import Snapshots, tell_faults
from boltview.cli.ctrwords import Command
from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode, finish_node, open_node
from boltview.cli.output import say
from boltview.containerd.files import NotReadable
from boltview.containerd.filterfields import (
    blob_fields,
    container_fields,
    image_fields,
    ingest_fields,
    lease_fields,
    sandbox_fields,
)
from boltview.containerd.filters import BadFilter, Fields, parse_all
from boltview.containerd.imageview import ImageView
from boltview.containerd.manifests import Platform, chain_ids
from boltview.containerd.metadata import NotMetadata
from boltview.containerd.objects import Blob, Image
from boltview.containerd.platforms import parse_platform, preference
from boltview.report.ctr import content, images, info, lists, server
from boltview.report.ctr.gojson import marshal
from boltview.report.ctr.refused import Refused
from boltview.report.ctr.text import shown
from boltview.schema.values import GoTime

_Item = TypeVar("_Item")
_ENOUGH = 2000
"""Names looked through for one that was perhaps meant."""
_NEAR = 3
_DEFAULT_SNAPSHOTTER = "overlayfs"
_NEW_LAYOUT = 4
"""Version of the layout that 2.0 brought."""


class Asked(NamedTuple):
    """What a command is asked, and of what."""

    found: OpenNode
    namespace: str
    is_new: bool
    """Whether the answer is that of `ctr` 2.4."""
    arguments: list[str]
    flags: dict[str, list[str]]
    platform: Platform
    problems: list[str]
    """Sentences about what is not as it should be, one a line on stderr."""

    @property
    def is_quiet(self) -> bool:
        """Whether names alone are wanted."""
        return "quiet" in self.flags

    def warn(self, message: str) -> None:
        """Note a problem, once."""
        if message not in self.problems:
            self.problems.append(message)


def answer(
    command: Command,
    arguments: argparse.Namespace,
    path: str | None,
    flags: dict[str, list[str]],
    rest: list[str],
) -> int:
    """Print the answer to a command and return the exit code."""
    try:
        found = open_node(arguments, path)
    except NotMetadata as error:
        say(f"error: {error}")
        return ExitCode.UNREADABLE
    is_new = _is_new(found, arguments)
    if command.is_new and not is_new:
        say("error: ctr 1.6 has no such command; --daemon 2.4 answers as a newer one does")
        return ExitCode.USAGE
    platform = parse_platform(arguments.platform) if arguments.platform else _own_platform()
    asked = Asked(found, arguments.namespace, is_new, rest, flags, platform, [])
    code = ExitCode.OK
    try:
        for line in _HANDLERS[command.handler](asked):
            print(line)
    except (BadFilter, Refused) as error:
        asked.warn(str(error))
        code = ExitCode(error.code) if isinstance(error, Refused) else ExitCode.USAGE
    for problem in asked.problems:
        say(problem if code is ExitCode.OK else f"error: {problem}")
    if code is ExitCode.OK and asked.problems and command.handler in _FAILING:
        code = ExitCode.FINDINGS
    return finish_node(found, code)


def _is_new(found: OpenNode, arguments: argparse.Namespace) -> bool:
    """Whose `ctr` to be, from the options or the database; what is guessed is said."""
    if arguments.daemon:
        return bool(arguments.daemon == "2.4")
    metadata = found.node.metadata
    version = metadata.version or 0
    first = next(metadata.containers(), None)
    knows_sandboxes = first is not None and first.sandbox_id is not None
    is_new = version >= _NEW_LAYOUT or knows_sandboxes
    if not arguments.quiet:
        daemon = "2.4" if is_new else "1.6"
        beside = " with sandbox ids" if version < _NEW_LAYOUT and is_new else ""
        say(f"as ctr {daemon} prints it (layout version {version}{beside}); --daemon decides")
    return is_new


def _own_platform() -> Platform:
    machine = os.uname().machine
    known = {"armv7l": ("arm", "v7"), "armv6l": ("arm", "v6"), "i686": ("386", "")}
    return Platform("linux", *known.get(machine, (machine, "")))


def _matching(
    asked: Asked, found: Iterable[_Item], fields: Callable[[_Item], Fields]
) -> Iterator[_Item]:
    wanted = parse_all(asked.arguments)
    return (item for item in found if wanted(fields(item)))


def _not_found(what: str, wanted: str, names: Iterable[str]) -> Refused:
    from difflib import get_close_matches

    near = get_close_matches(wanted, list(islice(names, _ENOUGH)), _NEAR)
    hint = f"; near it: {', '.join(near)}" if near else ""
    return Refused(f"{what}: not found{hint}")


def _namespaces_list(asked: Asked) -> Iterable[str]:
    found = asked.found.node.metadata.namespaces()
    return (shown(item.name) for item in found) if asked.is_quiet else lists.namespaces(found)


def _containers_list(asked: Asked) -> Iterable[str]:
    every = asked.found.node.metadata.containers(asked.namespace)
    found = _matching(asked, every, container_fields)
    return (shown(item.id) for item in found) if asked.is_quiet else lists.containers(found)


def _containers_info(asked: Asked) -> Iterator[str]:
    metadata, (key,) = asked.found.node.metadata, asked.arguments
    found = metadata.container(asked.namespace, key)
    if found is None:
        what = f'container "{key}" in namespace "{asked.namespace}"'
        raise _not_found(what, key, (item.id for item in metadata.containers(asked.namespace)))
    if "spec" not in asked.flags:
        yield marshal(info.container_json(found, is_new=asked.is_new))
    try:
        spec = info.spec_json(found) if found.spec else None
    except info.NoSpec as error:
        raise Refused(str(error), ExitCode.INCOMPLETE) from error
    if "spec" in asked.flags:
        yield marshal(spec)
    tell_faults(found.record, asked.warn)


def _images_list(asked: Asked) -> Iterable[str]:
    found = _images(asked)
    if asked.is_quiet:
        return (shown(item.name) for item in found)
    return images.images(found, _view(asked), _one_of_each(asked))


def _images_check(asked: Asked) -> Iterable[str]:
    snapshots = _snapshots(asked)
    checked = images.check(_images(asked), _view(asked), snapshots.exists, _one_of_each(asked))
    if asked.is_quiet:
        return images.ready(checked, is_new=asked.is_new)
    return images.check_table(checked)


def _images_usage(asked: Asked) -> Iterable[str]:
    metadata, (name,) = asked.found.node.metadata, asked.arguments
    image = metadata.image(asked.namespace, name)
    if image is None:
        names = (item.name for item in metadata.images(asked.namespace))
        raise _not_found(f'image "{name}"', name, names)
    # This command alone does not ask the namespace for its snapshotter.
    snapshots = _snapshots(asked, asked.flags.get("snapshotter", [""])[-1] or _DEFAULT_SNAPSHOTTER)
    try:
        chain = chain_ids(_view(asked).diff_ids(images.descriptor(image)))
    except NotReadable as error:
        raise Refused(f"cannot tell the layers of image {name}: {error}") from error
    if not chain or not snapshots.exists(chain[-1]):
        raise Refused(f"image {name} isn't unpacked in snapshotter {snapshots.name}")
    return snapshots.usage_down(chain[-1])


def _images(asked: Asked) -> Iterator[Image]:
    return _matching(asked, asked.found.node.metadata.images(asked.namespace), image_fields)


def _view(asked: Asked) -> ImageView:
    node = asked.found.node

    def is_recorded(digest: str) -> bool:
        return node.metadata.blob(asked.namespace, digest) is not None

    host = preference(asked.platform)
    return ImageView(node.content, is_recorded, host, is_new=asked.is_new)


def _one_of_each(asked: Asked) -> images.Warn:
    """Without a content store one sentence says what otherwise every image would."""
    if asked.found.node.content is not None:
        return asked.warn
    return lambda _: asked.warn("the content store is not there: sizes and platforms are not known")


def _content_list(asked: Asked) -> Iterable[str]:
    every: Iterator[Blob] = asked.found.node.metadata.blobs(asked.namespace)
    found = _matching(asked, every, blob_fields)
    if asked.is_quiet:
        return (shown(item.digest) for item in found)
    return content.content(found, asked.found.opened.clock.now)


def _content_active(asked: Asked) -> Iterable[str]:
    node = asked.found.node
    wanted = parse_all(asked.arguments)
    found = []
    for item in node.metadata.ingests(asked.namespace):
        if not wanted(ingest_fields(item.ref)):
            continue
        upload = node.content.upload(item.backend_ref or "") if node.content else None
        if upload:
            started = _rfc3339(upload.started_at)
            found.append(content.Upload(item.ref, upload.offset, started))
    if node.content is None:
        asked.warn("the content store is not there: what is open is not known")
    return content.active(found, asked.found.opened.clock.now)


def _content_get(asked: Asked) -> Iterable[str]:
    node, (digest,) = asked.found.node, asked.arguments
    if node.metadata.blob(asked.namespace, digest) is None:
        names = (item.digest for item in node.metadata.blobs(asked.namespace))
        raise _not_found(f"content digest {digest}", digest, names)
    if node.content is None:
        raise Refused("the content store is not there", ExitCode.UNREADABLE)
    return copy_blob(node.content, digest, sys.stdout)


def _leases_list(asked: Asked) -> Iterable[str]:
    every = asked.found.node.metadata.leases(asked.namespace)
    found = _matching(asked, every, lease_fields)
    if asked.is_quiet:
        return (shown(item.id) for item in found)
    return lists.leases(found, asked.found.opened.clock.zone)


def _sandboxes_list(asked: Asked) -> Iterable[str]:
    wanted = parse_all(asked.flags.get("filters", []))
    every = asked.found.node.metadata.sandboxes(asked.namespace)
    return lists.sandboxes(item for item in every if wanted(sandbox_fields(item)))


def _sandboxes_info(asked: Asked) -> Iterator[str]:
    (key,) = asked.arguments
    every = list(asked.found.node.metadata.sandboxes(asked.namespace))
    found = next((item for item in every if item.id == key), None)
    if found is None:
        raise _not_found(f"failed to load sandbox {key}", key, (item.id for item in every))
    yield marshal(info.sandbox_json(found))
    tell_faults(found.record, asked.warn)


def _snapshots(asked: Asked, name: str = "") -> Snapshots:
    """Return the snapshots of the snapshotter that the flag, ctr's variable or a label names."""
    node = asked.found.node
    given = asked.flags.get("snapshotter", [""])[-1] or os.environ.get("CONTAINERD_SNAPSHOTTER")
    if not name and not given:
        own = (item for item in node.metadata.namespaces() if item.name == asked.namespace)
        labels = next((item.labels for item in own), {})
        given = labels.get("containerd.io/defaults/snapshotter")
    name = name or given or _DEFAULT_SNAPSHOTTER
    return Snapshots(node, asked.namespace, name, asked.warn, is_new=asked.is_new)


def _snapshots_info(asked: Asked) -> Iterable[str]:
    return _snapshots(asked).info(asked.arguments[0])


def _snapshots_usage(asked: Asked) -> Iterable[str]:
    return _snapshots(asked).usage(asked.arguments, in_bytes="b" in asked.flags)


def _snapshots_mounts(asked: Asked) -> Iterable[str]:
    target, key = asked.arguments
    return _snapshots(asked).mounts(target, key)


def _plugins_list(asked: Asked) -> Iterable[str]:
    folder = asked.found.node.containerd
    found = server.plugin_folders(folder.names() if folder else [])
    asked.warn("plugins that keep a folder; which are loaded, only a running daemon knows")
    return (shown(name) for _, name in found) if asked.is_quiet else server.plugins(found)


def _server_info(asked: Asked) -> Iterable[str]:
    asked.warn("process id and its namespace are those of a running daemon")
    return [marshal(server.info(_uuid(asked)))]


def _server_version(asked: Asked) -> Iterable[str]:
    asked.warn("the server's version is stored nowhere; layout and fields date a database")
    return server.version(f"boltview {__version__}", _uuid(asked))


def _uuid(asked: Asked) -> str:
    folder = asked.found.node.containerd
    try:
        return folder.read(server.UUID, 100).decode().strip() if folder else ""
    except (NotReadable, UnicodeDecodeError):
        return ""


def _rfc3339(text: str) -> GoTime | None:
    from boltview.cli.options import instant

    try:
        nanos = instant(text)
    except argparse.ArgumentTypeError:
        return None
    return GoTime(*divmod(nanos, 1_000_000_000), None)


_HANDLERS: dict[str, Callable[[Asked], Iterable[str]]] = {
    "namespaces_list": _namespaces_list,
    "containers_list": _containers_list,
    "containers_info": _containers_info,
    "images_list": _images_list,
    "images_check": _images_check,
    "images_usage": _images_usage,
    "content_list": _content_list,
    "content_active": _content_active,
    "content_get": _content_get,
    "leases_list": _leases_list,
    "snapshots_list": lambda asked: _snapshots(asked).list(),
    "snapshots_tree": lambda asked: _snapshots(asked).tree(),
    "snapshots_info": _snapshots_info,
    "snapshots_usage": _snapshots_usage,
    "snapshots_mounts": _snapshots_mounts,
    "sandboxes_list": _sandboxes_list,
    "sandboxes_info": _sandboxes_info,
    "plugins_list": _plugins_list,
    "server_info": _server_info,
    "server_version": _server_version,
}
_FAILING = {"images_check"}
"""Commands that fail in the end for what they could not read, as ctr's do."""
