"""Pictures that people upload: kept without what is not the picture, and never unpacked beyond what they promise."""

import struct
import tracemalloc
import zlib

import pytest

from operant.demo import logos
from operant.platform.files import pictures
from operant.platform.refusals import Invalid
from operant.testing.pictures import chunk, jpeg, png, segment

GRAY = (8, 0)


def test_a_png_keeps_its_dots_and_nothing_else():
    secret = chunk(b"tEXt", b"Location\0Kehrwieder 12") + chunk(b"eXIf", b"GPS")
    kind, kept = pictures.cleaned(png(more=secret, tail=b"<script>alert(1)</script>"))
    assert (kind, kept) == ("png", pictures.cleaned(png())[1])
    assert [each for each in (b"Kehrwieder", b"GPS", b"script") if each in kept] == []


def test_the_demos_logos_stay_as_they_are():
    for logo in (logos.harbour(), logos.meadow()):
        assert pictures.cleaned(logo) == ("png", logo)


def test_a_jpeg_keeps_its_picture_and_nothing_else():
    secret = segment(0xE1, b"Exif\0\0GPS") + segment(0xFE, b"Kehrwieder 12")
    kind, kept = pictures.cleaned(jpeg(more=secret, tail=b"<script>alert(1)</script>"))
    assert (kind, kept) == ("jpeg", jpeg())


@pytest.mark.parametrize(("depth", "color", "interlaced", "size"), [(1, 0, 0, 10), (16, 6, 0, 165), (8, 2, 1, 86), (4, 3, 0, 20)])
def test_every_kind_of_png_is_measured(depth, color, interlaced, size):
    palette = chunk(b"PLTE", b"\0" * 48) if color == 3 else b""
    sizes = {"width": 4 if size == 165 else 5, "height": 5}
    rows = bytes(pictures._size(sizes["width"], 5, depth * {0: 1, 2: 3, 3: 1, 6: 4}[color], bool(interlaced)))
    assert len(rows) == size
    kind, _ = pictures.cleaned(png(**sizes, depth=depth, color=color, interlaced=interlaced, rows=rows, more=palette))
    assert kind == "png"


@pytest.mark.parametrize(
    "wrong",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"RIFF1234WEBP", pictures.PNG,
        pictures.JPEG, png()[:-9], png().replace(b"IHDR", b"IHDX"), png()[:40] + b"\xff" + png()[41:], png(depth=7),
        png(color=5), png(color=3), png(interlaced=2), png(rows=b"\0"), png(rows=b"\0" * 7), png(width=0),
        png(width=1025, rows=b"\0"), png(width=2**31 - 1, height=2**31 - 1, rows=b"\0"), jpeg()[:-2], jpeg()[:30], jpeg(width=1025),
        jpeg(height=0), jpeg(frames=0), jpeg(frames=2), jpeg(scan=b"\x12\xff"), b"\xff\xd8\xff\xd9", jpeg(more=b"xx"),
        b"\0" * 500_001,
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_sentence(wrong):
    with pytest.raises(Invalid):
        pictures.cleaned(wrong)


def test_a_small_file_that_unpacks_into_a_gigabyte_costs_what_its_head_promises():
    packing, packed = zlib.compressobj(9), []
    for _ in range(400):
        packed.append(packing.compress(bytes(1 << 20)))
    bomb = b"".join([*packed, packing.flush()])
    head = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
    content = pictures.PNG + chunk(b"IHDR", head) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    assert 300_000 < len(content) < pictures.LARGEST
    tracemalloc.start()
    with pytest.raises(Invalid):
        pictures.cleaned(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4_000_000


def test_a_scan_too_many_is_refused():
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12"
    with pytest.raises(Invalid):
        pictures.cleaned(jpeg(scan=b"\x12" + scan * 60))
