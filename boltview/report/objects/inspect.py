"""A container in the words of other tools: `docker inspect`, `crictl inspect`.

Only what the records say is filled in. What a daemon alone would know, such as addresses on a
bridge, is left out rather than invented; a state that is not stored is `unknown`.
"""

from typing import NamedTuple

from boltview.containerd.files import list_of, number_of, text_of, texts_of, value_of
from boltview.containerd.pods import CONTAINER_METADATA, metadata_of, sandbox_of
from boltview.report.objects.containers import ContainerView
from boltview.report.objects.shapes import (
    Json,
    payload_json,
    text_json,
    texts_json,
    time_json,
)
from boltview.schema.values import GoTime

_NANOS = 1_000_000_000
_NEVER = "0001-01-01T00:00:00Z"
"""How Docker writes a time that has not come."""
_NOT_BINDS = frozenset({"proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2"})
_CRI_STATES = {
    "created": "CONTAINER_CREATED",
    "running": "CONTAINER_RUNNING",
    "exited": "CONTAINER_EXITED",
}
_PROPAGATION = {0: "PROPAGATION_PRIVATE", 1: "PROPAGATION_HOST_TO_CONTAINER"}
_BIDIRECTIONAL = "PROPAGATION_BIDIRECTIONAL"


class _Mount(NamedTuple):
    source: str
    destination: str
    options: list[str]
    kind: str

    @property
    def is_writable(self) -> bool:
        return "ro" not in self.options


def dockercompat(view: ContainerView) -> Json:
    """Return a container as `docker inspect` and `nerdctl inspect` do, as far as the data goes."""
    item, spec = view.item, view.spec
    arguments = [word for word in list_of(spec, "process", "args") if isinstance(word, str)]
    name = view.name or item.id
    return {
        "Id": text_json(item.id),
        "Created": time_json(item.created_at),
        "Path": arguments[0] if arguments else "",
        "Args": arguments[1:],
        "State": _docker_state(view),
        "Image": text_json(view.image),
        "Name": text_json(f"/{name}"),
        "Driver": text_json(item.snapshotter),
        "LogPath": text_of(_cri(view), "LogPath"),
        "AppArmorProfile": text_of(spec, "process", "apparmorProfile"),
        "ProcessLabel": text_of(spec, "process", "selinuxLabel"),
        "MountLabel": text_of(spec, "linux", "mountLabel"),
        "HostConfig": _host_config(spec, item.runtime.name or ""),
        "Mounts": [
            {
                "Type": "bind",
                "Source": mount.source,
                "Destination": mount.destination,
                "Mode": ",".join(mount.options),
                "RW": mount.is_writable,
            }
            for mount in _mounts(spec)
            if mount.kind not in _NOT_BINDS
        ],
        "Config": {
            "Hostname": text_of(spec, "hostname"),
            "User": _user(spec),
            "Tty": value_of(spec, "process", "terminal") is True,
            "Env": list_of(spec, "process", "env"),
            "Cmd": arguments,
            "Image": text_json(view.image),
            "WorkingDir": text_of(spec, "process", "cwd"),
            "Labels": texts_json(item.labels),
        },
    }


def cri(view: ContainerView) -> Json:
    """Return a container as `crictl inspect` does, as far as the data goes."""
    item, status = view.item, view.node.cri_status(view.item.id)
    known = _cri(view)
    config = value_of(known, "Config")
    image = text_of(config, "image", "image") or view.image or ""
    return {
        "status": {
            "id": text_json(item.id),
            "metadata": {
                "attempt": number_of(config, "metadata", "attempt") or 0,
                "name": text_json(view.name or item.id),
            },
            "state": _CRI_STATES.get(status.state, "CONTAINER_UNKNOWN"),
            "createdAt": time_json(item.created_at),
            "startedAt": _when(status.started_ns),
            "finishedAt": _when(status.finished_ns),
            "exitCode": status.exit_code or 0,
            "image": {
                "image": image,
                "userSpecifiedImage": text_of(config, "image", "user_specified_image"),
            },
            "imageRef": text_of(known, "ImageRef"),
            "reason": status.reason,
            "message": status.message,
            "labels": texts_of(config, "labels") or texts_json(item.labels),
            "annotations": texts_of(config, "annotations"),
            "mounts": [_cri_mount(mount) for mount in list_of(config, "mounts")],
            "logPath": text_of(known, "LogPath"),
            "resources": {"linux": value_of(config, "linux", "resources")},
        },
        "info": {
            "sandboxID": sandbox_of(item),
            "pid": status.pid,
            "removing": False,
            "snapshotKey": text_json(item.snapshot_key),
            "snapshotter": text_json(item.snapshotter),
            "runtimeType": text_json(item.runtime.name),
            "runtimeOptions": payload_json(item.runtime.options),
            "config": config,
            "runtimeSpec": payload_json(item.spec),
        },
    }


