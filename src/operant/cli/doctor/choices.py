"""Settings that do not fit together, and names that are nearly settings."""

import difflib
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from operant.cli.doctor import Finding, Findings
from operant.config import addresses, databases
from operant.config.env import SECRETS, Settings
from operant.platform.observing import versions


def contradictions(settings: Settings) -> Findings:
    """Find settings that cannot both be meant."""
    public = addresses.public_url(settings)
    host = urlsplit(public).hostname or ""
    if settings.DATABASE_OWNER_URL and not settings.DATABASE_URL:
        yield Finding(
            "settings.owner_alone", "error", "DATABASE_OWNER_URL is set and DATABASE_URL is not: the embedded database serves.",
            "Set both, or neither.",
        )  # fmt: skip
    elif databases.ingest(settings) is None:
        yield Finding(
            "settings.ingest", "warning", "DATABASE_URL and DATABASE_OWNER_URL are set and DATABASE_INGEST_URL is not: each "
            "heartbeat of each screen is a transaction of its own.", "Set DATABASE_INGEST_URL to the connection of ot_ingest, "
            "which `operant init` makes when it runs once with an administrator's address.",
        )  # fmt: skip
    if settings.OPERANT_COOKIE_PREFIX and not public.startswith("https://"):
        yield Finding(
            "settings.cookie_prefix", "error", f"Browsers refuse a {settings.OPERANT_COOKIE_PREFIX} cookie at {public}: "
            "nobody can sign in.", "Set PUBLIC_URL to an https:// address, or unset OPERANT_COOKIE_PREFIX.",
        )  # fmt: skip
    if settings.OPERANT_COOKIE_DOMAIN and addresses.cookie_domain(settings) is None:
        yield Finding(
            "settings.cookie_domain", "warning", f"Browsers keep no cookie of {settings.OPERANT_COOKIE_DOMAIN} that {host} "
            "sends, so sessions are that host's alone.",
            "Set OPERANT_COOKIE_DOMAIN to a parent of PUBLIC_URL's name, or unset it.",
        )  # fmt: skip
    if settings.OPERANT_FILE_LIMIT_MB > settings.OPERANT_FILE_QUOTA_MB:
        yield Finding(
            "settings.files", "warning", "One upload may be larger than all files of an organization together.",
            "Lower OPERANT_FILE_LIMIT_MB or raise OPERANT_FILE_QUOTA_MB.",
        )  # fmt: skip
    if settings.OPERANT_SIGN_UP == "open" and not addresses.is_local(settings):
        yield Finding(
            "settings.open_sign_up", "note", f"Everybody who reaches {public} may sign up.",
            "Set OPERANT_SIGN_UP=invited where that is not meant.",
        )  # fmt: skip


def misspelled(settings: Settings) -> Findings:
    """Find variables that are nearly a setting: nothing reads them."""
    yield from nearly(os.environ)


def nearly(environ: Mapping[str, str]) -> Findings:
    """Return a finding for each name that somebody may have meant as one of ours."""
    ours = {*Settings.model_fields, *(f"{name}_FILE" for name in SECRETS)}
    for name in sorted(set(environ) - ours):
        if close := difflib.get_close_matches(name, ours, n=1, cutoff=0.86):
            what = f"{name} is set, and nothing reads it."
            yield Finding("settings.misspelled", "warning", what, f"If you meant {close[0]}, rename it.")


def releases(settings: Settings) -> Findings:
    """Find what gets no security updates any more, and a list that is too old to know."""
    today = datetime.now(UTC).date()
    running = sys.version_info[:2]
    ends = versions.PYTHON_ENDS.get(running)
    if ends and ends < today:
        what = f"Python {running[0]}.{running[1]} gets no security updates since {ends}."
        yield Finding("python.ended", "warning", what, "Install a newer Python, and run `make run` again.")
    if (today - versions.AS_OF).days > versions.STALE_DAYS:
        what = f"This release knows holes of PostgreSQL up to {versions.AS_OF}, and newer ones may concern you."
        yield Finding("versions.stale", "note", what, "Update Operant, and compare postgresql.org/support/security.")
