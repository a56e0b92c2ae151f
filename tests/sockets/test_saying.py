"""Killed while people talk: in their breakout rooms, in the review, in the chat. Nothing lost, nothing twice."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from bot import boards
from bot.rooms import Rooms
from tests.sockets.show import nothing_twice, open_poll, painted, rows, start_session, voting
from tests.standin.faults import CALLBACK, POST
from tests.standin.gateway import CONTENT
from tests.standin.interactions import Answers
from tests.standin.payloads import JSON
from tests.standin.people import Act
from tests.standin.process import Bots
from tests.standin.reading import text_of
from tests.standin.server import StandIn
from tests.standin.world import Person

QUICK = "tests.sockets.test_saying:quick"

THREADS = r"/channels/\d+/threads"
MEMBERS = r"/channels/\d+/thread-members/\d+"
CHANNEL = r"/channels/\d+"

GROUPS = 4
AUDIENCE = 40

FIRST, SECOND = '"review:2:1:0"', '"review:2:1:1"'
"""What only the one and the other board of the review hold."""

BREAKOUT, COLLATED, ROOM = "## Breakout", "## What the groups bring back", "Until <t:"


def quick() -> None:
    """In the bot's process: look often at what is behind, and paint it soon."""
    boards.APART = timedelta(seconds=0.2)
    for kind in (boards.Painter, Rooms):
        kind._tick.change_interval(seconds=0.1)  # pyright: ignore[reportPrivateUsage]


def groups(bots: Bots) -> dict[str, set[int]]:
    """Who is in each group, by the end of its room's name."""
    found: dict[str, set[int]] = {}
    for group, person in rows(bots, "SELECT group_id, person FROM breakout_members"):
        found.setdefault(f" · {group}", set()).add(person)
    return found


def names(threads: Iterable[JSON]) -> list[str]:
    return sorted(" · " + each["name"].rpartition(" · ")[2] for each in threads)


async def in_rooms(standin: StandIn, bots: Bots) -> None:
    """Wait until everybody has been brought into a room, and it has been said there what to do."""
    await standin.until(lambda: len(groups(bots)) == GROUPS, "the groups")
    wanted = groups(bots)

    def there() -> bool:
        found = [each for each in standin.threads.named(" · ") if standin.posted(int(each["id"]), ROOM)]
        inside = {name: standin.threads.members[int(each["id"])] for each in found for name in names([each])}
        return all(people <= inside.get(name, set()) for name, people in wanted.items())

    await standin.until(there, lambda: f"{wanted}, not {standin.threads.members}")


async def breakout(standin: StandIn) -> tuple[list[Person], Act]:
    """A session with two people for each group who have taken part, and the command that sends them into threads."""
    world = standin.world
    await start_session(standin)
    board = await open_poll(standin)
    votes = [voting(standin, board, f"Person {i}", i % 2) for i in range(2 * GROUPS)]
    people = [each.who for each in await standin.at_once(*votes)]
    opening = {"minutes": 15, "groups": GROUPS, "rooms": "threads", "prompt": "What would you do first?"}
    return people, standin.slash(world.host, world.channel, "breakout open", **opening)


def kept(bots: Bots, kind: str) -> list[tuple[int, str]]:
    """Who has said what of a kind, and it stands."""
    return rows(bots, f"SELECT author, text FROM contributions WHERE kind = '{kind}' AND text != '' ORDER BY 2")


def with_receipts(sent: Iterable[Answers]) -> set[int]:
    """Those who hold a receipt for their words."""
    return {each.who.id for each in sent if received_words(each)}


def received_words(answers: Answers) -> bool:
    return bool(answers.callbacks) and text_of(answers.callbacks[0].get("data") or {}).startswith("Saved")


async def chat(bots: Bots, *words: str) -> None:
    """Wait until that is what has been kept of the chat, each once."""
    for _ in range(100):
        if [each for _, each in kept(bots, "comment")] == list(words):
            return
        await asyncio.sleep(0.05)
    assert [each for _, each in kept(bots, "comment")] == list(words)


def put_away(standin: StandIn) -> bool:
    return not standin.threads.named(archived=False)


