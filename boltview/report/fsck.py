"""What `fsck` found, as lines for a person and as JSON; and the verdict under it."""

import shlex
from collections import Counter
from collections.abc import Iterable

from boltview.bolt.finding import ERROR, NOTE, WARNING
from boltview.containerd.fsck.finding import MEANINGS, Finding
from boltview.containerd.objects import key_text
from boltview.report.escape import escape
from boltview.report.keypath import path_text

SEVERITIES = (ERROR, WARNING, NOTE)
_CODE_WIDTH = max(map(len, MEANINGS))
_SNAPSHOTTER_AT = 3
"""Place of the snapshotter's name in the path of a snapshot."""
_DEEP = 3
"""Components of the path of a record in a namespace, at least."""


def fsck_json(found: Finding) -> dict[str, object]:
    """Return a finding as JSON; `path` is a key path of meta.db, or a place elsewhere."""
    meaning = MEANINGS[found.code]
    return {
        "code": found.code,
        "severity": found.severity,
        "page": found.page,
        "path": found.place or path_text(found.path),
        "message": f"{found.what}. {meaning.text}",
        "upstream": list(meaning.upstream),
        "suggestion": command(found),
    }


def fsck_line(found: Finding) -> tuple[str, str]:
    """Return the severity, padded, and the rest of the line; the code's meaning is told later."""
    where = escape(found.place) if found.place else path_text(found.path) or "(root)"
    return (
        found.severity.ljust(max(map(len, SEVERITIES))),
        f"{found.code:<{_CODE_WIDTH}}  {where}: {escape(found.what)}",
    )


def command(found: Finding) -> str:
    """Return a command for a living containerd, quoted for a shell; empty if none is known."""
    template = MEANINGS[found.code].command
    path = [key_text(key) for key in found.path]
    own = path[_SNAPSHOTTER_AT] if len(path) > _SNAPSHOTTER_AT + 1 else ""
    named = {
        "namespace": path[1] if len(path) > 1 else "",
        "key": path[-1] if len(path) >= _DEEP else "",
        "snapshotter": found.snapshotter or own,
    }
    if any(f"{{{name}}}" in template and not value for name, value in named.items()):
        return ""
    # Names of a damaged database must not become commands of their own.
    safe = {name: shlex.quote(escape(value)) for name, value in named.items()}
    return template.format(**safe)


def meaning_lines(found: Iterable[Finding]) -> list[str]:
    """Return what each code that occurs means, what upstream knows, and what can be done."""
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.code, finding)
    lines = []
    for code, finding in sorted(first.items(), key=lambda item: list(MEANINGS).index(item[0])):
        meaning = MEANINGS[code]
        upstream = f" ({', '.join(meaning.upstream)})" if meaning.upstream else ""
        lines.append(f"  {code}: {meaning.text}{upstream}")
        suggestion = command(finding)
        if suggestion:
            lines.append(f"      for instance: {suggestion}")
    return lines


def codes_lines() -> list[str]:
    """Return what every code means."""
    lines = []
    for code, meaning in MEANINGS.items():
        upstream = f" ({', '.join(meaning.upstream)})" if meaning.upstream else ""
        lines.append(f"{meaning.severity:<9}{code:<{_CODE_WIDTH}}  {meaning.text}{upstream}")
        if meaning.command:
            lines.append(f"{'':<9}{'':<{_CODE_WIDTH}}  {meaning.command}")
    return lines


def codes_json() -> list[dict[str, object]]:
    """Return the same as JSON."""
    found: list[dict[str, object]] = []
    for code, meaning in MEANINGS.items():
        found.append({"code": code, **meaning._asdict()})
    return found


def verdict(counts: Counter[str], *, is_whole: bool, is_alone: bool) -> str:
    """Return the last line.

    Args:
        counts: findings by severity.
        is_whole: whether everything that is there could be looked at.
        is_alone: whether there is nothing but a meta.db.
    """
    counted = ", ".join(
        f"{counts[name]} {name}{'s' if counts[name] > 1 else ''}"
        for name in SEVERITIES
        if counts[name]
    )
    less = "; there is only meta.db here, and no disk" if is_alone else ""
    less = less if is_whole else "; not everything could be looked at"
    if counts[ERROR]:
        return f"BROKEN: {counted}{less}"
    if counts[WARNING]:
        return f"doubtful: {counted}{less}"
    what = "OK" if is_whole else "nothing wrong in what could be looked at"
    return (
        f"{what}{f': {counted} (--notes lists them)' if counted else ''}{less if is_whole else ''}"
    )
