"""A report is made while people vote: of a session like the real one, and of one with ten thousand people."""

import asyncio
import shutil
import time
from pathlib import Path
from tempfile import mkdtemp

import psutil

from benchmarks.bench import Bench
from benchmarks.crowd import COMMENTS, PEOPLE, POLLS, finished
from benchmarks.findings import Finding, Goal, counted
from benchmarks.load import PATIENCE, Run, offered
from benchmarks.peers.watched import HELD_UP
from benchmarks.process import WATCHED, Peer, running
from benchmarks.seed import copied
from benchmarks.standin.payloads import OFFICE

RATE = 100
BESIDE = f"with {RATE} votes a second beside it"
LOOK = 0.02
GIVEN_UP = 120.0
"""Seconds after which there is no report to come."""


async def report(bench: Bench) -> list[Finding]:
    """How long until it is posted with all its files, what it takes, and what the bot's loop notices of it."""
    usual = await _made(bench, 4.0, (122, 2, 60))
    crowd = await _made(bench, 30.0, (PEOPLE, POLLS, COMMENTS))
    many = f"report of {PEOPLE:,} people, {POLLS} polls, {COMMENTS:,} comments"
    return [
        Finding("report of 122 people, 2 polls, 60 comments: seconds", BESIDE, [usual[0]], Goal(3)),
        Finding(f"{many}: seconds", BESIDE, [crowd[0]], Goal(20)),
        Finding(f"{many}: MB", "the process beside the bot's", [crowd[1]], Goal(400)),
        Finding("meanwhile: the loop held up, ms", "the longest, by its own processor time", [crowd[2]], Goal(50)),
        counted("meanwhile: late votes", [crowd[3]], f"of {crowd[4]:,}", Goal(0)),
    ]


async def _made(bench: Bench, seconds: float, crowd: tuple[int, int, int]) -> tuple[float, float, float, int, int]:
    """Seconds until the report is there, megabytes of its process, milliseconds of hold-up, late votes, all votes."""
    folder = Path(mkdtemp(dir=bench.folder)) / "watched"
    await asyncio.to_thread(copied, bench.seed, folder)
    await asyncio.to_thread(finished, folder, *crowd)
    began = time.perf_counter()
    try:
        async with running(WATCHED, folder) as peer:
            voting = asyncio.create_task(offered(peer, RATE, seconds))
            memory = await _until_posted(peer)
            took = time.perf_counter() - peer.ready_at
            run = await voting
            return took, memory, _held_up(folder, began), _late(run), len(run.clicks)
    finally:
        shutil.rmtree(folder.parent)


async def _until_posted(peer: Peer) -> float:
    """Wait for the report in the organisers' channel; the most megabytes that a process beside the bot's had."""
    most, gave_up = 0.0, time.perf_counter() + GIVEN_UP
    while not _posted(peer):
        if time.perf_counter() > gave_up:
            raise RuntimeError(f"no report came: {peer.log.read_text('utf-8')[-2000:]}")
        most = max([most, *(_resident(each) for each in peer.children())])
        await asyncio.sleep(LOOK)
    return most


def _posted(peer: Peer) -> bool:
    said = peer.standin.messages.history(str(OFFICE), before=1 << 63, after=0, limit=50)
    return any("## Report of 2 of" in str(each) for each in said)


def _resident(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / (1 << 20)
    except psutil.NoSuchProcess:
        return 0.0


def _held_up(folder: Path, since: float) -> float:
    lines = (line.split() for line in (folder / HELD_UP).read_text("utf-8").splitlines())
    return 1000 * max((float(took) for when, took in lines if float(when) > since), default=0.0)


def _late(run: Run) -> int:
    return sum(not each.answered or each.answered - each.at > PATIENCE for each in run.clicks)
