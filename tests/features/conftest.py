"""Who comes to the features' rooms."""

import pytest
from simcord import MemberActor

from bot.rehearsal.room import Room
from bot.settings import Settings


@pytest.fixture
def ana(room: Room) -> MemberActor:
    """Somebody in the audience."""
    return room.member("Ana Attendee")


@pytest.fixture
def bo(room: Room) -> MemberActor:
    """Somebody else."""
    return room.member("Bo Attendee")


@pytest.fixture
def reading(settings: Settings) -> Settings:
    """The settings of a bot that may read messages."""
    return settings.model_copy(update={"discord": settings.discord.model_copy(update={"read_messages": True})})
