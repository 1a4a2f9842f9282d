"""Small databases to recognise and read: nested dictionaries made into a bolt file."""

from pathlib import Path

from boltview.bolt.database import Database
from boltview.bolt.revision import Revision
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree
from tests.bolt.reading import open_bytes
from tests.schema.small import put


def database(tree: Tree) -> Database:
    """Return a database that holds `tree`: bytes are values, mappings are buckets."""
    image = Image()
    return open_bytes(image.finish(image.nested(tree)))


def revision(tree: Tree) -> Revision:
    return database(tree).revision()


def reading(tree: Tree, folder: Path, **files: str) -> Reading:
    """Read `tree` with schema files of the user's; see `put`."""
    return Reading.of(database(tree), Library((put(folder, **files),)))
