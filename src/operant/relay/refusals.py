"""What a device is told when its credential is not accepted. The player reads the code, people read the sentence."""

from operant.platform.refusals import Refusal


class Expired(Refusal):
    """The access token is missing, forged or too old: a new one is to be had with the refresh token."""

    status = 401
    code = "expired"

    def __init__(self) -> None:
        super().__init__("The access token is not valid any more. Ask for a new one with the refresh token.")


class Unpaired(Refusal):
    """The screen was unpaired, or its refresh token was never ours."""

    status = 401
    code = "unpaired"

    def __init__(self) -> None:
        super().__init__("This screen is not paired any more. Pair it again with the code it shows.")


class Replaced(Refusal):
    """Another device took this one's place."""

    status = 401
    code = "replaced"

    def __init__(self) -> None:
        super().__init__("Another device took the place of this one. Pair it again as a screen of its own.")


class TooLarge(Refusal):
    """The body is longer than anything a screen has to say."""

    status = 413
    code = "too_large"
