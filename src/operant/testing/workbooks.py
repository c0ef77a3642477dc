"""Workbooks of Excel, written by hand: small enough to say what stands in them."""

import io
import zipfile
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# The styles that cells name by number: plain, a date, a date with a time, a time, percent, a duration, and money.
PLAIN, DATE, DATETIME, TIME, PERCENT, DURATION, DOLLARS, EUROS = range(8)
_STYLES = f"""<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="170" formatCode="[h]:mm"/>
<numFmt numFmtId="171" formatCode="&quot;$&quot;#,##0.00"/>
<numFmt numFmtId="172" formatCode="#,##0.00 [$€-407]"/></numFmts><cellXfs>
{"".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22, 21, 9, 170, 171, 172))}</cellXfs></styleSheet>"""


def workbook(
    *sheets: "str | list[list]", names: list[str] | None = None, hidden: tuple[int, ...] = (),
    more: dict[str, str | bytes] | None = None,
) -> bytes:  # fmt: skip
    """
    Return the bytes of a workbook with sheets S1, S2 and so on, or these `names`: each is rows of values, or the XML of its rows.

    A value is a number, a text, True or False, None, or a pair: (number, style), or ("=formula", what it gave), or ("!", error).
    `hidden` are numbers of sheets that nobody sees; `more` is written into the file beside them, or in place of them.
    """
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" state="{"hidden" if n in hidden else "visible"}" r:id="s{n}"/>'
        for n, name in zip(numbers, names or [f"S{n}" for n in numbers], strict=True)
    )
    related = "".join(f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="w" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheet) for n, sheet in enumerate(sheets, 1)},
        **(more or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def _sheet(sheet: "str | list[list]") -> str:
    rows = sheet if isinstance(sheet, str) else "".join(_row(number, row) for number, row in enumerate(sheet, 1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _row(number: int, row: list) -> str:
    cells = "".join(_cell(f"{chr(ord('A') + place)}{number}", value) for place, value in enumerate(row) if value is not None)
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if not isinstance(value, tuple):
        return f'<c r="{place}"><v>{value}</v></c>'
    first, second = value
    if first == "!":
        return f'<c r="{place}" t="e"><v>{second}</v></c>'
    if isinstance(first, str):
        return f'<c r="{place}"><f>{escape(first[1:])}</f><v>{second}</v></c>'
    return f'<c r="{place}" s="{second}"><v>{first}</v></c>'
