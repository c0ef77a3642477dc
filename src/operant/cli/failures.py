"""What a command raises to end with one sentence and an exit code instead of a traceback."""


class Failure(Exception):
    """Something did not hold. The message is one or two sentences: what happened, and what to do."""

    exit_code = 1


class BadInput(Failure):
    """The person who typed the command has to type something else."""

    exit_code = 2
