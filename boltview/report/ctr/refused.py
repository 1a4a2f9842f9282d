"""The end of a command that `ctr` would end with an error too."""


class Refused(Exception):
    """There is no answer; the message says why.

    Attributes:
        code: the exit code; 1 for what is not found.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
