"""`boltview serve`: driven by a real web browser, and closed to everybody else."""

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.cli.chromium import chromium, tab
from tests.cli.runner import META_24, ROOT, call, environment
from tests.plugins.require import Require

T = TypeVar("T")
LISTEN = """
window.seen = "";
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", async told => {
      if (told.data instanceof ArrayBuffer) seen += new TextDecoder().decode(told.data);
      else if (told.data instanceof Blob) seen += await told.data.text();
    });
  }
};
"""
"""Keeps what the page is sent, because it paints on a canvas."""


@contextmanager
def serving(
    *arguments: str, folder: Path | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    words = [sys.executable, "-m", "boltview", "serve", *arguments]
    own = environment({"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": "/dev/null"})
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, stdout=pipe, stderr=pipe, text=True, env=own, cwd=folder
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--demo") as (address, _):
        yield address


def asked(do: Callable[[ClientSession], Awaitable[T]]) -> T:
    async def go() -> T:
        async with ClientSession() as session:
            return await do(session)

    return asyncio.run(go())


def origin(url: str) -> str:
    return url.removesuffix(urlsplit(url).path)


async def screen(session: ClientSession, url: str, wanted: str, *keys: str) -> str:
    """Open a page without a web browser, type, and return what it is sent up to `wanted`."""
    address = f"{url}ws?width=100&height=30"
    async with session.ws_connect(address, origin=origin(url)) as page:
        seen, waiting = "", list(keys)
        while wanted not in seen:
            told = await asyncio.wait_for(page.receive(), 30)
            assert isinstance(told.data, bytes), told
            seen += told.data.decode()
            if waiting and "read-only" in seen:
                await page.send_str(json.dumps(["stdin", waiting.pop(0)]))
        return seen


def test_a_web_browser_shows_it_and_takes_keys(url: str, require: Require, tmp_path: Path) -> None:
    program = require("chromium")

    async def drive(session: ClientSession, port: int) -> tuple[list[str], bytes]:
        page = await tab(session, port, "about:blank")
        await page.do("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
        await page.do("Page.navigate", url=url)
        await page.wait_for("window.seen?.includes('build-farm')")
        await page.wait_for("document.body.classList.contains('-first-byte')")
        await page.value("document.querySelector('textarea').focus()")
        await page.key("3")
        await page.wait_for("seen.includes('registry.k8s.io/pause:3.10')")
        await asyncio.sleep(0.5)
        return page.asked, await page.picture()

    with chromium(program, tmp_path / "profile") as port:
        addresses, picture = asked(lambda session: drive(session, port))
    assert [
        each for each in addresses if not each.startswith((origin(url), "about:", "data:"))
    ] == []
    (tmp_path / "page.png").write_bytes(picture)
    assert len(picture) > 20_000


def test_only_who_has_the_address_is_let_in(url: str) -> None:
    host = urlsplit(url).netloc
    wrong = {"Host": "evil.example"}

    async def codes(session: ClientSession) -> list[int]:
        cases: list[tuple[str, dict[str, str]]] = [
            (url, {}),
            (url, wrong),
            (url, {"Host": host.replace("127.0.0.1", "localhost")}),
            (url, {"Origin": "http://evil.example"}),
            (f"{origin(url)}/", {}),
            (f"{origin(url)}/ws", {}),
            (f"{origin(url)}/{'x' * 22}/", {}),
            (f"{url}download/1", {}),
            (f"{url}static/", {}),
        ]
        found = []
        for address, headers in cases:
            async with session.get(address, headers=headers) as answer:
                found.append(answer.status)
                policy = answer.headers.get("Content-Security-Policy", "")
                assert answer.status != 200 or "default-src 'none'" in policy
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": origin(url), **wrong}):
            try:
                async with session.ws_connect(f"{url}ws", headers=headers):
                    found.append(101)
            except WSServerHandshakeError as error:
                found.append(error.status)
        return found

    assert asked(codes) == [200, 403, 403, 403, 404, 404, 404, 404, 403, 403, 403, 403]


def test_it_listens_on_loopback_alone(url: str) -> None:
    port = f":{urlsplit(url).port:04X} "
    lines = Path("/proc/net/tcp").read_text().splitlines()
    lines += Path("/proc/net/tcp6").read_text().splitlines()
    bound = [line.split()[1] for line in lines if port in line and " 0A " in line]
    assert [each.partition(":")[0] for each in bound] == ["0100007F"]


def test_a_page_writes_no_file(url: str) -> None:
    asked(lambda session: screen(session, url, "a web page shows, and does no more", "x"))


def test_a_path_is_no_command(tmp_path: Path) -> None:
    folder = tmp_path / "a b'\"$(touch harm)`touch harm`; touch harm"
    folder.mkdir()
    shutil.copy(META_24, folder / "meta.db")
    (tmp_path / "textual.py").write_text("raise SystemExit('not from here')")
    with serving(str(folder / "meta.db"), folder=tmp_path) as (url, _):
        asked(lambda session: screen(session, url, "build-farm"))
    assert not (tmp_path / "harm").exists()


def test_the_end_is_clean_and_takes_the_programs_along() -> None:
    with serving("--demo", "--port", str(free())) as (url, process):

        async def stop(session: ClientSession) -> None:
            await screen(session, url, "build-farm")
            async with session.ws_connect(f"{url}ws", origin=origin(url)) as page:
                await page.receive()
                assert len(children(process.pid)) == 1
                process.send_signal(signal.SIGINT)
                while not (await page.receive()).type.name.startswith("CLOS"):
                    pass

        asked(stop)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0
        assert out == ""
        assert err == "boltview: open this address in a web browser; Ctrl-C ends it\n"


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def test_a_port_that_is_taken(url: str) -> None:
    port = str(urlsplit(url).port)
    result = call("serve", "--demo", "--port", port)
    assert result.code == 2
    assert f"--port: {port}: Address already in use" in result.err
    with serving("--demo") as (other, _):
        assert urlsplit(other).port not in {None, urlsplit(url).port}


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "9" * 5000])
def test_what_is_no_port(port: str) -> None:
    assert call("serve", "--demo", f"--port={port}").code == 2


def test_what_cannot_be_read_is_said_here_and_not_on_a_page() -> None:
    assert call("serve", "/nonexistent").code == 3


def test_without_the_extra_one_line_tells_what_to_install() -> None:
    program = (
        "import sys; sys.modules['textual_serve'] = None; "
        "from boltview.cli.main import main; sys.exit(main(['serve', '--demo']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "boltview: error: serve needs textual-serve; install it with: pip install 'boltview[web]'\n"
    )
