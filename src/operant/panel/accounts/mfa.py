"""
What we take of `allauth.mfa`: its rows, its stage between password and session, and how it speaks WebAuthn.

Secrets of apps and backup codes are ours (decision 0031): allauth would keep the first in a JSON column that no
rotation of keys reaches, and the second so that whoever has the row has all ten.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

NAME = "Operant"


class MFAAdapter(DefaultMFAAdapter):
    """allauth's doors into this house where it deals with second factors."""

    def encrypt(self, text: str) -> str:
        raise RuntimeError("allauth keeps no secret here: accounts.actions.factors does.")

    def decrypt(self, encrypted_text: str) -> str:
        raise RuntimeError("allauth keeps no secret here: accounts.actions.factors does.")

    def get_totp_issuer(self) -> str:
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": hostname(context.request), "name": NAME}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name or user.email}


def hostname(request: HttpRequest) -> str:
    """Return the name under which this request reached us, without its port."""
    return urlsplit(f"//{request.get_host()}").hostname or ""


def takes_passkeys(request: HttpRequest) -> bool:
    """Return whether a browser makes and shows passkeys here: they need a name, and TLS everywhere but on localhost."""
    name = hostname(request)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return request.is_secure() or name == "localhost"
    return False
