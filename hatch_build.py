"""Build hook: with BOLTVIEW_BUILD_BBOLT=1 the wheel carries the real bbolt for this platform.

Without it the wheel is pure Python, the same on every machine.
"""

import importlib
import os
import sys
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its builder's configuration is not used here
    """Compiles the shared library into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library, and its platform to the name of the wheel."""
        if version != "standard" or os.environ.get("BOLTVIEW_BUILD_BBOLT") != "1":
            return
        sys.path.insert(0, self.root)  # hatchling runs this file alone, not as part of a package
        build = importlib.import_module("boltview.bbolt.build")
        sources = importlib.import_module("boltview.bbolt.sources")
        library = os.fspath(build.library())
        for path in (library, sources.stamp_path(library)):
            build_data["force_include"][path] = os.path.relpath(path, self.root)
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
