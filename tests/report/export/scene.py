"""A node full of names that want to be something else: formulas, paths, escapes, bytes."""

from pathlib import Path

from tests.bolt.build import Image
from tests.containerd.scenes import Scene, Tree, binary_time

HOSTILE = (
    b"\xff\xfe\x00",
    b"\xed\xa0\x80",
    b"nul\x00within",
    b"\x1b[31mred\x1b[0m",
    b"\x1b]0;title\x07",
    "\u202ertl\u2066".encode(),
    "\u200bzero\u00a0width\u0085".encode(),
    b"=1+1",
    b"'=1+1",
    b"''@x",
    b"-5",
    b"-5x",
    b"+cmd|' /C calc'!A0",
    "\uff1d1".encode(),
    b"0xabc",
    b"%41",
    b"!damage",
    b'{"hex": "00"}',
    b"a\\nb",
    b"a\\\\x41",
    b"line\nbreak\r\n",
    b"\ttab",
    b'quo"te,comma;semi',
    "\u00e9\u6f22\u5b57".encode(),
    b"../../etc/passwd",
    b" leading and trailing ",
    b"NULL",
    b"NaN",
    b"1e5",
    b"007",
    b"true",
)


def hostile() -> Scene:
    """Return a scene in which every hostile text is an image, a label and a label's value."""
    scene = Scene()
    images: Tree = {}
    for text in HOSTILE:
        target: Tree = {b"digest": text, b"mediatype": b"m", b"size": b"\x14"}
        images[text] = {
            b"createdat": binary_time(),
            b"updatedat": binary_time(),
            b"target": target,
            b"labels": {text: text},
        }
    place = scene.tree[b"v1"]
    assert isinstance(place, dict)
    place[b"n"] = {b"images": images}
    return scene


def write(scene: Scene, path: Path) -> Path:
    """Write a scene as a bolt file."""
    image = Image()
    path.write_bytes(image.finish(image.nested(scene.tree)))
    return path
