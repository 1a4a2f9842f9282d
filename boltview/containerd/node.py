"""A containerd node: meta.db and everything beside it that makes its records complete.

Each part is optional: a file of its own has none of them, a mounted image most, a live node all.
A part that is not there or cannot be read says so in its verdict, and the others are used.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError
from boltview.containerd import moby, mounts
from boltview.containerd.content import CONTENT, ContentStore
from boltview.containerd.cristate import CRI, CriStatus, read_status
from boltview.containerd.databases import (
    MOUNTS,
    SNAPSHOTTER_DATABASE,
    node_folders,
    snapshotter_folders,
    state_folder,
)
from boltview.containerd.devmapper import DEVMAPPER, ThinPool
from boltview.containerd.files import Folder
from boltview.containerd.metadata import Metadata
from boltview.containerd.objects import BackendSnapshot, Mount, Snapshot
from boltview.containerd.overlay import Chain
from boltview.containerd.snapshotter import SnapshotterDatabase
from boltview.schema.reading import Reading

_DATABASE = ".db"
"""How the name of a devmapper pool's database ends, behind the pool's."""


class Opening(NamedTuple):
    """A database opened for a node."""

    database: Database
    reading: Reading


Opener = Callable[[str], Opening]
"""Opens a database; raises `BoltError`. A live one is copied first."""


NOT_THERE = "not there"
"""The problem of a part that a node does not have."""


class Part(NamedTuple):
    """One part of a node and what became of it."""

    name: str
    """Such as `snapshotter overlayfs` or `content store`."""
    path: str
    """Where it is, or would be; empty if that is not known."""
    problem: str
    """Why it is not used; empty if it is."""
    database: Database | None = None
    """The open database, if it is one: its damage is the part's."""


