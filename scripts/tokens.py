"""
Write what frontend/styles/tokens.json says into the forms its readers need.

Browsers with Tailwind read tokens.css, the widgets (Chrome 53 knows no oklch) read hex colors in
TypeScript, mails read the same as JSON. `--check` changes nothing and fails when a file is not current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import oklch

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "frontend/styles/tokens.json"
CSS = ROOT / "frontend/styles/tokens.css"
WIDGETS = ROOT / "frontend/packages/widgets/tokens.ts"
MAILS = ROOT / "src/operant/platform/ui/tokens.json"
NOTE = "Made by scripts/tokens.py from frontend/styles/tokens.json; change it there."

# daisyUI wants these names; Operant has one primary, so they mean the neutral color.
UNUSED = ("secondary", "accent")


def main() -> int:
    stale = [path for path, text in rendered().items() if _read(path) != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python3 scripts/tokens.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered()[path], encoding="utf-8")
    return 0


def rendered() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    tokens = json.loads(SOURCE.read_text(encoding="utf-8"))
    hexes = {name: palette(tokens, name) for name in tokens["themes"]}
    return {CSS: css(tokens), WIDGETS: typescript(hexes), MAILS: json.dumps(hexes, indent=2) + "\n"}


def colors(tokens: dict[str, Any], theme: str) -> dict[str, list[float]]:
    """Return all colors of a theme in oklch: those written down, the mixes, the chart colors."""
    named = dict(tokens["themes"][theme])
    for name, percent in tokens["mixes"].items():
        named[name] = oklch.mix(named["base-content"], named["base-100"], percent)
    for position, color in enumerate(tokens["charts"][theme], start=1):
        named[f"chart-{position}"] = color
    return named


def palette(tokens: dict[str, Any], theme: str) -> dict[str, Any]:
    named = colors(tokens, theme)
    plain = {_camel(name): oklch.to_hex(color) for name, color in named.items() if "chart-" not in name}
    return {**plain, "charts": [oklch.to_hex(color) for color in tokens["charts"][theme]]}


def css(tokens: dict[str, Any]) -> str:
    themes = [_theme_block(tokens, theme) for theme in tokens["themes"]]
    return "\n\n".join([f"/* {NOTE} */", *themes, _scale_block(tokens), _inline_block(tokens)]) + "\n"


def typescript(hexes: dict[str, Any]) -> str:
    names = [name for name in hexes["light"] if name != "charts"]
    fields = "".join(f"  {name}: string;\n" for name in names)
    values = json.dumps(hexes, indent=2)
    return (
        f"// {NOTE}\n\nexport type ThemeName = 'light' | 'dark';\n\n"
        f"export interface Palette {{\n{fields}  charts: string[];\n}}\n\n"
        f"export const palettes: Record<ThemeName, Palette> = {values};\n"
    )


def _theme_block(tokens: dict[str, Any], theme: str) -> str:
    named = colors(tokens, theme)
    own = ["muted", "head", *(name for name in named if name.startswith("chart-"))]
    lines = [
        f'name: "{theme}"',
        f"default: {str(theme == 'light').lower()}",
        f"prefersdark: {str(theme == 'dark').lower()}",
        f'color-scheme: "{theme}"',
        *(f"--color-{name}: {_oklch(color)}" for name, color in named.items() if name not in own),
        *(f"--color-{name}: {_oklch(named['neutral'])}" for name in UNUSED),
        *(f"--color-{name}-content: {_oklch(named['neutral-content'])}" for name in UNUSED),
        *(f"--ot-{name}: {_oklch(named[name])}" for name in own),
        *_shape(tokens),
    ]
    return '@plugin "daisyui/theme" {\n' + "".join(f"  {line};\n" for line in lines) + "}"


def _shape(tokens: dict[str, Any]) -> list[str]:
    radius = tokens["radius"]
    return [
        f"--radius-selector: {_rem(radius['field'])}",
        f"--radius-field: {_rem(radius['field'])}",
        f"--radius-box: {_rem(radius['card'])}",
        # daisyUI multiplies: 10 steps are a control of 32 px, 6 are a checkbox of 18 px.
        "--size-field: 0.2rem",
        "--size-selector: 0.1875rem",
        "--border: 1px",
        "--depth: 0",
        "--noise: 0",
    ]


def _scale_block(tokens: dict[str, Any]) -> str:
    lines = ["--color-*: initial", "--text-*: initial", "--font-weight-*: initial", "--shadow-*: initial"]
    lines += [f"--font-{name}: {stack}" for name, stack in tokens["fonts"].items()]
    for name, (size, line) in tokens["text"].items():
        lines += [f"--text-{name}: {_rem(size)}", f"--text-{name}--line-height: {_rem(line)}"]
    lines += [f"--font-weight-{name}: {weight}" for name, weight in tokens["weights"].items()]
    lines += [f"--spacing-{name}: {_rem(pixels)}" for name, pixels in tokens["layout"].items()]
    lines += ["--shadow-menu: 0 8px 24px rgb(0 0 0 / 0.16)"]
    return "@theme {\n" + "".join(f"  {line};\n" for line in lines) + "}"


def _inline_block(tokens: dict[str, Any]) -> str:
    own = [*tokens["mixes"], *(f"chart-{n}" for n in range(1, len(tokens["charts"]["light"]) + 1))]
    return "@theme inline {\n" + "".join(f"  --color-{name}: var(--ot-{name});\n" for name in own) + "}"


def _oklch(color: oklch.Oklch) -> str:
    lightness, chroma, hue = color
    return f"oklch({lightness:g}% {chroma:g} {hue:g})"


def _rem(pixels: float) -> str:
    return f"{pixels / 16:g}rem"


def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(part.capitalize() for part in rest)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    raise SystemExit(main())