async def test_rooms_are_made_and_filled_once_however_often_the_bot_dies_at_it(standin: StandIn, bots: Bots):
    world = standin.world
    bot = await bots.start(before=QUICK)
    _, opening = await breakout(standin)
    never = standin.faults.add("POST", THREADS, "hang")
    opening.send()
    await never.caught()
    await bot.kill()  # one was asked for, and is not there
    assert standin.threads.named() == []

    lost = standin.faults.add("POST", THREADS, "hang", after=True)
    bot = await bots.start(before=QUICK)
    await lost.caught()
    await bot.kill()  # one was made, and the bot was not told
    assert standin.threads.named()

    brought = standin.faults.add("PUT", MEMBERS, "hang", after=True)
    bot = await bots.start(before=QUICK)
    await brought.caught()
    await bot.kill()

    await bots.start(before=QUICK)
    await in_rooms(standin, bots)
    assert names(standin.threads.named()) == sorted(groups(bots))
    never.release()  # what the first one asked for arrives at last
    await standin.until(lambda: never.hits[0].status, "the late one to be served")
    assert len(standin.threads.named(archived=False)) == GROUPS + 1

    await standin.slash(world.host, world.channel, "breakout close")
    await standin.until(lambda: put_away(standin), "every thread to be put away")
    assert all(each["thread_metadata"]["locked"] for each in standin.threads.named())
    assert len(standin.posted(world.channel, BREAKOUT)) == 1
    assert names(each for each in standin.threads.named() if standin.posted(int(each["id"]))) == sorted(groups(bots))
    nothing_twice(standin)


async def test_feedback_and_the_end_of_rooms_outlive_the_bot(standin: StandIn, bots: Bots):
    world = standin.world
    bot = await bots.start(before=QUICK)
    _, opening = await breakout(standin)
    await opening
    await in_rooms(standin, bots)
    board = await standin.board(world.channel, BREAKOUT)
    speakers = [world.people[min(people)] for people in groups(bots).values()]
    forms = await standin.at_once(*(standin.click(who, board, "Send our feedback") for who in speakers))
    sending = [standin.submit(each.who, each, discussed=f"We are {each.who.name}", use="quote") for each in forms]
    lost = standin.faults.add("POST", CALLBACK, "hang", holding="Saved", times=GROUPS - 1)
    sent = [each.send() for each in sending]
    await lost.caught(GROUPS - 1)
    await standin.until(lambda: with_receipts(sent), "a receipt")
    await bot.kill()
    standin.faults.clear()
    assert with_receipts(sent) <= {who for who, _ in kept(bots, "feedback")}

    bot = await bots.start(before=QUICK)
    again = [standin.submit(each.who, each, discussed=f"We are {each.who.name}", use="quote") for each in forms[1:]]
    receipts = await standin.at_once(*again)
    assert all(received_words(each) for each in receipts)
    said = sorted((each.id, f"We are {each.name}") for each in speakers)
    assert sorted(kept(bots, "feedback")) == said
    archiving = standin.faults.add("PATCH", CHANNEL, "hang", after=True)
    standin.slash(world.host, world.channel, "breakout close").send()
    await archiving.caught()
    await bot.kill()
    assert not put_away(standin)

    await bots.start(before=QUICK)
    await standin.until(lambda: put_away(standin), "every thread to be put away")
    collated = await standin.board(world.channel, COLLATED)
    assert all(words in text_of(collated) for _, words in said)
    assert names(standin.threads.named()) == sorted(groups(bots))
    assert len(standin.posted(world.channel, COLLATED)) == 1
    nothing_twice(standin)


