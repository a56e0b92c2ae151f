"""The bots that are measured, each a program: `python -m benchmarks.peers.NAME URL FOLDER`."""

QUESTION = "When should the next webinar be?"
OPTIONS = ("Tuesday morning", "Tuesday evening", "Thursday morning", "Thursday evening")
"""What every one of them asks."""