class Node:
    """Everything of a containerd node that can be found from its meta.db.

    Args:
        metadata: its meta.db.
        path: the file's path.
        opener: opens the other databases.
        given: what the user named: a folder is the node's root, unless it is containerd's.
    """

    def __init__(self, metadata: Metadata, path: str, opener: Opener, given: str = "") -> None:
        """Find where the node's parts lie; nothing is opened yet."""
        self.metadata = metadata
        self._opener = opener
        self._parts: dict[str, Part] = {}
        self._readings: dict[str, Reading] = {}
        self.root, self.containerd = node_folders(path, given)

    @cached_property
    def content(self) -> ContentStore | None:
        """The content store; None if it is not there."""
        if self.containerd is None:
            self._absent("content store")
            return None
        store = ContentStore(self.containerd.within(CONTENT))
        if not store.exists:
            self._absent("content store", store.folder.shown())
            return None
        self._note("content store", store.folder.shown())
        return store

    @cached_property
    def snapshotters(self) -> dict[str, SnapshotterDatabase]:
        """The databases of the snapshotters that have one, by the snapshotter's name."""
        found = {}
        for name, folder in self.snapshotter_folders.items():
            reading = self._open(f"snapshotter {name}", folder, SNAPSHOTTER_DATABASE)
            if reading:
                found[name] = SnapshotterDatabase(reading)
        return found

    @cached_property
    def thin_pools(self) -> list[ThinPool]:
        """The pool databases beside the devmapper snapshotter's own, by name."""
        folder = self.snapshotter_folders.get(DEVMAPPER)
        found = []
        for file in folder.names() if folder else ():
            if not file.endswith(_DATABASE) or file == SNAPSHOTTER_DATABASE:
                continue
            reading = self._open(f"devmapper pool {file}", folder, file) if folder else None
            if reading:
                found.append(ThinPool(file.removesuffix(_DATABASE), reading))
        return found

    @cached_property
    def snapshotter_folders(self) -> dict[str, Folder]:
        """The folder of each snapshotter, by the snapshotter's name."""
        if self.containerd is None or self.root is None:
            return {}
        self._note_refusal("snapshotters", self.containerd)
        found = snapshotter_folders(self.root, self.containerd)
        for name, folder in found.items():
            if folder.stat(SNAPSHOTTER_DATABASE) is None:
                self._absent(f"snapshotter {name}", folder.shown(SNAPSHOTTER_DATABASE))
        return found

    @cached_property
    def mounts(self) -> list[Mount]:
        """The activations of the mount manager; none if there is no mounts.db."""
        state = self.state
        reading = self._open("mounts", state, MOUNTS) if state else None
        return list(mounts.mounts(reading)) if reading else []

    @cached_property
    def state(self) -> Folder | None:
        """The state directory of containerd, which an image of a disk has not; None if unknown."""
        if self.root is None or self.containerd is None:
            return None
        return state_folder(self.root, self.containerd)

    @cached_property
    def cri(self) -> Folder | None:
        """The folder where CRI keeps what its containers did; None if it is not there."""
        folder = self.containerd.within(CRI) if self.containerd else None
        if folder is None or not folder.is_folder():
            self._absent("CRI state", folder.shown() if folder else "")
            return None
        self._note("CRI state", folder.shown())
        return folder

    @cached_property
    def docker(self) -> Folder | None:
        """Docker's data root with its containers; None if it is not there."""
        found = moby.data_root(self.root) if self.root else None
        if found is None:
            self._absent("Docker's containers")
            return None
        self._note("Docker's containers", found.shown())
        return found

    def parts(self) -> list[Part]:
        """Return every part that was looked for so far, and what became of it."""
        return list(self._parts.values())

    def all_parts(self) -> list[Part]:
        """Look for every part and return what became of each."""
        for part in ("content", "snapshotters", "mounts", "cri", "docker"):
            getattr(self, part)
        return self.parts()

    def look_into(self) -> None:
        """Note every folder that is there and may not be listed, as a part of its own."""
        folders = (
            [self.content.folder.within(name) for name in ("blobs", "ingest")]
            if self.content
            else []
        )
        folders += [folder.within("snapshots") for folder in self.snapshotter_folders.values()]
        folders += (
            [self.cri.within(name) for name in ("containers", "sandboxes")] if self.cri else []
        )
        for folder in folders:
            self._note_refusal(folder.shown(), folder)

    def databases(self) -> Iterator[Database]:
        """Yield the databases opened beside meta.db."""
        for part in self._parts.values():
            if part.database:
                yield part.database

    def readings(self) -> Iterator[tuple[str, Reading]]:
        """Yield path and reading of the databases opened beside meta.db."""
        yield from self._readings.items()

    def backend(self, snapshot: Snapshot) -> BackendSnapshot | None:
        """Return a snapshot's record in its snapshotter's database; None if there is none."""
        database = self.snapshotters.get(snapshot.snapshotter)
        return database.get(snapshot.name) if database and snapshot.name else None

    def chain(self, snapshot: Snapshot) -> Chain:
        """Return a snapshot and what it builds on, as its snapshotter has them."""
        database = self.snapshotters.get(snapshot.snapshotter)
        folder = self.snapshotter_folders.get(snapshot.snapshotter)
        found = database.chain(snapshot.name) if database and snapshot.name else []
        place = (folder.place() or folder.shown()) if folder else ""
        return Chain(snapshot.snapshotter, place, tuple(found))

    def cri_status(self, container: str) -> CriStatus:
        """Return what CRI last wrote of a container."""
        if self.cri is None:
            return CriStatus("unknown", problem="CRI's files are not there")
        return read_status(self.cri, container)

    def docker_container(self, container: str) -> moby.DockerContainer | None:
        """Return what Docker says of a container; None if it says nothing."""
        return moby.docker_container(self.docker, container) if self.docker else None

    def _open(self, name: str, folder: Folder, file: str) -> Reading | None:
        place = folder.place(file)
        if place is None:
            self._absent(name, folder.shown(file))
            return None
        try:
            opened = self._opener(place)
        except BoltError as error:
            self._note(name, place, str(error))
            return None
        self._parts[name] = Part(name, place, "", opened.database)
        self._readings[place] = opened.reading
        return opened.reading

    def _note_refusal(self, name: str, folder: Folder) -> None:
        refusal = folder.refusal()
        if refusal:
            self._note(name, folder.shown(), refusal)

    def _absent(self, name: str, path: str = "") -> None:
        self._note(name, path, NOT_THERE)

    def _note(self, name: str, path: str, problem: str = "") -> None:
        self._parts[name] = Part(name, path, problem)
