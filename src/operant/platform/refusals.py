"""Business failures: a sentence for people and a status for programs."""


class Refusal(Exception):
    """A request that was understood and is declined; `sentence` says why and what to do."""

    status = 409
    code = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(Refusal):
    """The person may not do this here."""

    status = 403
    code = "not_allowed"


class NotFound(Refusal):
    """There is no such thing, or it belongs to somebody else: nobody can tell which."""

    status = 404
    code = "not_found"


class Gone(Refusal):
    """It existed and has ended: expired, revoked or used."""

    status = 410
    code = "gone"


class Invalid(Refusal):
    """The input is well-formed but cannot be accepted."""

    status = 422
    code = "invalid"


class TooMany(Refusal):
    """Tried too often; `retry_after` is in seconds."""

    status = 429
    code = "too_many"

    def __init__(self, sentence: str, *, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
