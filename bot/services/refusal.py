"""Saying no to a person."""


class Refusal(Exception):  # noqa: N818  (it is an answer, not an error)
    """The sentence a person is shown when what they asked cannot be done.

    Nothing was changed. Anything else that is raised is a bug: it is logged and the person is shown
    a reference to the log line, never the exception.
    """

    def __init__(self, sentence: str, /, *details: str) -> None:
        """``details`` are further lines, one problem each, for a file with several mistakes in it."""
        super().__init__("\n".join((sentence, *(f"- {detail}" for detail in details))))
