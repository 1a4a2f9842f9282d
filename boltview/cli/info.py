"""`boltview info`: the state of a database, without walking it."""

from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, finish
from boltview.cli.session import open_quietly
from boltview.report.info import free_space, info_json, info_lines

_EXAMPLE = """\
  boltview info meta.db
  boltview info /mnt/failed-node
  boltview info --json /var/lib/containerd
"""
_BAD = ("invalid", "missing", "damaged", "lost")


def run(name: str, argv: list[str]) -> int:
    """Print what the metas, the freelist, the schema and the lock list say of a file."""
    parser = CommandParser(
        name, "Print metas and their verdicts, revision, free space, schema, lock holder.", _EXAMPLE
    )
    add_path(parser)
    parser.own.add_argument(
        "--count-free",
        action="store_true",
        help="count free pages by a walk over the whole tree where the file keeps no freelist",
    )
    arguments = parse(parser, argv)
    opened = open_quietly(arguments, arguments.path)
    space = free_space(opened, count=arguments.count_free)
    if arguments.json:
        from boltview.report.jsontext import dumps

        print(dumps(info_json(opened, space), indent=2))
        return finish(opened)
    painter = Painter(arguments)
    lines = info_lines(opened, space)
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        style = "damage" if label == "damage" or text.startswith(_BAD) else ""
        print(f"{painter.paint(label.ljust(width), 'key')}  {painter.paint(text, style)}")
    return finish(opened)
