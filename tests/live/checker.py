"""A process that has the real bbolt check one file after the other: a path in, a verdict out.

A torn copy can take the process down, which the other side notices.
"""

import json
import sys

from boltview.bbolt.verdict import check

if __name__ == "__main__":
    for line in sys.stdin:
        verdict = check(json.loads(line), lock_timeout=5, limit=10)
        print(json.dumps(verdict), flush=True)  # noqa: T201  the answer
