"""Plenary, as `plenary run` runs it."""

import os
import sys
from pathlib import Path

from benchmarks.peers.redirect import redirect
from bot import __main__ as program
from bot.settings import TOKEN_VARIABLE

if __name__ == "__main__":
    redirect(sys.argv[1])
    os.environ[TOKEN_VARIABLE] = "token"
    program.app(["run", "--config", str(Path(sys.argv[2]) / "config.toml")])
