"""Which money the figures of a sheet are, as the number formats of a workbook say."""

import re
from collections import defaultdict
from collections.abc import Iterable
from xml.etree import ElementTree

_SIGN = re.compile(r"\[\$([^\]-]*)(?:-0*([0-9A-Fa-f]*))?\]|([$€£])")
_SIGNS = {"€": "EUR", "£": "GBP"}
# Many countries have dollars: those of the United States are written without saying where, or with the number of that place.
_PLAIN = {None, "", "409"}
_STYLE, _KIND = re.compile(rb'\bs="([0-9]{1,6})"'), re.compile(rb'\bt="(\w+)"')


def currency(code: str) -> str:
    """Return the letters of the currency that a number format writes; nothing where it writes none or any dollars."""
    found = _SIGN.search(code.split(";")[0])
    if not found:
        return ""
    sign = (found[1] or found[3] or "").strip()
    if sign == "$":
        return "USD" if found[2] in _PLAIN else ""
    return _SIGNS.get(sign, sign if re.fullmatch("[A-Z]{3}", sign) else "")


def of_styles(styles: ElementTree.Element) -> dict[int, str]:
    """Return the currency of each style that cells name by its number; of most there is none."""
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter() if _plain(each.tag) == "numFmt"}
    formats = next((each for each in styles.iter() if _plain(each.tag) == "cellXfs"), ())
    found = {number: currency(codes.get(each.get("numFmtId"), "")) for number, each in enumerate(formats)}
    return {number: each for number, each in found.items() if each}


def of_columns(cells: Iterable[tuple[int, bytes]], styles: dict[int, str]) -> dict[int, str]:
    """Return the currency of each column of which all figures are of one, given what the cells in each column say of themselves."""
    found = defaultdict(set)
    for column, said in cells:
        kind, style = _KIND.search(said), _STYLE.search(said)
        if not kind or kind[1] == b"n":
            found[column].add(styles.get(int(style[1]) if style else 0, ""))
    return {column: each for column, (each, *others) in found.items() if each and not others}


def _plain(name: str) -> str:
    return name.rpartition("}")[2]
