"""What every table, column and view of an export means, as Markdown."""

from boltview.report.export.tables import TABLES
from boltview.report.export.views import VIEWS

_INTRODUCTION = """\
# What `boltview export` writes

A folder with a file for each table (JSON lines, CSV, Parquet) or one SQLite database, and
`export.json`, which says what is in it. An object is called `TYPE/NAMESPACE/KEY` in every table, as
`boltview refs` takes it; node and object join them.

**JSON lines** hold each object as its list command prints it. **SQLite** also has, in `objects`
with `there` 0, what is only referred to: foreign keys hold although references dangle.

**Texts in tables** follow the rule of keys in JSON: what is not UTF-8 is `0x…`, and a text that
begins like that, or with `!` or `%`, has its first character as `%XX`. In CSV what is not printable
is escaped as on the screen (`\\n`, `\\x1b`, `\\u202e`), a quote `'` goes before what a spreadsheet
would take for a formula, and an empty cell is nothing or an empty text. Times are RFC 3339 in UTC,
in tables with nine digits of a second, so that they sort as text; in Parquet they are timestamps.
What does not fit (a number of more than 64 bits, a timestamp before 1677 or after 2262) is null and
stands in `damage`.

**Redacted** (`--redact`): names and values become pseudonyms, the same text the same one in every
table, so that references still join; `/`, `:`, `=`, quotes and brackets stay where they are; a word
of hex digits keeps its length, any other one too from eight letters on. The salt is made for each
run and kept nowhere; `--salt` gives exports that join. Numbers, sizes, booleans and times stay, and
with them the field names of OCI and CRI documents, the label keys of the glossaries in `schemas/`,
media types, platforms, capabilities and other values that containerd and the specifications give.
Numbers in documents under other names, paths of buckets, and sentences about faults do not. Sizes
and times can tell a public image.

"""


def described() -> str:
    """Return the description of the tables and views."""
    lines = ["## Tables", ""]
    for table in TABLES:
        lines += [f"### {table.name}", "", table.doc, ""]
        if table.key:
            lines += [f"Key: {', '.join(table.key)}.", ""]
        for columns, other in table.refers:
            lines += [f"Refers: {', '.join(columns)} to `{other}`.", ""]
        if table.is_within:
            lines += ["Not in JSON lines, where it stands within the objects.", ""]
        lines += ["| column | type | |", "|---|---|---|"]
        lines += [f"| `{column.name}` | {column.type} | {column.doc} |" for column in table.columns]
        lines.append("")
    lines += ["## Views of the SQLite export", "", "| view | answers |", "|---|---|"]
    lines += [f"| `{view.name}` | {view.doc} |" for view in VIEWS]
    return _INTRODUCTION + "\n".join(lines) + "\n"
