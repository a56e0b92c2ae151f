"""Simulated time: it stands still unless somebody advances it."""

from datetime import datetime

import simcord


class SimulatedClock:
    """Reads ``starts`` (aware) when it is bound, and goes on with the simulated Discord's own clock."""

    def __init__(self, starts: datetime) -> None:
        self._now = starts
        self._env: simcord.Env | None = None

    def bind(self, env: simcord.Env) -> None:
        """Begin to run: until then it reads ``starts``."""
        if self._env is not env:
            self._offset = self._now - env.now()
            self._env = env

    def now(self) -> datetime:
        """Aware, in UTC."""
        return self._env.now() + self._offset if self._env else self._now
