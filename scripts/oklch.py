"""From the oklch colors of the design tokens to the sRGB that old browsers, mails and contrast sums need."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

Oklch = Sequence[float]
Linear = tuple[float, float, float]


def to_linear(color: Oklch) -> Linear:
    """Return the linear sRGB of (lightness in percent, chroma, hue), which may lie outside 0 to 1."""
    lightness, chroma, hue = color
    return lab_to_linear((lightness / 100, chroma * cos(radians(hue)), chroma * sin(radians(hue))))


def lab_to_linear(lab: Linear) -> Linear:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def linear_to_lab(rgb: Linear) -> Linear:
    red, green, blue = (max(channel, 0.0) for channel in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def is_displayable(color: Oklch) -> bool:
    """Tell whether sRGB can show the color as it stands, without clipping it to another one."""
    return all(-0.002 <= channel <= 1.002 for channel in to_linear(color))


def to_hex(color: Oklch) -> str:
    """Return #rrggbb."""
    return "#" + "".join(f"{_gamma(channel):02x}" for channel in to_linear(color))


def luminance(color: Oklch) -> float:
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in to_linear(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Oklch, other: Oklch) -> float:
    """Return the WCAG contrast ratio, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: Oklch, other: Oklch, percent: float) -> list[float]:
    """Return `percent` of one color in the other, hue of the first; both must be nearly gray."""
    share = percent / 100
    lightness, chroma = (share * one[i] + (1 - share) * other[i] for i in (0, 1))
    return [round(lightness, 2), round(chroma, 4), one[2]]


def _gamma(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    encoded = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(encoded * 255)
