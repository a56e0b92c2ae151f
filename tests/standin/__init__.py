"""A stand-in Discord over real sockets, for what the simulated one in this process cannot show.

`server.StandIn` serves REST and the gateway on the loopback and lets tests act as people; `process.Bots` runs the
real bot against it in processes of their own, to be killed at a chosen request. What is said there (messages,
events, the list of commands) outlives the bot. What it does not know, it refuses and notes in `StandIn.unknown`.
"""
