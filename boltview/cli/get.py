"""`boltview get`: one value, or a whole bucket as an object."""

import sys

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.cli.exitcodes import ExitCode
from boltview.cli.keys import find
from boltview.cli.options import CommandParser, add_path_and_key, parse, split_key
from boltview.cli.output import finish, say
from boltview.cli.session import open_quietly
from boltview.report.escape import escape, escape_bytes
from boltview.report.hexdump import hex_lines
from boltview.report.opened import Opened
from boltview.schema.values import GoTime, Value

_EXAMPLE = """\
  boltview get meta.db v1/version
  boltview get meta.db v1/k8s.io/images/docker.io/library/busybox:1.35 --json
  boltview get --demo v1/default/containers/web-1/spec | less
  boltview get meta.db v1/moby/containers/ID/spec --raw > spec.bin
"""


def run(name: str, argv: list[str]) -> int:
    """Print what lies under a key."""
    forms = {"raw": "the value's bytes as they are", "hex": "the value as a hex dump"}
    parser = CommandParser(
        name, "Print one value decoded, or a whole bucket as JSON.", _EXAMPLE, forms
    )
    add_path_and_key(parser)
    arguments = parse(parser, argv)
    if arguments.raw and sys.stdout.isatty():
        say("error: --raw writes bytes as they are, which is not safe on a terminal; redirect it")
        return ExitCode.USAGE
    path, keys = split_key(arguments)
    opened = open_quietly(arguments, path)
    found = find(opened, keys)
    entry = found.entry
    if isinstance(entry, Damage):
        return finish(opened)
    if isinstance(entry, Bucket):
        if arguments.raw or arguments.hex:
            say("error: a bucket has no value of its own; name a key in it")
            return ExitCode.USAGE
        _print_bucket(opened, entry)
    elif arguments.raw:
        sys.stdout.flush()
        sys.stdout.buffer.write(entry.value)
    elif arguments.hex:
        for line in hex_lines(entry.origin.offset, entry.value):
            print(line)
    else:
        _print_value(opened, opened.reading.value(found.bucket, entry), as_json=arguments.json)
        _explain_failure(opened, found.bucket, entry)
    return finish(opened)


def _print_bucket(opened: Opened, bucket: Bucket) -> None:
    from boltview.report.jsontext import bucket_json, dumps

    print(dumps(bucket_json(opened.reading, bucket), indent=2))


def _print_value(opened: Opened, value: Value, *, as_json: bool) -> None:
    """Print a value for a person or a script: its text alone, structured values as JSON."""
    data = value.data
    if as_json or not isinstance(data, str | bytes | int | GoTime | None):
        from boltview.report.jsontext import dumps, value_json

        print(dumps(value_json(value), indent=2))
    elif value.error:
        print(value.raw.hex())
    elif isinstance(data, GoTime):
        print(data.rfc3339(opened.clock.zone(data.unix)))
    elif isinstance(data, bytes):
        print(escape_bytes(data))
    elif isinstance(data, str):
        print(escape(data))
    elif data is not None:
        print(data)


def _explain_failure(opened: Opened, bucket: Bucket, pair: Pair) -> None:
    value = opened.reading.value(bucket, pair)
    if value.error:
        say(f"the value is no {value.decoder}: {value.error}; its bytes are shown")
