"""A revision read through a schema: what each of its entries is and what its value means."""

from typing import TYPE_CHECKING

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.revision import Revision
from boltview.schema.decode import Decoding, decode_key
from boltview.schema.load import Library
from boltview.schema.model import Field, Schema
from boltview.schema.recognise import recognise
from boltview.schema.values import Value

if TYPE_CHECKING:
    from boltview.schema.any import Fields


class Reading:
    """One revision of one database, with the schema that it follows.

    Attributes:
        revision: the tree.
        schema: what is known of this kind of database; None for an unknown kind.
        library: the schema files in use.
    """

    __slots__ = ("_decoding", "library", "revision", "schema")

    def __init__(self, revision: Revision, library: Library, path: str = "") -> None:
        """Recognise the kind of the database.

        Args:
            revision: the tree.
            library: the schema files in use.
            path: where the file lies, which decides for a database without any bucket.

        Raises:
            SchemaError: a schema file is malformed.
        """
        self.revision = revision
        self.library = library
        head = recognise(revision, library.heads(), path)
        self.schema: Schema | None = library.schema(head) if head else None
        self._decoding = Decoding(library.descriptor_sets)

    @classmethod
    def of(
        cls, database: Database, library: Library, path: str = "", which: str | int = "current"
    ) -> "Reading":
        """Read a revision of `database`; see `Database.revision` for `which`."""
        return cls(database.revision(which), library, path)

    @property
    def root(self) -> Bucket:
        """The root bucket."""
        return self.revision.root

    def field(self, bucket: Bucket, entry: Pair | Bucket) -> Field | None:
        """Return what the schema says of an entry of `bucket`, None if it does not know it."""
        if self.schema is None:
            return None
        path = (*bucket.path, entry.key)
        return self.schema.field_at(path, is_bucket=isinstance(entry, Bucket))

    def value(self, bucket: Bucket, pair: Pair) -> Value:
        """Read and decode the value of a pair of `bucket`."""
        return self._decoding.value(pair.value, self.field(bucket, pair), pair.origin)

    def message(self, type_url: str) -> "Fields | None":
        """Return what is known of the fields of a type that an `Any` names; None for nothing."""
        return self._decoding.message(type_url)

    def key(self, bucket: Bucket, entry: Pair | Bucket) -> object:
        """Decode the key of an entry of `bucket`; bytes where it is not what the schema says."""
        return decode_key(entry.key, self.field(bucket, entry))

    def explain(self, field: Field, word: bytes) -> str:
        """Return what the field's glossary says of a well-known key; empty if nothing."""
        if not field.glossary or self.schema is None:
            return ""
        return self.library.explain(self.schema, field.glossary, word.decode(errors="replace"))

    def version(self) -> Value | None:
        """Return the layout's version where the schema has one and the file says it."""
        if self.schema is None or not self.schema.version_path:
            return None
        *above, key = self.schema.version_path
        bucket = self.root
        for name in above:
            found = bucket.get(name)
            if not isinstance(found, Bucket):
                return None
            bucket = found
        pair = bucket.get(key)
        return self.value(bucket, pair) if isinstance(pair, Pair) else None
