from bot.rehearsal.room import Room, said, text_of


async def test_open(live: Room) -> None:
    print(await live.command("poll open", question="Which way?", options="Left|Right"))
    for m in live.channel.history():
        print(text_of(m)); print("======")
    ana = live.member("Ana Attendee")
    print(await live.vote(ana, 1, 0))
    await live.repaint()
    print(text_of(live.board("Poll 1")))
    print(await live.command("poll close"))
    print(text_of(live.board("Poll 1, results")))
    print(text_of(live.board("Poll 1, closed")))
    print(await live.command("session status"))
    print(await live.command("agenda"))
    print(await live.finish_session())
    print(text_of(live.board("Summary")))
    print(text_of(live.board("Report of")))
