"""Settings as typed values, from the environment or one TOML file. What is unknown is refused."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError


class BadSettings(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it and the mend."""


class Settings(BaseModel):
    """Everything an installation can be told. Field names are the names of the variables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    OPERANT_HOME: Path = Field(
        default_factory=lambda: Path.cwd() / ".operant",
        description="Folder for everything this installation keeps: database, files, keys, logs.",
    )
    HOST: str = Field("127.0.0.1", description="Address the web server binds to. 0.0.0.0 opens it to the network.")
    PORT: int = Field(8000, ge=1, le=65535, description="Port the web server binds to.")
    PUBLIC_URL: str = Field(
        "", pattern=r"^(https?://[^/\s]+)?$",
        description="Address that people and screens use, for example https://operant.example.com. "
        "Empty: worked out from HOST and PORT.",
    )
    DATABASE_URL: str = Field(
        "", description="PostgreSQL 15 or newer to use instead of the embedded one. Alone, it names a role that may "
        "create roles and databases, and Operant makes its own roles there; beside DATABASE_OWNER_URL it names the "
        "serving role.",
    )
    DATABASE_OWNER_URL: str = Field("", description="The schema owner's connection, held by `operant migrate` only.")
    DATABASE_INGEST_URL: str = Field(
        "", description="The connection of ot_ingest, which writes samples in batches. Needed only beside "
        "DATABASE_OWNER_URL; without it each heartbeat is a transaction of its own."
    )
    DATABASE_DIRECT_URL: str = Field(
        "", description="A connection past any pooler, for LISTEN. Needed only behind a pooler in transaction mode."
    )
    OPERANT_POSTGRES_BIN: str = Field("", description="Folder with initdb and postgres, instead of the bundled one.")
    OPERANT_SIGN_UP: Literal["", "open", "invited", "nobody"] = Field(
        "", description="Who may sign up. Empty: open on a local address, otherwise invited."
    )
    OPERANT_SIGN_UP_DAYS: int = Field(
        0, ge=0, description="Days that the record of sign-ups is kept: network address, verdict and a keyed hash of the mail "
        "address, no name. 0 keeps it for ever, which is what holds back spam."
    )
    OPERANT_COOKIE_PREFIX: Literal["", "__Secure-"] = Field("", description="Prefix of the session cookie's name.")
    OPERANT_COOKIE_DOMAIN: str = Field(
        "", description="Parent domain of the session cookie when products have subdomains. Where browsers would refuse it "
        "(localhost, an address in numbers, a public suffix like co.uk) the cookie is the host's alone, and `operant up` says so."
    )
    OPERANT_OIDC_ISSUER: str = Field(
        "", pattern=r"^(https://[^/\s?#]+[^\s?#]*|http://(127\.0\.0\.1|localhost)(:\d+)?[^\s?#]*)?$",
        description="Address of an identity provider that people can sign in with (OpenID Connect), exactly as it calls "
        "itself, for example https://login.example.com/realms/staff. Empty: passwords and passkeys only.",
    )
    OPERANT_OIDC_CLIENT_ID: str = Field("", description="What this installation is called at the identity provider.")
    OPERANT_OIDC_CLIENT_SECRET: str = Field("", description="The secret it shows there.")
    OPERANT_OIDC_NAME: str = Field(
        "single sign-on", min_length=1, max_length=40,
        description="What the identity provider is called on the button: Sign in with …",
    )
    OPERANT_OIDC_DOMAINS: str = Field(
        "", description="Mail domains of those who may come from the identity provider, with commas between, for example "
        "example.com, example.org. Empty: any."
    )
    OPERANT_OIDC_TRUSTED: bool = Field(
        False, description="Believe the identity provider which mail address somebody has: whoever it says has the address "
        "of an account here is let into it without having signed in here before. Needs OPERANT_OIDC_DOMAINS."
    )
    OPERANT_OIDC_SECOND_FACTOR: Literal["house", "provider"] = Field(
        "house", description="Who asks for the second factor of those who come from the identity provider: Operant, of "
        "everybody who has one or must have one here, or the provider alone."
    )
    OPERANT_TRUSTED_PROXIES: int = Field(
        0, ge=0, le=8, description="How many proxies stand in front and set X-Forwarded-For."
    )
    OPERANT_PLACES_FILE: str = Field(
        "", description="File (MMDB) that says in which country an address is, for the list of sign-ins; nobody is asked. "
        "Empty: the one that comes with this version of Operant. Read once, when a process starts."
    )
    OPERANT_PRIVATE_NETWORKS: str = Field(
        "", description="Private networks and addresses that data sources may be in, separated by commas, for example "
        "10.1.0.0/16, 192.168.7.20. This machine itself only as an address with a port: 127.0.0.1:5433.",
    )
    OPERANT_FILE_LIMIT_MB: int = Field(500, ge=1, description="Largest upload, in MB.")
    OPERANT_FILE_QUOTA_MB: int = Field(5000, ge=1, description="Files one organization may keep, in MB.")
    OPERANT_SOURCE_VERSIONS: int = Field(
        10, ge=0, le=100, description="Earlier versions that are kept of each uploaded file and each dataset that is replaced. "
        "They count against the quota."
    )
    OPERANT_API_PER_MINUTE: int = Field(600, ge=1, description="Requests that one API token may make in a minute.")
    OPERANT_LOG: Literal["", "json", "text"] = Field(
        "", description="How logs are written: one JSON object a line, or text for people. Empty: text on a terminal and "
        "on a local address, otherwise JSON."
    )
    OPERANT_METRICS_TOKEN: str = Field(
        "", pattern=r"^(\S{16,})?$", description="Whoever shows it as a bearer token may read /metrics; 16 signs or more."
    )
    OPERANT_METRICS_FROM: str = Field(
        "", description="Addresses and networks that may read /metrics, with commas between, for example "
        "10.0.0.5,192.168.7.0/24. Programs on the machine itself may in any case."
    )
    OPERANT_DEBUG: bool = Field(False, description="Show tracebacks and developer pages. Never in production.")
    SMTP_URL: str = Field(
        "", pattern=r"^(smtps?://.+)?$",
        description="Mail server, for example smtp://user:password@mail.example.com:587. "
        "Empty: mail is kept in the outbox.",
    )
    MAIL_FROM: str = Field("Operant <operant@localhost>", description="Sender of the mails this installation writes.")

    @field_validator("OPERANT_METRICS_FROM")
    @classmethod
    def _networks(cls, named: str) -> str:
        for each in listed(named):
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise PydanticCustomError("network", "{why}", {"why": str(error)}) from None
        return named

    @model_validator(mode="after")
    def _whole_provider(self) -> "Settings":
        if self.OPERANT_OIDC_ISSUER and not (self.OPERANT_OIDC_CLIENT_ID and self.OPERANT_OIDC_CLIENT_SECRET):
            raise PydanticCustomError("oidc", "OPERANT_OIDC_ISSUER needs OPERANT_OIDC_CLIENT_ID and OPERANT_OIDC_CLIENT_SECRET")
        if self.OPERANT_OIDC_TRUSTED and not listed(self.OPERANT_OIDC_DOMAINS):
            raise PydanticCustomError("oidc", "OPERANT_OIDC_TRUSTED needs OPERANT_OIDC_DOMAINS")
        return self


@dataclass(frozen=True)
class Provider:
    """An identity provider that people can sign in with (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    domains: frozenset[str] = frozenset()
    is_trusted: bool = False
    asks_second_factor: bool = False


def oidc(settings: Settings) -> Provider | None:
    """Return the identity provider that is set, if one is."""
    if not settings.OPERANT_OIDC_ISSUER:
        return None
    return Provider(
        settings.OPERANT_OIDC_ISSUER, settings.OPERANT_OIDC_CLIENT_ID, settings.OPERANT_OIDC_CLIENT_SECRET,
        settings.OPERANT_OIDC_NAME, frozenset(each.lower() for each in listed(settings.OPERANT_OIDC_DOMAINS)),
        settings.OPERANT_OIDC_TRUSTED, settings.OPERANT_OIDC_SECOND_FACTOR == "provider",
    )


def places_file(settings: Settings) -> Path:
    """Return the file that says in which country an address is: the one that is named, or the one that came along."""
    return Path(settings.OPERANT_PLACES_FILE or Path(__file__).resolve().parents[3] / "build" / "places.mmdb")


def listed(named: str) -> list[str]:
    """Return the entries of a setting that takes several, with commas between."""
    return [each.strip() for each in named.split(",") if each.strip()]


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """Return name, value and meaning of each setting, as it may be read on a page: of secrets only whether they are set."""
    return [
        (name, _told(name, getattr(settings, name)), field.description or "") for name, field in Settings.model_fields.items()
    ]


SECRETS = frozenset(
    {
        "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_INGEST_URL", "DATABASE_DIRECT_URL", "SMTP_URL",
        "OPERANT_METRICS_TOKEN", "OPERANT_OIDC_CLIENT_SECRET",
    }
)  # fmt: skip
_PREFIX = "OPERANT_"
_ASIDE = frozenset({"OPERANT_CONFIG", "OPERANT_AS_OWNER", "OPERANT_POOL", "OPERANT_TERMINAL"})


@cache
def load() -> Settings:
    """
    Return this process's settings.

    :raises BadSettings: naming the first wrong setting and what it may be.
    """
    return read(os.environ)


def read(environ: Mapping[str, str]) -> Settings:
    """
    Read settings from `environ` and the TOML file it names (`OPERANT_CONFIG`, or operant.toml in OPERANT_HOME).

    :raises BadSettings: naming the first wrong setting and what it may be.
    """
    values = {**_from_file(environ), **_from_environment(environ)}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise BadSettings(_sentence(error)) from None


def _told(name: str, value: object) -> str:
    if name in SECRETS:
        return "set, and secret" if value else ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _from_file(environ: Mapping[str, str]) -> dict[str, object]:
    named = environ.get("OPERANT_CONFIG")
    path = Path(named) if named else Path(environ.get("OPERANT_HOME") or Path.cwd() / ".operant") / "operant.toml"
    if not path.exists():
        if named:
            raise BadSettings(f"OPERANT_CONFIG names {path}, which does not exist.")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} is not valid TOML: {error}.") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in environ.items():
        base = name.removesuffix("_FILE")
        if name in Settings.model_fields:
            found[name] = value
        elif base in SECRETS and base != name:
            found[base] = _secret(name, value)
        elif name.startswith(_PREFIX) and name not in _ASIDE:
            raise BadSettings(f"{name} is not a setting of Operant. docs/reference/settings.md lists them all.")
    return {name: value for name, value in found.items() if value != ""}


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSettings(f"{name} names {path}, which cannot be read: {error.strerror}.") from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{name} is not a setting of Operant. docs/reference/settings.md lists them all."
    if not name:
        # Of several settings together: the sentence names them, and no value.
        return f"{first['msg']}."
    shown = "(a secret)" if name in SECRETS else repr(first["input"])
    return f"{name} cannot be {shown}: {first['msg'][0].lower()}{first['msg'][1:]}."
