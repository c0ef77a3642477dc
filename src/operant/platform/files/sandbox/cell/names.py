"""Names of columns as an answer has them: none twice."""


def distinct(names: list[str]) -> list[str]:
    """Return the names with a number behind each that came before."""
    seen: set[str] = set()
    told = []
    for name in names:
        number, candidate = 2, name
        while candidate in seen:
            number, candidate = number + 1, f"{name}_{number}"
        seen.add(candidate)
        told.append(candidate)
    return told
