"""What `operant up` says when the house is open."""

from operant.cli import passwords
from operant.cli.commands.demo import ROLE
from operant.config import addresses
from operant.config.env import Settings


def text(settings: Settings) -> str:
    """Return the address, the demo's sign-in if there is a demo, and the next three things to try."""
    address = addresses.public_url(settings)
    lines = ["", f"  Operant is open at {address}", ""]
    if passwords.kept(settings.OPERANT_HOME, ROLE).exists():
        from operant import demo

        secret = passwords.password(settings.OPERANT_HOME, ROLE)
        lines += [f"  Sign in to the demo as {demo.SIGN_IN} with the password {secret}", ""]
    lines += ["  Try next:", *_next(address), ""]
    if settings.OPERANT_COOKIE_DOMAIN and addresses.cookie_domain(settings) is None:
        lines += [f"  Sessions are this host's alone: browsers keep no cookie of {settings.OPERANT_COOKIE_DOMAIN}.", ""]
    if settings.HOST in addresses.LOOPBACK:
        lines += ["  Only this machine can reach it. For a TV in your network: make run HOST=0.0.0.0", ""]
    return "\n".join([*lines, "  Ctrl-C stops everything.", ""])


def _next(address: str) -> list[str]:
    return [
        f"    1. Open {address} and look at a dashboard, or sign up and upload a CSV file of your own",
        "    2. Change a number tile in the editor and publish it",
        f"    3. Open {address}/tv in a second window, and pair that screen with the code it shows",
    ]
