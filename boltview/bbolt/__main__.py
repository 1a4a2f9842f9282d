"""`python -m boltview.bbolt check PATH`: bbolt's own check, its verdict as one JSON document.

Exit status: 0 sound, 1 errors found, 3 not opened, 4 no library; any other, bbolt crashed.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from boltview.bbolt.errors import BboltUnavailable
from boltview.bbolt.tx import CHECK_LIMIT
from boltview.bbolt.verdict import LOCK_TIMEOUT, UNAVAILABLE, Kind, check

# 2 is Go's own, for a process that it ends.
_STATUS: dict[Kind, int] = {"ok": 0, "errors": 1, "refused": 3, "panicked": 2}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file that the arguments name, print the verdict and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m boltview.bbolt", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("check", help="run bbolt's check on a file")
    command.add_argument("path", metavar="PATH")
    command.add_argument("--lock-timeout", type=float, default=LOCK_TIMEOUT, metavar="SECONDS")
    command.add_argument("--limit", type=int, default=CHECK_LIMIT, metavar="MESSAGES")
    options = parser.parse_args(arguments)
    try:
        verdict = check(options.path, lock_timeout=options.lock_timeout, limit=options.limit)
    except BboltUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return UNAVAILABLE
    # ASCII JSON: a message may quote bytes of the file, and none of them may reach a terminal.
    json.dump(verdict._asdict(), sys.stdout)
    sys.stdout.write("\n")
    return _STATUS[verdict.kind]


if __name__ == "__main__":
    sys.exit(main())
