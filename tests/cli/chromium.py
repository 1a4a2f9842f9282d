"""A headless Chromium, driven through its DevTools protocol."""

import asyncio
import json
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--window-size=1100,700",
)  # fmt: skip
_PATIENCE = 60.0


@contextmanager
def chromium(program: str, profile: Path) -> Iterator[int]:
    """Run a Chromium with an empty profile; yield the port that it is driven through."""
    words = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield _port(profile / "DevToolsActivePort")
        finally:
            process.terminate()


def _port(told: Path) -> int:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        lines = told.read_text().splitlines() if told.exists() else []
        if lines:
            return int(lines[0])
        time.sleep(0.05)
    raise AssertionError("chromium does not begin")


class Tab:
    """One tab.

    Attributes:
        asked: every address that it asked for.
    """

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.asked: list[str] = []

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command; return its result."""
        self._number += 1
        number = self._number
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            told = json.loads(await asyncio.wait_for(self._socket.receive_str(), _PATIENCE))
            if told.get("method") == "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])
            if told.get("id") == number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result

    async def value(self, expression: str) -> object:
        """Return the value of a JavaScript expression."""
        done = await self.do("Runtime.evaluate", expression=expression, awaitPromise=True)
        return done["result"].get("value")

    async def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _PATIENCE
        while not await self.value(expression):
            assert time.monotonic() < end, expression
            await asyncio.sleep(0.05)

    async def key(self, text: str, code: str = "") -> None:
        """Press a key."""
        key = {"key": text} if code else {"key": text, "text": text}
        number = {"Escape": 27, "Enter": 13}.get(text, ord(text[0].upper()))
        for kind in ("keyDown", "keyUp"):
            await self.do("Input.dispatchKeyEvent", type=kind, windowsVirtualKeyCode=number, **key)

    async def picture(self) -> bytes:
        """Return what it shows as PNG."""
        done = await self.do("Page.captureScreenshot", format="png")
        return b64decode(done["data"])


async def tab(session: ClientSession, port: int, url: str) -> Tab:
    """Open an address in the first tab."""
    async with session.get(f"http://127.0.0.1:{port}/json") as answer:
        targets = await answer.json()
    address = next(each["webSocketDebuggerUrl"] for each in targets if each["type"] == "page")
    found = Tab(await session.ws_connect(address, max_msg_size=0))
    await found.do("Network.enable")
    await found.do("Page.enable")
    await found.do("Page.navigate", url=url)
    return found
