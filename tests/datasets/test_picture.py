"""One picture file: every mode that Pillow knows comes out as it looks, and what is no picture is named."""

from __future__ import annotations

import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from adim.datasets import read_image
from adim.datasets.picture import read_header

RED, WHITE, HALF = [255, 0, 0], [255, 255, 255], [255, 127, 127]


def saved(path, picture, **options):
    picture.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp", "ppm"])
def test_a_lossless_file_keeps_every_pixel(tmp_path, suffix):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    options = {"lossless": True} if suffix == "webp" else {}
    read = read_image(saved(tmp_path / f"a.{suffix}", Image.fromarray(pixels), **options))
    assert read.dtype == np.uint8
    assert read.flags.writeable
    np.testing.assert_array_equal(read, pixels)


@pytest.mark.parametrize("suffix", ["jpg", "gif"])
def test_a_lossy_file_keeps_its_colour(tmp_path, suffix):
    read = read_image(saved(tmp_path / f"a.{suffix}", Image.new("RGB", (7, 5), "red")), channels=3)
    assert read.shape == (5, 7, 3)
    assert np.abs(read.astype(int) - RED).max() <= 2


@pytest.mark.parametrize(
    ("mode", "colour", "suffix", "grey", "rgb"),
    [
        ("L", 77, "png", True, [77, 77, 77]),
        ("1", 1, "png", True, WHITE),
        ("1", 0, "tif", True, [0, 0, 0]),
        ("LA", (77, 255), "png", True, [77, 77, 77]),
        ("LA", (77, 0), "png", True, WHITE),
        ("RGB", (255, 0, 0), "png", False, RED),
        ("RGBA", (255, 0, 0, 255), "png", False, RED),
        ("RGBA", (255, 0, 0, 128), "png", False, HALF),
        ("RGBA", (255, 0, 0, 0), "webp", False, WHITE),
        ("CMYK", (0, 255, 255, 0), "jpg", False, RED),
        ("CMYK", (0, 255, 255, 0), "tif", False, RED),
        ("YCbCr", (76, 85, 255), "jpg", False, RED),
        ("I;16", 77 * 257, "png", True, [77, 77, 77]),
        ("I;16", 65535, "tif", True, WHITE),
        ("I;16", 255, "png", True, [1, 1, 1]),
        ("I", 77 * 257, "tif", True, [77, 77, 77]),
    ],
)
def test_every_mode_looks_as_it_should(tmp_path, mode, colour, suffix, grey, rgb):
    file = saved(tmp_path / f"a.{suffix}", Image.new(mode, (4, 3), colour))
    as_rgb = read_image(file, channels=3)
    assert as_rgb.shape == (3, 4, 3)
    assert np.abs(as_rgb.astype(int) - rgb).max() <= 2 * (suffix == "jpg")
    luma = round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])
    as_grey = read_image(file, channels=1)
    assert as_grey.shape == (3, 4, 1)
    assert np.abs(as_grey.astype(int) - luma).max() <= 1 + (suffix == "jpg")
    assert read_image(file).shape == (3, 4, 1 if grey else 3)
    assert read_header(file) == ((3, 4), grey)


def test_palettes_with_and_without_transparency(tmp_path):
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    assert read_image(saved(tmp_path / "a.png", picture))[0].tolist() == [RED, [0, 0, 255]]
    assert read_image(saved(tmp_path / "b.png", picture, transparency=1))[0].tolist() == [RED, WHITE]
    assert read_image(saved(tmp_path / "c.png", picture, transparency=b"\x80\xff"))[0].tolist() == [HALF, [0, 0, 255]]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_one_colour_that_stands_for_transparent(tmp_path, mode):
    file = saved(tmp_path / "a.png", Image.new(mode, (2, 2)), transparency=0 if mode == "L" else (0, 0, 0))
    assert (read_image(file) == 255).all()


