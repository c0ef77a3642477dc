"""The design tokens: generated files are current, and people can read and tell apart what they color."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import oklch  # noqa: E402
import tokens as generator  # noqa: E402

TOKENS = json.loads((ROOT / "frontend/styles/tokens.json").read_text())
THEMES = list(TOKENS["themes"])
TEXTS = ("base-content", "primary", "info", "success", "warning", "error", "muted", "head")
FILLED = ("primary", "neutral", "info", "success", "warning", "error")

# Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB.
SIGHTS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def test_generated_files_are_current():
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts/tokens.py"), "--check"], capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize("theme", THEMES)
def test_screens_can_show_every_color(theme):
    named = generator.colors(TOKENS, theme)
    assert [name for name, color in named.items() if not oklch.is_displayable(color)] == []


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_every_base(theme):
    named = generator.colors(TOKENS, theme)
    pairs = itertools.product(TEXTS, ("base-100", "base-200"))
    assert [pair for pair in pairs if oklch.contrast(named[pair[0]], named[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_filled_controls(theme):
    named = generator.colors(TOKENS, theme)
    assert [name for name in FILLED if oklch.contrast(named[name], named[f"{name}-content"]) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_six_chart_colors_stand_out_from_the_base(theme):
    named = generator.colors(TOKENS, theme)
    charts = [named[f"chart-{position}"] for position in range(1, 7)]
    pairs = itertools.product(charts, (named["base-100"], named["base-200"]))
    assert [pair for pair in pairs if oklch.contrast(*pair) < 3] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_chart_colors_differ_for_every_kind_of_sight(theme, sight):
    seen = [as_seen(color, SIGHTS[sight]) for color in TOKENS["charts"][theme]]
    nearest = min(distance(*pair) for pair in itertools.combinations(seen, 2))
    # 0.02 is the least difference an eye sees side by side; lines apart from their legend need far more.
    assert nearest >= 0.1


def as_seen(color, sight):
    linear = oklch.to_linear(color)
    seen = [sum(weight * channel for weight, channel in zip(row, linear, strict=True)) for row in sight]
    return oklch.linear_to_lab(tuple(min(max(channel, 0), 1) for channel in seen))


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
