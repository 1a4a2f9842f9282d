"""Compiles schemas/proto/*.proto into the one descriptor set types.binpb that boltview ships."""

import sys
from pathlib import Path

SCHEMAS = Path(__file__).resolve().parent
TYPES = SCHEMAS / "types.binpb"
ENVELOPE = "google/protobuf/any.proto"
"""The message around every typed payload in meta.db; protoc brings its source along."""


def descriptor_set(target: Path, sources: Path = SCHEMAS / "proto") -> None:
    """Write the descriptor set of google.protobuf.Any and all `*.proto` in `sources` to `target`.

    The bytes depend on the sources alone: files are compiled in the order of their names, their
    imports are inside, and comments and positions (source info) are not.

    Raises:
        SystemExit: grpcio-tools is missing, or protoc refused a source (its message is on stderr).

    """
    try:
        import grpc_tools
        from grpc_tools import protoc
    except ImportError as error:
        message = "compile.py: protoc is missing; install it with: pip install grpcio-tools"
        raise SystemExit(message) from error

    well_known = Path(grpc_tools.__file__).parent / "_proto"
    arguments = [
        "protoc",
        f"--proto_path={sources}",
        f"--proto_path={well_known}",
        "--include_imports",
        f"--descriptor_set_out={target}",
        ENVELOPE,
        *sorted(path.name for path in sources.glob("*.proto")),
    ]
    status = protoc.main(arguments)
    if status != 0:
        raise SystemExit(status)


if __name__ == "__main__":
    descriptor_set(Path(sys.argv[1]) if len(sys.argv) > 1 else TYPES)
