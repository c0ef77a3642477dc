"""
Which minor releases of PostgreSQL mended which holes that matter to a program with row security, and until when Python
is mended. Compared with postgresql.org/support/security and devguide.python.org/versions on the day of `AS_OF`.
"""

from datetime import date

AS_OF = date(2026, 11, 22)
STALE_DAYS = 180
PYTHON_ENDS = {(3, 11): date(2027, 10, 31), (3, 12): date(2028, 10, 31), (3, 13): date(2029, 10, 31), (3, 14): date(2030, 10, 31)}

# Oldest first. For each hole, the first minor release of every major version that is without it.
MENDED = (
    ("CVE-2026-2006", "a crafted text runs code on the server", {18: 2, 17: 8, 16: 12, 15: 16}),
    ("CVE-2026-6473", "a crafted value writes past its memory", {18: 4, 17: 10, 16: 14, 15: 18}),
    (
        "CVE-2026-16239",
        "a cursor that is declared anew runs code on the server",
        {18: 6, 17: 11, 16: 15, 15: 19},
    ),
    # Not ours to fear: a house test keeps us off ON CONFLICT without the organization.
    ("CVE-2026-120154", "INSERT … ON CONFLICT reads past row security", {18: 7, 17: 12, 16: 16, 15: 20}),
)


def holes(server_version: int) -> list[tuple[str, str, str]]:
    """Return name, meaning and mending release of what this server (``server_version_num``) is open to."""
    major, minor = divmod(server_version, 10000)
    return [
        (name, meaning, f"{major}.{fixed[major]}")
        for name, meaning, fixed in MENDED
        if major in fixed and minor < fixed[major]
    ]
