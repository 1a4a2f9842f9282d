"""Coverage-guided fuzzing with atheris, for a bounded time: `make fuzz`.

    python -m tests.fuzz.run parser|decoders|schema SECONDS

Each run begins with the same few small seeds. What it finds beyond them is kept only as long as it
runs; an input that breaks something is written to build/fuzz/.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["boltview"]):
    from boltview.bolt.format import META_CHECKED, fnv1a
    from tests.fuzz.targets import TARGETS, schema_seeds

from tests.bolt.sample import PAGE_SIZE, sample

BROKEN = Path("build/fuzz")
_LONGEST = 1 << 15
_META = 16
"""Where the meta begins in its page."""


def repaired(data: bytes) -> bytes:
    """Make the checksums of both metas right: no fuzzer guesses them."""
    if len(data) < 2 * PAGE_SIZE:
        return data
    image = bytearray(data)
    for page in (0, PAGE_SIZE):
        start = page + _META
        checksum = fnv1a(bytes(image[start : start + META_CHECKED]))
        image[start + META_CHECKED : start + META_CHECKED + 8] = checksum.to_bytes(8, "little")
    return bytes(image)


def seeds(target: str) -> list[bytes]:
    """Return small inputs that reach most of a target."""
    if target == "parser":
        return [bytes(sample().data)]
    if target == "schema":
        return schema_seeds()
    values = (b'{"a": [1, 2]}', b"\x0a\x03abc\x12\x02\x08\x01", b"sha256:" + b"0" * 64, bytes(15))
    return [bytes([kind]) + value for kind in range(16) for value in values]


def main() -> None:
    """Fuzz one target; libFuzzer ends the process, with a status that is not 0 if it broke."""
    name, seconds = sys.argv[1:]
    target = TARGETS[name]

    def one(data: bytes) -> None:
        target(repaired(data) if name == "parser" else data)

    BROKEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            Path(folder, f"seed-{number}").write_bytes(seed)
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            f"-artifact_prefix={BROKEN}/{name}-",
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options, folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
