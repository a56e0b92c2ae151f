"""Draws figures in a process of its own: JSON on stdin, JSON with base64 on stdout, then it ends.

Typst takes over 100 MB while it works, and this process gives them back. It imports nothing but typst,
so that it starts at once. Run by ``figures.draw``.
"""

import base64
import json
import shutil
import signal
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

TEMPLATES = Path(__file__).with_name("templates")
WEIGHTS = ("Regular", "Semibold", "Bold")
PPI = 144  # 600 pt become 1,200 pixels
LIFETIME = 60
"""Seconds after which the process ends come what may, so that none outlives a bot that was killed."""


def render(figures: str, template: str = "figures", *, system_fonts: bool = True) -> list[dict[str, str]]:
    """One ``{"png", "svg"}`` in base64 for each of ``figures``, a JSON array (see the template).

    The machine's fonts are asked only for what Source Sans Pro lacks: Chinese, Arabic, emoji.
    """
    with TemporaryDirectory(prefix="plenary-fonts-") as folder:
        # Typst takes folders only, and the package's own holds each face twice (.otf and .ttf): which
        # of the two is found first differs between machines, and so would the pictures.
        for weight in WEIGHTS:
            name = f"SourceSansPro-{weight}.otf"
            shutil.copyfile(str(files("font_source_sans_pro") / "files" / name), Path(folder) / name)
        fonts = typst.Fonts(include_system_fonts=system_fonts, font_paths=[folder])
        compiler = typst.Compiler(TEMPLATES / f"{template}.typ", font_paths=fonts, sys_inputs={"figures": figures})
        # "unknown font family" is no news: machines without Noto are meant to draw too.
        svgs = _pages(compiler.compile_with_warnings(format="svg")[0])
        pngs = _pages(compiler.compile_with_warnings(format="png", ppi=PPI)[0])
    return [
        {"png": base64.b64encode(png).decode(), "svg": base64.b64encode(svg).decode()}
        for png, svg in zip(pngs, svgs, strict=True)
    ]


def _pages(compiled: bytes | list[bytes] | None) -> list[bytes]:
    return compiled if isinstance(compiled, list) else [compiled or b""]


if __name__ == "__main__":
    if sys.platform != "win32":
        signal.alarm(LIFETIME)
    figures = sys.stdin.buffer.read().decode()
    json.dump(render(figures, *sys.argv[1:]), sys.stdout)
