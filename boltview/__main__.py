"""Runs the command line: `python -m boltview`."""

import sys

from boltview.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
