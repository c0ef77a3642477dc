from collections.abc import Iterable
from typing import Any
from uuid import UUID

from operant.platform.holdings import hold

from .models import Token


@hold(
    "tokens", "API tokens that you made; their secrets are kept as hashes.", "tokens_token.made_by_id",
    "tokens_token.maker_id", of_organizations=True,
)  # fmt: skip
def tokens(person_id: UUID) -> Iterable[dict[str, Any]]:
    found = Token.objects.filter(made_by=person_id).order_by("-made_at")
    return found.values("name", "scopes", "role", "made_at", "expires_at", "revoked_at", "used_at")
