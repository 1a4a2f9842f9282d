"""The devmapper snapshotter: its snapshots against the thin devices that its pool database lists.

Rules from containerd `plugins/snapshots/devmapper/{metadata,pool_device,snapshotter}.go`.
"""

from collections import Counter
from collections.abc import Iterator

from boltview.containerd.devmapper import BROKEN, DEVMAPPER, TAKEN, Device, ThinPool
from boltview.containerd.fsck.finding import Finding, elsewhere
from boltview.containerd.node import Node

_STEADY = frozenset({"Activated", "Suspended", "Resumed", "Deactivated"})
"""States of a device that can be used; at the start all others but `Removed` become `Faulty`."""


def check_devices(node: Node) -> Iterator[Finding]:
    """Yield snapshots without device, devices without snapshot, and numbers that do not agree."""
    database = node.snapshotters.get(DEVMAPPER)
    for pool in node.thin_pools if database else ():
        devices = {device.name: device for device in pool.devices()}
        wanted: dict[str, str] = {}
        for found in database.snapshots() if database else ():
            if found.id is not None:
                wanted[pool.device_name(found.id)] = found.name
        for device_name, name in wanted.items():
            yield from _check_snapshot(name, device_name, devices.get(device_name))
        for device in devices.values():
            if device.problem:
                yield elsewhere("field-undecodable", _place(pool, device), device.problem)
            elif device.name not in wanted:
                code = "device-removed" if device.state == "Removed" else "device-orphan"
                what = f"no snapshot has number {device.snapshot or '?'}; it is {device.state}"
                yield elsewhere(code, _place(pool, device), what, DEVMAPPER)
        yield from _check_numbers(pool, devices)


def _check_snapshot(name: str, device_name: str, device: Device | None) -> Iterator[Finding]:
    place = f"{DEVMAPPER}: {name}"
    if device is None:
        yield elsewhere("device-missing", place, f"the pool lists no device {device_name}")
    elif device.state == "Removed":
        yield elsewhere("device-missing", place, f"its device {device_name} was removed")
    elif not device.problem and device.state not in _STEADY:
        error = f", {device.error}" if device.error else ""
        yield elsewhere(
            "device-faulty", place, f"its device {device_name} is {device.state}{error}"
        )


def _check_numbers(pool: ThinPool, devices: dict[str, Device]) -> Iterator[Finding]:
    """Check that each number is taken by one device, and broken only where the device is."""
    bytes_of = dict(pool.numbers())
    counts = Counter(device.number for device in devices.values() if device.number is not None)
    for device in devices.values():
        if device.number is None:
            continue
        said = bytes_of.get(device.number)
        place = _place(pool, device)
        if counts[device.number] > 1:
            what = f"{counts[device.number]} devices have number {device.number}"
            yield elsewhere("device-number", place, what)
        elif said not in {TAKEN, BROKEN} or (said == BROKEN and device.state != "Faulty"):
            states = ("free", "taken", "faulty")
            is_said = states[said] if said is not None and said < len(states) else "nothing"
            what = f"its number {device.number} is listed as {is_said}"
            yield elsewhere("device-number", place, what)
    for number, said in bytes_of.items():
        if said == TAKEN and number not in counts:
            what = f"number {number} is taken, but no device has it"
            yield elsewhere("device-number", f"{DEVMAPPER}: device_ids/{number}", what)


def _place(pool: ThinPool, device: Device) -> str:
    return f"{DEVMAPPER}: {pool.name}.db, {device.name}"
