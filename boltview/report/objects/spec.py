"""An OCI runtime spec, summarised: what runs, with which rights, limits and mounts.

Field names from the OCI runtime specification, `config.md` and `config-linux.md`. The spec is a
client's, so any field may have any shape; what has not the right one is left to the JSON.
"""

from collections.abc import Iterator

from boltview.containerd.files import list_of, number_of, text_of, texts_of, value_of
from boltview.report.detail import Line
from boltview.report.jsontext import dumps
from boltview.report.objects.column import text_line
from boltview.report.objects.kind import each, labels_lines
from boltview.report.units import exact_size

_CAPABILITIES = ("bounding", "effective", "permitted", "inheritable", "ambient")
_BYTE_LIMITS = frozenset({"limit", "reservation", "swap", "kernel", "kernelTCP"})


def spec_lines(spec: object) -> list[Line]:
    """Return the summary of a spec."""
    sections = {
        "args": _words(list_of(spec, "process", "args")),
        "cwd": _text(spec, "process", "cwd"),
        "user": _user(spec),
        "terminal": ["yes"] if value_of(spec, "process", "terminal") is True else [],
        "env": [_line(text) for text in list_of(spec, "process", "env")],
        "hostname": _text(spec, "hostname"),
        "root": _root(spec),
        "mounts": [_mount(mount) for mount in list_of(spec, "mounts")],
        "capabilities": list(_capabilities(spec)),
        "namespaces": _namespaces(spec),
        "cgroup": _text(spec, "linux", "cgroupsPath"),
        "resources": list(_resources(value_of(spec, "linux", "resources"))),
        "rlimits": [_rlimit(limit) for limit in list_of(spec, "process", "rlimits")],
        "devices": [_device(device) for device in list_of(spec, "linux", "devices")],
        "device rules": [_rule(rule) for rule in list_of(spec, "linux", "resources", "devices")],
        "security": list(_security(spec)),
        "hooks": list(_hooks(spec)),
        "sysctl": [
            f"{_line(k)} = {_line(v)}" for k, v in texts_of(spec, "linux", "sysctl").items()
        ],
    }
    lines = [line for label, texts in sections.items() for line in each(label, texts)]
    return lines + labels_lines(texts_of(spec, "annotations"), "annotations")


def _line(value: object) -> str:
    return text_line(value) if isinstance(value, str) else dumps(value)


def _text(spec: object, *keys: str) -> list[str]:
    text = text_of(spec, *keys)
    return [text_line(text)] if text else []


def _words(words: list[object]) -> list[str]:
    """Return arguments as a shell would want them, so that blanks within one can be seen."""
    from shlex import quote

    texts = [quote(word) if isinstance(word, str) else dumps(word) for word in words]
    return [text_line(" ".join(texts))] if texts else []


def _user(spec: object) -> list[str]:
    user = value_of(spec, "process", "user")
    if not isinstance(user, dict):
        return []
    groups = ",".join(_line(group) for group in list_of(user, "additionalGids"))
    name = text_of(user, "username")
    ids = f"uid {number_of(user, 'uid') or 0}, gid {number_of(user, 'gid') or 0}"
    parts = [text_line(name) if name else "", ids, f"groups {groups}" if groups else ""]
    return [", ".join(part for part in parts if part)]


def _root(spec: object) -> list[str]:
    root = value_of(spec, "root")
    if not isinstance(root, dict):
        return []
    state = "read-only" if root.get("readonly") is True else "writable"
    return [f"{text_line(text_of(root, 'path'))} ({state})"]


def _mount(mount: object) -> str:
    options = ",".join(_line(option) for option in list_of(mount, "options"))
    parts = (
        text_line(text_of(mount, "destination")),
        "←",
        text_line(text_of(mount, "source")),
        text_line(text_of(mount, "type")),
        f"({options})" if options else "",
    )
    return " ".join(part for part in parts if part)


def _capabilities(spec: object) -> Iterator[str]:
    """Yield each set once: most are equal."""
    sets: dict[str, list[str]] = {}
    for name in _CAPABILITIES:
        found = [_line(each) for each in list_of(spec, "process", "capabilities", name)]
        if found:
            sets.setdefault(" ".join(found), []).append(name)
    for capabilities, names in sets.items():
        yield f"{', '.join(names)}: {capabilities}"


def _namespaces(spec: object) -> list[str]:
    shown = []
    for namespace in list_of(spec, "linux", "namespaces"):
        kind, path = text_of(namespace, "type"), text_of(namespace, "path")
        shown.append(text_line(f"{kind} {path}" if path else kind))
    return [", ".join(shown)] if shown else []


def _resources(found: object) -> Iterator[str]:
    """Yield every limit that is set; rules for devices are shown apart."""
    if not isinstance(found, dict):
        return
    for name, limits in found.items():
        if name == "devices" or not limits:
            continue
        if not isinstance(limits, dict):
            yield f"{text_line(name)} {dumps(limits)}"
            continue
        for key, value in limits.items():
            is_size = name == "memory" and key in _BYTE_LIMITS and isinstance(value, int)
            shown = exact_size(value) if is_size and value > 0 else _line(value)
            yield f"{text_line(name)}.{text_line(key)} {shown}"


def _rlimit(limit: object) -> str:
    kind = text_line(text_of(limit, "type"))
    return f"{kind} soft {number_of(limit, 'soft')} hard {number_of(limit, 'hard')}"


def _device(device: object) -> str:
    numbers = f"{number_of(device, 'major')}:{number_of(device, 'minor')}"
    return f"{text_line(text_of(device, 'path'))} {text_line(text_of(device, 'type'))} {numbers}"


def _rule(rule: object) -> str:
    verb = "allow" if value_of(rule, "allow") is True else "deny"
    numbers = [number_of(rule, name) for name in ("major", "minor")]
    which = ":".join("*" if number is None else str(number) for number in numbers)
    kind = text_line(text_of(rule, "type")) or "a"
    return f"{verb} {kind} {which} {text_line(text_of(rule, 'access'))}"


def _security(spec: object) -> Iterator[str]:
    if value_of(spec, "process", "noNewPrivileges") is True:
        yield "no new privileges"
    for label, keys in {
        "AppArmor": ("process", "apparmorProfile"),
        "SELinux": ("process", "selinuxLabel"),
        "mount label": ("linux", "mountLabel"),
    }.items():
        yield from (f"{label} {text}" for text in _text(spec, *keys))
    seccomp = value_of(spec, "linux", "seccomp")
    if isinstance(seccomp, dict):
        rules = len(list_of(seccomp, "syscalls"))
        yield f"seccomp {text_line(text_of(seccomp, 'defaultAction'))}, {rules} rules"
    score = number_of(spec, "process", "oomScoreAdj")
    if score is not None:
        yield f"oom score {score}"
    for label in ("maskedPaths", "readonlyPaths"):
        paths = [_line(path) for path in list_of(spec, "linux", label)]
        if paths:
            yield f"{'masked' if label == 'maskedPaths' else 'read-only'} {' '.join(paths)}"


def _hooks(spec: object) -> Iterator[str]:
    hooks = value_of(spec, "hooks")
    if isinstance(hooks, dict):
        for when in hooks:
            for hook in list_of(hooks, when):
                args = _words(list_of(hook, "args"))
                yield " ".join([text_line(when), text_line(text_of(hook, "path")), *args])
