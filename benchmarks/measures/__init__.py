"""What is measured: each takes a bench and gives findings."""

from collections.abc import Awaitable, Callable

from benchmarks.bench import Bench
from benchmarks.findings import Finding
from benchmarks.measures.burst import burst
from benchmarks.measures.calm import calm
from benchmarks.measures.memory import memory
from benchmarks.measures.overload import overload
from benchmarks.measures.report import report
from benchmarks.measures.room import room
from benchmarks.measures.size import size
from benchmarks.measures.sustained import sustained

MEASURES: dict[str, Callable[[Bench], Awaitable[list[Finding]]]] = {
    "sustained": sustained,
    "burst": burst,
    "overload": overload,
    "size": size,
    "calm": calm,
    "memory": memory,
    "room": room,
    "report": report,
}
