"""The browser in a web page: one program for every page, on loopback, for who has the address.

textual-serve runs the programs and draws the pages; this says who may open one. Every local user
and every page in a web browser can reach a port on loopback. So the address holds a secret, the
names `Host` and `Origin` must be our own (no page elsewhere can reach in by a name that it turned
to 127.0.0.1), nothing is loaded from elsewhere, and no file is handed to the page.
"""

import asyncio
import re
import secrets
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.app_service import AppService
from textual_serve.server import Server

LOOPBACK = "127.0.0.1"
PAGES = 16
"""Pages that can be open at once: each is a process."""
_PATIENCE = 5.0
"""Seconds that a program has to end by itself."""
_WIDEST = 1_000
"""Columns and lines of a page, whatever it says."""
_NOT_OURS = ("TMUX", "STY")
"""What is true of the terminal that serves, and not of a page."""
_ELSEWHERE = re.compile(r"<link[^>]*https?://fonts[^>]*>")
"""A font that the page of textual-serve would fetch."""


class Session(AppService):
    """The program behind one page."""

    def __init__(self, words: Sequence[str], page: web.WebSocketResponse, server: Server) -> None:
        """Run `words` for a page."""

        async def close() -> None:
            await page.close()

        super().__init__(
            "",
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=close,
            download_manager=server.download_manager,
        )
        self._words = words

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the program: no shell, so that no path needs quoting."""
        environment = self._build_environment(_bounded(width), _bounded(height))
        for name in _NOT_OURS:
            environment.pop(name, None)
        environment["TERM"] = "xterm-256color"
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            *self._words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )
        self._stdin = process.stdin
        return process

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Pass on how large the page is."""
        await super().set_terminal_size(_bounded(width), _bounded(height))

    async def on_meta(self, data: bytes) -> None:
        """Take notice of the end, and of nothing else: a page gets no file and opens no address."""
        if b'"exit"' in data:
            await self.remote_close()

    async def on_packed(self, payload: bytes) -> None:
        """Drop what would be a part of a file."""

    async def run(self) -> None:
        """Run the program to its end, and close the page then."""
        await super().run()
        await self.remote_close()

    async def stop(self) -> None:
        """End the program; one that does not end is killed."""
        try:
            await asyncio.wait_for(super().stop(), _PATIENCE)
        except TimeoutError:
            pass
        finally:
            if self._process is not None:
                await _ended(self._process)


async def _ended(process: Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()


def _bounded(columns: int) -> int:
    return max(1, min(int(columns), _WIDEST))


class Pages(Server):
    """The server.

    Attributes:
        url: where it is to be found; the secret is in it.
    """

    def __init__(self, words: Sequence[str], title: str, port: int) -> None:
        """Serve pages of the program `words` on `port`."""
        super().__init__("", host=LOOPBACK, port=port, title=title)
        self._words = words
        self._secret = secrets.token_urlsafe(16)
        self._host = f"{LOOPBACK}:{port}"
        self.url = f"{self.public_url}/{self._secret}/"
        self._open: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """Return what answers requests."""
        behind = web.Application()
        aiohttp_jinja2.setup(behind, loader=jinja2.FileSystemLoader(self.templates_path))
        behind.add_routes(
            [
                web.get("/", self.index, name="index"),
                web.get("/ws", self.handle_websocket, name="websocket"),
                web.static("/static", Path(self.statics_path), name="static"),
            ]
        )
        outside = web.Application(middlewares=[self._guard])
        outside.add_subapp(f"/{self._secret}", behind)
        outside.on_shutdown.append(self.on_shutdown)
        return outside

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only requests that our own page makes, or who types its address."""
        origin = request.headers.get("Origin", "" if _is_socket(request) else self.public_url)
        if request.headers.get("Host") != self._host or origin != self.public_url:
            raise web.HTTPForbidden(text="open the address that boltview serve printed\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(self._rules)
        return response

    @property
    def _rules(self) -> dict[str, str]:
        """What a web browser is told about the page: nothing comes from, or goes, elsewhere."""
        own = "'self' 'unsafe-inline'"
        sources = (
            f"default-src 'none'; script-src {own}; style-src {own}; img-src 'self' data:; "
            f"font-src 'self' data:; connect-src ws://{self._host}; frame-ancestors 'none'"
        )
        return {
            "Content-Security-Policy": sources,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }

    async def index(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page, without what it would load from elsewhere."""
        response: web.Response = await self.handle_index(request)  # type: ignore[assignment] # decorated
        response.text = _ELSEWHERE.sub("", response.text or "")
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a program for a page until either ends."""
        if len(self._open) >= PAGES:
            raise web.HTTPServiceUnavailable(text=f"{PAGES} pages are open already\n")
        page = web.WebSocketResponse(heartbeat=15)
        self._open.add(page)
        try:
            await page.prepare(request)
            session = Session(self._words, page, self)
            try:
                await session.start(_asked(request, "width", 80), _asked(request, "height", 24))
                await self._process_messages(page, session)
            finally:
                await session.stop()
        finally:
            self._open.discard(page)
        return page

    async def on_shutdown(self, app: web.Application) -> None:
        """Close the pages."""
        del app
        for page in list(self._open):
            await page.close()


def _is_socket(request: web.Request) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _asked(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else default


def listen(port: int) -> socket.socket:
    """Return a socket on loopback; for port 0 on one that is free.

    Raises:
        OSError: the port is taken, or not for us.
    """
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    words: Sequence[str], title: str, listening: socket.socket, told: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C or a signal to end.

    Args:
        words: the program, which finds that it is run for a page.
        title: shown until it has begun; escaped.
        listening: from `listen`.
        told: given the address once it can be opened.
    """
    asyncio.run(_serve(words, title, listening, told))


async def _serve(
    words: Sequence[str], title: str, listening: socket.socket, told: Callable[[str], None]
) -> None:
    pages = Pages(words, title, listening.getsockname()[1])
    runner = web.AppRunner(pages.application(), access_log=None, shutdown_timeout=2 * _PATIENCE)
    await runner.setup()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await web.SockSite(runner, listening).start()
        told(pages.url)
        await ended.wait()
    finally:
        await runner.cleanup()
