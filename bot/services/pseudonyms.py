"""Who voted, without saying who: a name under a key that does not outlive the poll."""

from hashlib import blake2b
from secrets import token_bytes

KEY = 32
"""How many random bytes a poll's key has."""


def new_key() -> bytes:
    """A key for one poll."""
    return token_bytes(KEY)


def pseudonym(key: bytes, person: int) -> int:
    """What stands for the person in the poll of that key: 64 bits, signed, as the databases hold integers.

    While the key is there it is the same each time, so that an answer can be changed and none counts twice. Without
    it nobody can tell, not even by trying everybody in the server.
    """
    digest = blake2b(person.to_bytes(8, "big"), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
