"""What no honest client sends: clicks and forms with custom_ids and values that were never offered."""

from discord import InteractionType, Permissions
from simcord import MemberActor

from bot.rehearsal.room import Room, said

FOR_EVERYBODY = ["about-me", "agenda", "ask", "mine", "offer", "offers", "privacy"]
"""The commands that attendees see."""


def impostor(room: Room) -> MemberActor:
    """Somebody whom Discord shows the hosts' commands, and who is no host."""
    return room.member("Ivy Impostor", room.guild.create_role("Stewards", permissions=Permissions(manage_events=True)))


async def click(room: Room, who: MemberActor, custom_id: str, *values: str) -> str:
    """Press a button, or with ``values`` pick in a menu, that stands nowhere. What the bot answers."""
    data = {"custom_id": custom_id, "component_type": 3, "values": list(values)} if values else None
    data = data or {"custom_id": custom_id, "component_type": 2}
    return said(await who._dispatch_interaction(InteractionType.component.value, room.channel, data))


async def form(room: Room, who: MemberActor, custom_id: str, /, **fields: str) -> str:
    """Send a form that was never shown. What the bot answers."""
    filled = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}} for name, value in fields.items()
    ]
    data = {"custom_id": custom_id, "components": filled}
    return said(await who._dispatch_interaction(InteractionType.modal_submit.value, room.channel, data))
