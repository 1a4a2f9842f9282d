"""A small schema file, and folders that hold schema files."""

from pathlib import Path

SMALL = """\
[schema]
id = "small"
title = "Small (small.db)"
source = "example.org/small"
doc = "A schema to try."
version_key = "meta/layout"
empty_paths = ["/small.db"]

[[recognise]]
score = 50
has = ["meta/layout", "things/"]
only = { "meta" = ["layout"] }

[part.times.at]
type = "time"
presence = "always"
doc = "When."

[part.times."more/<note>"]
type = "string"
doc = "A note."

["meta"]
doc = "Facts about the file."

["meta/layout"]
type = "varint"
doc = "Version of the layout."

["things"]
sequence = "The number last given."
doc = "All things."

["things/<thing>"]
object = "thing"
key = "uvarint"
parts = ["times"]
glossary = "words"
doc = "One thing."

["things/<thing>/kind"]
type = "enum"
values = { 0 = "none", 2 = "some" }
secret = true
refers = "thing/{value}"
since = "1.2"
until = "2.0"
unit = "bytes"
written_by = "store.go: put"
doc = "Which one."

[glossary.words]
"a*" = "Begins with a."
"a.b*" = "Begins with a.b."
"*.long*" = "Has .long."
"""


def put(folder: Path, **files: str | bytes) -> str:
    """Write files, given by name with `__` for the dot; return the folder's path."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(raw)
    return str(folder)
