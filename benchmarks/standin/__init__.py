"""A stand-in Discord for measuring: real sockets, and a small fraction of what the bot costs.

The tests have another one (`tests/standin`), and they stay apart. That one is for being right: it checks every body,
keeps every answer, replays what was missed, can be made to fail, and spends on a click about as much as the bot does,
so that half of what it measured would be itself. This one takes everything for right that it does not have to look
at, keeps nothing of a click that was answered, and is written against bytes.
"""
