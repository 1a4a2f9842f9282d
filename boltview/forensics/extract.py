"""Writing what was found in a database to a file of its own: new, whole, or not at all."""

from collections.abc import Iterable, Iterator

from boltview.forensics.files import NewFile


def write_new(path: str, chunks: Iterable[bytes]) -> Iterator[int]:
    """Write pieces to a new file, which has its name when the last of them is on the disk.

    Yields the bytes written so far, after each piece. A caller that stops in between leaves
    nothing behind. The database itself is safe: what exists is never written to.

    Args:
        path: where the file shall be; must not exist.
        chunks: what it shall hold.

    Raises:
        UnusableDestination: `path` exists, or no file can be made there.
        CannotWrite: the disk is full, or failing.
    """
    done = 0
    with NewFile(path) as file:
        for chunk in chunks:
            file.write(chunk)
            done += len(chunk)
            yield done
        file.publish()
