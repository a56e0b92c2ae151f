"""Work that is done in a short-lived process beside the bot's: what it needs of memory is gone with it."""

import asyncio
import logging
import sys
from pathlib import Path

log = logging.getLogger(__name__)

SECONDS = 30.0

_HOME = Path(__file__).parents[2]


async def made_by(module: str, *order: str, of: bytes, seconds: float = SECONDS) -> bytes:
    """What the module, run as a program, makes ``of`` its input.

    Raises RuntimeError, with the end of what it said, where it fails or takes over ``seconds``. What it complains of
    without failing is logged.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *order),
        cwd=_HOME,  # so that the module is found wherever the bot was started
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            answer, complaint = await process.communicate(of)
    except TimeoutError:
        raise RuntimeError(f"{module} was not done within {seconds:g} s.") from None
    finally:
        if process.returncode is None:  # out of time, or we were cancelled
            process.kill()
            await process.communicate()
    tail = complaint.decode(errors="replace")[-2000:]
    if process.returncode:
        raise RuntimeError(f"{module} failed (exit status {process.returncode}): {tail}")
    if tail:
        log.warning("%s made it, but said: %s", module, tail)
    return answer