def test_16_bit_pgm(tmp_path):
    (tmp_path / "a.pgm").write_bytes(b"P5 2 1 65535\n" + struct.pack(">2H", 0, 65535))
    assert read_image(tmp_path / "a.pgm").ravel().tolist() == [0, 255]


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_turned(tmp_path, suffix, orientation):
    upright = np.zeros((16, 32), np.uint8)  # white in the top left corner only
    upright[:8, :8] = 255
    stored = {  # how a camera held that way stores it
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = saved(tmp_path / f"a.{suffix}", Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    read = read_image(file, channels=1)[..., 0]
    assert read.shape == (16, 32)
    assert np.abs(read.astype(int) - upright).max() <= 4
    assert read_header(file).size == (16, 32)


def test_damaged_metadata_does_not_hide_the_pixels(tmp_path):
    file = saved(tmp_path / "a.jpg", Image.new("L", (4, 3), 77), exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0")
    with pytest.warns(UserWarning, match="Corrupt EXIF"), Image.open(file) as picture:
        picture.getexif()
    assert np.abs(read_image(file).astype(int) - 77).max() <= 1
    assert read_header(file) == ((3, 4), True)


def test_resizing_takes_every_pixel_into_account(tmp_path):
    board = np.indices((32, 64)).sum(axis=0) % 2 * np.uint8(255)  # a chessboard is grey from afar
    read = read_image(saved(tmp_path / "a.png", Image.fromarray(board.astype(np.uint8))), size=(4, 6))
    assert read.shape == (4, 6, 1)
    assert np.abs(read.astype(int) - 127).max() <= 6


@pytest.mark.parametrize(("orientation", "size"), [(1, (12, 24)), (6, (24, 12))])
def test_a_large_jpeg_that_is_decoded_small_looks_the_same(tmp_path, orientation, size):
    exif = Image.Exif()
    exif[0x0112] = orientation
    wave = np.sin(np.indices((256, 512)) / 30).sum(axis=0) * 60 + 127
    file = saved(tmp_path / "a.jpg", Image.fromarray(wave.astype(np.uint8)), exif=exif)
    whole = Image.fromarray(read_image(file)[..., 0])
    assert whole.size == ((512, 256) if orientation == 1 else (256, 512))
    wanted = np.asarray(whole.resize(size[::-1], Image.Resampling.BILINEAR))
    assert np.abs(read_image(file, size)[..., 0].astype(int) - wanted).max() <= 2


def test_the_first_frame_counts(tmp_path):
    red, blue = Image.new("RGB", (4, 3), "red"), Image.new("RGB", (4, 3), "blue")
    file = saved(tmp_path / "a.gif", red, save_all=True, append_images=[blue])
    assert read_image(file)[0, 0].tolist() == RED


def test_the_content_decides_not_the_suffix(tmp_path):
    Image.new("RGB", (4, 3), "red").save(tmp_path / "a", format="PNG")
    (tmp_path / "a").rename(tmp_path / "a.jpg")
    assert read_image(tmp_path / "a.jpg")[0, 0].tolist() == RED


def png(width, height, content=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "none of PNG, JPEG"),
        (b"no picture", "none of PNG, JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "none of PNG, JPEG"),
        (png(9, 9, zlib.compress(b"")[:3]), "truncated"),
        (png(100_000, 100_000), "decompression bomb"),
        (png(10_000, 10_000), "decompression bomb"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, content, message):
    file = tmp_path / "a.png"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"{file} cannot be read as a picture: .*{message}"):
        read_image(file)


def test_a_jpeg_that_is_cut_off_is_named(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    file = saved(tmp_path / "a.jpg", Image.fromarray(pixels))
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(ValueError, match=f"{file} cannot be read as a picture: .*truncated"):
        read_image(file)


def test_pixels_of_unknown_scale_are_refused(tmp_path):
    with pytest.raises(ValueError, match="floating-point"):
        read_image(saved(tmp_path / "a.tif", Image.new("F", (2, 2), 0.5)))
    with pytest.raises(ValueError, match="70000 to 70000, exceed 16 bits"):
        read_image(saved(tmp_path / "b.tif", Image.new("I", (2, 2), 70000)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"channels": 4}, r"channels must be 1 .grey. or 3 .RGB.; got 4"),
        ({"size": (0, 4)}, r"two whole numbers from 1; got \(0, 4\)"),
        ({"size": (4.5, 4)}, r"got \(4.5, 4\)"),
        ({"size": 64}, "got 64"),
        ({"size": (4, 4, 3)}, r"got \(4, 4, 3\)"),
    ],
)
def test_impossible_forms_are_refused(tmp_path, arguments, message):
    file = saved(tmp_path / "a.png", Image.new("L", (2, 2)))
    with pytest.raises(ValueError, match=message):
        read_image(file, **arguments)


def test_paths_that_lead_to_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file or folder .*nowhere\.png"):
        read_image(tmp_path / "nowhere.png")
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        read_image("x" * 5000)
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        read_image("a\0b.png")
    with pytest.raises(ValueError, match="is not a file"):
        read_image(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ValueError, match="is not a file"):
        read_image(tmp_path / "a.png")
