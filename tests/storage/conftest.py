"""The database as it is in the program."""

from collections.abc import Iterator

import pytest

from tests.quick import threaded


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """With the threads of its driver."""
    with threaded():
        yield
