"""What could not be delivered outside Discord, told to the hosts, who can have it sent again."""

from bot.boards import paints
from bot.client import Plenary
from bot.controls import control
from bot.features import Feature, Interaction
from bot.layout import Painting, button, row, safe, text
from bot.replies import say
from bot.stage import here
from bot.storage.boards import Board

AGAIN = "delivery:1:{delivery}:again"

WHAT = {"report.drafted": "The draft report", "report.published": "The published report"}


class DeliveriesCog(Feature):
    @paints("delivery")
    async def paint_delivery(self, board: Board) -> Painting:
        delivery, session = await self.bot.services.deliveries.get(board.subject)
        what = f"{WHAT[delivery.event.partition(':')[0]]} of session {session.number}"
        heading, why = "## Please note", safe(delivery.problem)
        match delivery.state:
            case "sent":
                lines = ["## Delivered", f"{what} has been sent to “{delivery.webhook}” after all."]
            case "failed":
                lines = [heading, f"{what} could not be sent to “{delivery.webhook}”: {why}."]
            case "unsure":
                look = "It may have arrived: look there first, else it stands there twice."
                lines = [heading, f"I do not know whether {what.lower()} reached “{delivery.webhook}”: {why}. {look}"]
            case "waiting" | "sending":
                tried = f" It could not be sent so far: {why}. I go on trying." if why else ""
                return Painting((text(heading, f"{what} is being sent to “{delivery.webhook}” again.{tried}"),))
        again = () if delivery.state == "sent" else (row(button("Send again", AGAIN.format(delivery=delivery.id))),)
        return Painting((text(*lines), *again), final=True)

    @control(AGAIN)
    async def again(self, interaction: Interaction, delivery: int) -> None:
        await self.bot.stage.require_host(interaction)
        await self.bot.services.deliveries.again(here(interaction).id, delivery, self.bot.clock.now())
        await say(interaction, "It is being sent again.")


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(DeliveriesCog(bot))