async def test_every_answer_to_the_review_with_a_receipt_is_there_after_a_kill(standin: StandIn, bots: Bots):
    world = standin.world
    standin.interactions.patience = 30  # this is not about speed
    bot = await bots.start(before=QUICK)
    await start_session(standin)
    lost = standin.faults.add("POST", POST, "hang", after=True, holding=SECOND)
    standin.slash(world.host, world.channel, "review open").send()
    await lost.caught()
    await bot.kill()
    standin.faults.clear()
    standin.messages.nonce_window = 0

    standin.faults.add("GET", POST, "hang", times=9)  # it is not to know yet that the second board is there
    bot = await bots.start(before=QUICK)
    prompts = [await standin.board(world.channel, prompt) for prompt in ("One thing that I", "One thing that you")]
    people = [world.person(f"Person {i}") for i in range(AUDIENCE)]
    forms = await standin.at_once(
        *(standin.click(who, prompts[i % 2], "Write my answer") for i, who in enumerate(people))
    )
    sent = [standin.submit(each.who, each, words=f"By {each.who.name}", use="themes").send() for each in forms]
    await standin.until(lambda: len(with_receipts(sent)) >= 5, "five receipts")
    await bot.kill()
    standin.faults.clear()
    before = with_receipts(sent)
    assert len(before) < AUDIENCE, "the kill came too late to show anything"
    assert before <= {who for kind in ("takeaway", "improvement") for who, _ in kept(bots, kind)}

    looking, calls = standin.faults.add("GET", POST, "hang"), len(standin.calls)
    await bots.start(before=QUICK)
    await looking.caught()
    await painted(standin, calls, FIRST)  # the second is next
    missing = [each for each in forms if each.who.id not in before]
    again = [standin.submit(each.who, each, words=f"By {each.who.name}", use="themes") for each in missing]
    assert all(received_words(each) for each in await standin.at_once(*again))
    await asyncio.sleep(0.3)
    looking.release()  # what came while it looked for its board has to be on it
    for i, kind in enumerate(("takeaway", "improvement")):
        assert sorted(kept(bots, kind)) == [(who.id, f"By {who.name}") for who in people[i::2]]

    def shown() -> list[str]:
        return [each["id"] for each in standin.posted(world.channel, f"{AUDIENCE // 2} people have answered.")]

    await standin.until(lambda: len(shown()) == len(prompts), "both boards")
    assert shown() == [each["id"] for each in prompts]
    assert len(standin.posted(world.channel, "One thing that")) == len(prompts)
    nothing_twice(standin)


async def test_what_was_said_while_the_bot_was_away_is_caught_up_once(standin: StandIn, bots: Bots):
    world, say = standin.world, standin.messages.write
    standin.gateway.allowed_intents = CONTENT
    settings = bots.settings.read_text("utf-8").replace("[discord]\n", "[discord]\nread_messages = true\n", 1)
    bots.settings.write_text(settings, "utf-8")
    ana, ben = world.person("Ana"), world.person("Ben")

    bot = await bots.start(before=QUICK)
    await start_session(standin)
    await standin.slash(world.host, world.channel, "review open")
    board = await standin.board(world.channel, "One thing that I")
    thread = standin.threads.begin(ana, world.channel, "A talk beside")
    gone = say(ana, world.channel, "First")
    await standin.board(world.channel, "Live now")
    await chat(bots, "First")
    await bot.kill()

    standin.messages.delete(gone)
    for who, where, words in ((ana, thread, "Aside"), (ben, world.channel, "Second"), (ana, world.channel, "Third")):
        say(who, where, words)
    reply = say(ben, world.channel, "To start small", reply_to=board)
    looking = standin.faults.add("GET", POST, "hang")
    bot = await bots.start(ready=False, before=QUICK)
    await looking.caught()
    await bot.kill()
    standin.faults.clear()

    bot = await bots.start(ready=False, before=QUICK)
    await standin.until(lambda: standin.gateway.listeners, "the bot to listen")
    say(ben, world.channel, "Fourth")  # before it is ready
    await chat(bots, "Aside", "Fourth", "Second", "Third")
    await standin.until(lambda: standin.messages.reactions, "the reply to be marked")
    await bot.kill()
    await bots.start(before=QUICK)
    say(ana, world.channel, "Fifth")
    await chat(bots, "Aside", "Fifth", "Fourth", "Second", "Third")
    assert kept(bots, "takeaway") == [(ben.id, "To start small")]
    assert standin.messages.reactions == [(int(reply["id"]), "✅")]
    nothing_twice(standin)
