"""What `check` found, as lines for a person and as JSON; and the verdict under it."""

from collections import Counter
from collections.abc import Iterable

from boltview.bolt.finding import ERROR, MEANINGS, NOTE, WARNING, Finding
from boltview.report.escape import escape
from boltview.report.keypath import path_text

SEVERITIES = (ERROR, WARNING, NOTE)
_SEVERITY_WIDTH = max(map(len, SEVERITIES))
_CODE_WIDTH = max(map(len, MEANINGS))


def finding_json(found: Finding) -> dict[str, object]:
    """Return a finding as JSON; the message says what is the case and what it means."""
    return {
        "code": found.code,
        "severity": found.severity,
        "page": found.page,
        "pages": found.pages,
        "offset": found.offset,
        "path": None if found.path is None else path_text(found.path),
        "message": f"{found.what}. {found.meaning}",
    }


def finding_line(found: Finding) -> tuple[str, str]:
    """Return the severity, padded, and the rest of the line; the code's meaning is told later."""
    where = "" if found.path is None else f"  [bucket {bucket_name(found.path)}]"
    return (
        found.severity.ljust(_SEVERITY_WIDTH),
        f"{found.code:<{_CODE_WIDTH}}  {escape(found.what)}{where}",
    )


def bucket_name(path: tuple[bytes, ...]) -> str:
    """Return a bucket's path in the printed form; the root bucket has a name in words."""
    return path_text(path) or "(root)"


def meaning_lines(codes: Iterable[str]) -> list[str]:
    """Return what each code means, in the order of `MEANINGS`."""
    wanted = set(codes)
    return [
        f"  {code:<{_CODE_WIDTH}}  {meaning.text}"
        for code, meaning in MEANINGS.items()
        if code in wanted
    ]


def verdict_line(severities: Counter[str], pages: int, txid: int) -> str:
    """Return the last line: how many findings of which kind, in what was checked."""
    checked = f"{pages} pages of revision {txid}"
    counted = [
        f"{severities[name]} {name}{'s' if severities[name] > 1 else ''}"
        for name in SEVERITIES
        if severities[name]
    ]
    if severities[ERROR]:
        return f"DAMAGED: {', '.join(counted)} in {checked}"
    if severities[WARNING]:
        return f"readable, but not as bbolt writes it: {', '.join(counted)} in {checked}"
    return f"OK: {checked} checked{', ' + counted[0] if counted else ''}"