def _cri(view: ContainerView) -> object:
    return metadata_of(view.item.extensions.get(CONTAINER_METADATA))


def _docker_state(view: ContainerView) -> Json:
    if CONTAINER_METADATA not in view.item.extensions:
        return {"Status": "unknown"}
    status = view.node.cri_status(view.item.id)
    if status.state == "unknown":
        return {"Status": "unknown"}
    return {
        "Status": status.state,
        "Running": status.state == "running",
        "Pid": status.pid or 0,
        "ExitCode": status.exit_code or 0,
        "StartedAt": _when(status.started_ns),
        "FinishedAt": _when(status.finished_ns),
    }


def _host_config(spec: object, runtime: str) -> Json:
    cpu, memory = (value_of(spec, "linux", "resources", name) for name in ("cpu", "memory"))
    namespaces = {text_of(found, "type") for found in list_of(spec, "linux", "namespaces")}
    return {
        "Runtime": runtime,
        "NetworkMode": "" if "network" in namespaces else "host",
        "ReadonlyRootfs": value_of(spec, "root", "readonly") is True,
        "CapAdd": list_of(spec, "process", "capabilities", "bounding"),
        "Memory": number_of(memory, "limit") or 0,
        "MemoryReservation": number_of(memory, "reservation") or 0,
        "MemorySwap": number_of(memory, "swap") or 0,
        "CpuShares": number_of(cpu, "shares") or 0,
        "CpuQuota": number_of(cpu, "quota") or 0,
        "CpuPeriod": number_of(cpu, "period") or 0,
        "CpusetCpus": text_of(cpu, "cpus"),
        "PidsLimit": number_of(spec, "linux", "resources", "pids", "limit"),
        "OomScoreAdj": number_of(spec, "process", "oomScoreAdj") or 0,
        "CgroupParent": text_of(spec, "linux", "cgroupsPath"),
        "MaskedPaths": list_of(spec, "linux", "maskedPaths"),
        "ReadonlyPaths": list_of(spec, "linux", "readonlyPaths"),
        "Sysctls": texts_of(spec, "linux", "sysctl"),
        "Devices": [
            {"PathInContainer": text_of(device, "path")}
            for device in list_of(spec, "linux", "devices")
        ],
    }


def _mounts(spec: object) -> list[_Mount]:
    return [
        _Mount(
            text_of(mount, "source"),
            text_of(mount, "destination"),
            [option for option in list_of(mount, "options") if isinstance(option, str)],
            text_of(mount, "type"),
        )
        for mount in list_of(spec, "mounts")
    ]


def _cri_mount(mount: object) -> Json:
    propagation = number_of(mount, "propagation") or 0
    return {
        "containerPath": text_of(mount, "container_path"),
        "hostPath": text_of(mount, "host_path"),
        "propagation": _PROPAGATION.get(propagation, _BIDIRECTIONAL),
        "readonly": value_of(mount, "readonly") is True,
        "selinuxRelabel": value_of(mount, "selinux_relabel") is True,
    }


def _user(spec: object) -> str:
    name = text_of(spec, "process", "user", "username")
    uid, gid = (number_of(spec, "process", "user", each) or 0 for each in ("uid", "gid"))
    return name or (f"{uid}:{gid}" if uid or gid else "")


def _when(nanos: int) -> str:
    return GoTime(*divmod(nanos, _NANOS), None).rfc3339() if nanos else _NEVER
