"""The two children of the live tests: a writer that never pauses, and the real bbolt's check."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """A Python module in a process of its own, ended with its stdin."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")

    def end(self) -> str:
        """Close its stdin and return the rest of what it says."""
        if self.process.poll() is not None:
            return ""
        try:
            said, _ = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            said, _ = self.process.communicate()
        return said


class Writer(Child):
    """The real bbolt, committing flat out to a new file."""

    def __init__(self, path: Path, *options: str) -> None:
        super().__init__("tests.live.writer", str(path), *options)
        assert self.hear() == "ready"

    def stop(self) -> int:
        """End it; return how many transactions it committed."""
        return int(self.end() or 0)


class Checker(Child):
    """The real bbolt's check."""

    def __init__(self) -> None:
        super().__init__("tests.live.checker")

    def check(self, path: Path) -> list[str]:
        """Return what bbolt says is wrong with a file; nothing if all is well."""
        self.say(json.dumps(str(path)))
        answer = self.hear()
        if not answer:
            return ["bbolt took its process down"]
        kind, messages = json.loads(answer)
        return [] if kind == "ok" else [kind, *messages]
