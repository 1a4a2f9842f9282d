"""The pool database of the devmapper snapshotter: which thin device stands for which snapshot.

Layout from containerd `plugins/snapshots/devmapper/metadata.go` and `device_info.go`: bucket
`devices` holds JSON by the device's name, `device_ids` one byte by the decimal number.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.containerd.files import NotReadable, json_object, number_of, text_of
from boltview.containerd.objects import key_text
from boltview.schema.reading import Reading

DEVMAPPER = "devmapper"
STATES = (
    "Unknown", "Creating", "Created", "Activating", "Activated", "Suspending", "Suspended",
    "Resuming", "Resumed", "Deactivating", "Deactivated", "Removing", "Removed", "Faulty",
)  # fmt: skip
"""By number."""
FREE, TAKEN, BROKEN = range(3)
"""What a byte of `device_ids` says."""
_DEVICES, _NUMBERS = b"devices", b"device_ids"
_SUFFIX = "-snap-"


class Device(NamedTuple):
    """One thin device."""

    name: str
    number: int | None
    """Within the pool; None if it cannot be read."""
    state: str
    """One of `STATES`, or a number that is none."""
    error: str
    """What went wrong when its state last changed; empty for nothing."""
    problem: str
    """Why the record cannot be read; empty if it can."""

    @property
    def snapshot(self) -> str:
        """Number of the snapshot it stands for, as text; empty if the name is of another form."""
        number = self.name.rpartition(_SUFFIX)[2]
        return number if _SUFFIX in self.name and number.isascii() and number.isdigit() else ""


class ThinPool:
    """The database of one pool.

    Attributes:
        name: of the pool, which is the file's.
    """

    def __init__(self, name: str, reading: Reading) -> None:
        """Read nothing yet."""
        self.name = name
        self._root = reading.root

    def device_name(self, snapshot: int) -> str:
        """Return the name that the device of a snapshot has (`snapshotter.go: getDeviceName`)."""
        return f"{self.name}{_SUFFIX}{snapshot}"

    def devices(self) -> Iterator[Device]:
        """Yield every device."""
        for pair in _pairs(self._root, _DEVICES):
            name = key_text(pair.key)
            try:
                document = json_object(pair.value, name)
            except NotReadable as error:
                yield Device(name, None, "", "", str(error))
                continue
            state = number_of(document, "state") or 0
            known = 0 <= state < len(STATES)
            yield Device(
                name,
                number_of(document, "device_id") or 0,
                STATES[state] if known else str(state),
                text_of(document, "error"),
                "",
            )

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Yield number and byte of each number ever handed out; others are passed over."""
        for pair in _pairs(self._root, _NUMBERS):
            if pair.key.isdigit() and len(pair.key) < 12 and pair.value:  # noqa: PLR2004 - 24 bits
                yield int(pair.key), pair.value[0]


def _pairs(root: Bucket, name: bytes) -> Iterator[Pair]:
    bucket = root.get(name)
    for entry in bucket.entries() if isinstance(bucket, Bucket) else ():
        if isinstance(entry, Pair):
            yield entry
