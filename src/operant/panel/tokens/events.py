from operant.platform.events import Event, Personal, Told


class TokenMade(
    Event, name="tokens.token.made",
    told=Told(
        audit="{made_by} made the API token {name} for {acts_for}, with {scopes}", notify="tokens.manage_tokens",
        category="programs", live=("tokens",), public=True,
    ),
):
    """A token was made, with which a program may do what its scopes say."""

    token_id: str
    name: str
    scopes: str
    made_by: Personal
    acts_for: Personal = "themselves"


class TokenRevoked(
    Event, name="tokens.token.revoked",
    told=Told(
        audit="{revoked_by} revoked the API token {name}", notify="tokens.manage_tokens", category="programs",
        live=("tokens",), public=True,
    ),
):
    """A token was revoked; whatever shows it is refused from then on."""

    token_id: str
    name: str
    revoked_by: Personal
