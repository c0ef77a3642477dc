"""The browser and system that a User-Agent names, in words. The one place that knows ua-parser."""

import ua_parser

LONGEST = 60


def words(agent: str) -> tuple[str, str]:
    """Return the browser and the system in a User-Agent, each empty when it names none that is known."""
    if not agent:
        return "", ""
    browser, system = ua_parser.parse_user_agent(agent), ua_parser.parse_os(agent)
    return _family(browser), _family(system)


def _family(found: ua_parser.UserAgent | ua_parser.OS | None) -> str:
    return found.family[:LONGEST] if found else ""
