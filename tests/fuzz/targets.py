"""What is fuzzed: each target takes any bytes and may raise nothing.

The expected errors are caught here, so whatever comes out is a defect.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import BulkReader
from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.errors import NoSuchRevision, NotABoltFile
from boltview.bolt.finding import Finding
from boltview.bolt.index import BucketIndex
from boltview.bolt.owners import PageTable
from boltview.bolt.records import RecordReader
from boltview.bolt.source import MemorySource, Source
from boltview.bolt.stats import file_use
from boltview.bolt.walk import walk
from boltview.report.jsontext import dumps, to_json
from boltview.report.texts import value_line
from boltview.report.units import Clock, utc
from boltview.schema.decode import Decoding, decode_key
from boltview.schema.load import Library
from boltview.schema.model import Field
from boltview.schema.parse import SchemaError, parse_head, parse_schema

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"
_CLOCK = Clock(0, utc)
_WANTED = (b"labels", b"name", b"size", b"target", b"z")


def fuzz_parser(data: bytes) -> None:
    """Read everything in a file in every way there is."""
    try:
        database = Database(MemorySource(data))
    except NotABoltFile:
        return
    list(findings(database))
    for which in ("current", "previous"):
        try:
            revision = database.revision(which)
        except NoSuchRevision:
            continue
        for visit in walk(revision, revision.root):
            entry = visit.entry
            if isinstance(entry, Bucket):
                index = BucketIndex(entry)
                if len(index):
                    index[len(index) - 1]
                for _ in RecordReader(revision, _WANTED, {b"labels": b"c"}).records(entry):
                    pass
        BulkReader(revision).read(revision.root)
        file_use(revision, 2)
        for _ in PageTable(revision).pages():
            pass


def findings(database: Database) -> Iterator[Finding]:
    """Check a database; every finding must be one that can be printed."""
    for found in check(database):
        assert found.severity
        assert found.what
        yield found


def fuzz_decoders(data: bytes) -> None:
    """Decode bytes as one of the types that the schemas give, and print the value."""
    if not data:
        return
    decoding, fields = _decoding()
    field = fields[data[0] % len(fields)]
    raw = data[1:]
    value = decoding.value(raw, field)
    assert value.raw == raw
    assert value_line(value, field, _CLOCK).isprintable()
    dumps(to_json(value.data))
    decode_key(raw, field)


def fuzz_schema(data: bytes) -> None:
    """Parse a schema file."""
    text = data.decode(errors="replace")
    for parse in (parse_head, parse_schema):
        try:
            parse("fuzz.toml", text)
        except SchemaError:
            continue


@cache
def _decoding() -> tuple[Decoding, list[Field]]:
    """Return the decoders and one field for each way of decoding that the schemas use."""
    library = Library()
    fields: dict[tuple[str, str], Field] = {}
    for head in library.heads():
        for field in library.schema(head).fields():
            if not field.is_bucket:
                fields.setdefault((field.type, field.key), field)
    return Decoding(library.descriptor_sets), list(fields.values())


def schema_seeds() -> list[bytes]:
    """Return the real schema files."""
    return [path.read_bytes() for path in sorted(SCHEMAS.glob("*.toml"))]


def open_source(source: Source) -> Database | None:
    """Open a database; None if neither meta can be used."""
    try:
        return Database(source)
    except NotABoltFile:
        return None


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parser": fuzz_parser,
    "decoders": fuzz_decoders,
    "schema": fuzz_schema,
}
