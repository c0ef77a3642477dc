"""What a token may know of itself."""

from operant.platform import api

from .queries import of

routes = api.Routes("The token")


class Token(api.Shape):
    """The token that was shown."""

    id: api.Id("tok")
    name: str
    scopes: list[str]
    acts_for: str
    role: str
    made_at: api.Instant
    expires_at: api.Instant | None


@routes.get("/token", gives=Token)
def get_token(request):
    """
    Look at the token itself.

    Any token may: what it is called, what it may do and until when. `role` is the most it acts as.
    """
    caller = request.auth
    token = of(caller.client)
    return Token(
        id=token.pk, name=token.name, scopes=token.scopes, acts_for=caller.member.name, role=caller.member.role,
        made_at=token.made_at, expires_at=token.expires_at,
    )  # fmt: skip
