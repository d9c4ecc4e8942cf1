"""Makes the sample pictures in this folder. Deterministic.

Needs numpy 1.24, opencv 4.6, scikit-image 0.19, Pillow 9.4, Noto Color Emoji 2.042 and the fonts DejaVu (Debian: python3-opencv,
python3-skimage, python3-pil, fonts-noto-color-emoji, fonts-dejavu-core; NOTO_EMOJI names another file of the font); Sightline itself
needs none of them, the pictures are kept. Sources and licences: ../MANIFEST.md. Run: python3 make.py
"""

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import skimage
import skimage.io
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from still_life import render
from street import street

here = Path(__file__).parent
photographs = Path(skimage.__file__).parent / "data"


def write(name: str, rgb: np.ndarray, *options: int) -> None:
    """rgb: (H, W, 3) or (H, W); float 0..1 becomes 8 bit, integers stay as they are."""
    if rgb.dtype.kind == "f":
        rgb = np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    picture = rgb if rgb.ndim == 2 else rgb[..., ::-1]
    if not cv2.imwrite(str(here / name), picture, [*options]):
        raise OSError(f"{name} was not written")


png = (cv2.IMWRITE_PNG_COMPRESSION, 9)


def srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


def hue(h: np.ndarray, s: np.ndarray, v: np.ndarray) -> np.ndarray:
    """HSV, h in degrees, to RGB."""
    k = (np.array([5, 3, 1]) + h[..., None] / 60) % 6
    return v[..., None] * (1 - s[..., None] * np.clip(np.minimum(k, 4 - k), 0, 1))


def colour_chart(height: int = 400, width: int = 600) -> np.ndarray:
    """Twelve hues in six strengths, a full hue sweep, a gray ramp and its eleven steps."""
    y, x = np.mgrid[0:height, 0:width]
    chart = np.full((height, width, 3), 0.18)
    cell_h, cell_w = 40, width // 12
    row, column = y // cell_h, x // cell_w
    strength = np.stack([np.full_like(row, 1.0, float), 1 - row / 7.5], -1)
    saturation = np.where(row < 3, (row + 1) / 3, 1.0)
    value = np.where(row < 3, strength[..., 0], 1 - (row - 2) / 4)
    inner = (y % cell_h >= 3) & (x % cell_w >= 3) & (row < 6)
    chart[inner] = hue(column * 30.0, saturation, value)[inner]
    sweep = (y >= 250) & (y < 300)
    chart[sweep] = hue(x * 360.0 / width, np.ones_like(x, float), np.ones_like(x, float))[sweep]
    ramp = (y >= 310) & (y < 350)
    chart[ramp] = (x / (width - 1))[ramp, None]
    steps = y >= 360
    chart[steps] = (np.floor(x / width * 11) / 10)[steps, None]
    return chart


def zone_plate(size: int = 512) -> np.ndarray:
    """cos(π r² / size): the frequency grows with the radius and reaches half a cycle a pixel at the middle of each side."""
    y, x = np.mgrid[0:size, 0:size] - (size - 1) / 2
    return 0.5 + 0.5 * np.cos(np.pi * (x * x + y * y) / size)


def edges(height: int = 240, width: int = 320) -> np.ndarray:
    """16 bit: slanted edges, a Siemens star, discs, bars, and noise of standard deviation 0.01."""
    n = 4
    y, x = (np.mgrid[0 : height * n, 0 : width * n] + 0.5) / n
    picture = np.full(y.shape, 0.5)
    box = (abs((x - 70) * np.cos(0.09) + (y - 65) * np.sin(0.09)) < 42) & (
        abs((y - 65) * np.cos(0.09) - (x - 70) * np.sin(0.09)) < 38
    )
    picture[box] = 0.85
    star = np.hypot(x - 235, y - 75) < 60
    picture[star] = np.where(np.sin(24 * np.arctan2(y - 75, x - 235)) > 0, 0.9, 0.1)[star]
    for i, radius in enumerate([3, 6, 10, 16, 24]):
        centre = 24 + i * 34 + radius / 2
        picture[np.hypot(x - centre, y - 195) < radius] = 0.12 + 0.06 * i
    bars = (x > 215) & (x < 305) & (y > 155) & (y < 230)
    period = 2 + 12 * (x - 215) / 90
    picture[bars] = np.where((y * 2 / period) % 2 < 1, 0.8, 0.2)[bars]
    small = picture.reshape(height, n, width, n).mean((1, 3))
    noisy = small + np.random.default_rng(7).normal(0, 0.01, small.shape)
    return np.round(np.clip(noisy, 0, 1) * 65535).astype(np.uint16)


def salt_and_pepper(gray: np.ndarray, share: float = 0.06) -> np.ndarray:
    """Sets so large a share of the pixels to black or white."""
    random = np.random.default_rng(11).random(gray.shape)
    return np.where(random < share / 2, 0, np.where(random > 1 - share / 2, 255, gray)).astype(np.uint8)


def hands(height: int = 480, width: int = 640) -> np.ndarray:
    """A right hand and, mirrored, a left one, palms to the front."""
    font = ImageFont.truetype(
        os.environ.get("NOTO_EMOJI", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"), 109
    )

    def hand(tone: str, angle: float, mirrored: bool) -> Image.Image:
        glyph = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
        ImageDraw.Draw(glyph).text((12, 18), "\U0001F590" + tone, font=font, embedded_color=True)
        glyph = glyph.crop(glyph.getbbox())
        if mirrored:
            glyph = glyph.transpose(Image.FLIP_LEFT_RIGHT)
        glyph = glyph.resize((230, int(230 * glyph.height / glyph.width)), Image.LANCZOS)
        return glyph.rotate(angle, expand=True, resample=Image.BICUBIC)

    picture = Image.new("RGB", (width, height), (240, 240, 235))
    right, left = hand("\U0001F3FE", 12, False), hand("\U0001F3FD", -15, True)
    picture.paste(right, (20, 70), right)
    picture.paste(left, (width - left.width - 20, 90), left)
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)))


def sign(height: int = 440, width: int = 640) -> np.ndarray:
    """A board with five lines, seen from the side before a blurred photograph. Fonts: DejaVu (Debian: fonts-dejavu-core)."""
    photo = skimage.io.imread(here / "coffee.jpg").astype(np.float32) / 255
    wall = cv2.GaussianBlur(cv2.resize(photo, (width, height), interpolation=cv2.INTER_LINEAR), (0, 0), 14)
    board = Image.new("RGB", (1040, 680), (28, 56, 46))
    draw = ImageDraw.Draw(board)
    draw.rectangle((14, 14, 1025, 665), outline=(232, 224, 200), width=6)
    for text, size, top, bold in [
        ("FRESH COFFEE", 104, 50, "-Bold"),
        ("Espresso 2.40", 76, 200, ""),
        ("Cappuccino 3.80", 76, 310, ""),
        ("open 7:30 to 18:00", 60, 440, ""),
        ("No. 42 Station Road", 60, 540, ""),
    ]:
        font = ImageFont.truetype(f"DejaVuSans{bold}.ttf", size)
        draw.text((520 - draw.textlength(text, font) / 2, top), text, (245, 238, 214), font)
    flat = np.asarray(board).astype(np.float32) / 255
    source = np.float32([[0, 0], [1040, 0], [1040, 680], [0, 680]])
    seen = np.float32([[70, 74], [588, 30], [560, 384], [104, 350]])
    warp = cv2.getPerspectiveTransform(source, seen)
    # Three times as large first, so that letters are smooth.
    large = np.diag([3.0, 3.0, 1.0]) @ warp
    size = (3 * width, 3 * height)
    over = cv2.warpPerspective(flat, large, size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones(flat.shape[:2], np.float32), large, size, flags=cv2.INTER_LINEAR)
    over, cover = (cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA) for p in (over, cover))
    light = np.linspace(1.0, 0.72, width)[None, :, None]
    noise = np.random.default_rng(3).normal(0, 0.012, (height, width, 1))
    return wall * (1 - cover[..., None]) + over * light + noise


for name in ["chelsea.png", "camera.png"]:
    shutil.copyfile(photographs / name, here / name)
coffee = cv2.imread(str(photographs / "coffee.png"))[..., ::-1]
write("coffee.jpg", coffee, cv2.IMWRITE_JPEG_QUALITY, 95)
astronaut = cv2.imread(str(photographs / "astronaut.png"))[..., ::-1]
write("astronaut.jpg", astronaut, cv2.IMWRITE_JPEG_QUALITY, 92)
write("hands.jpg", hands(), cv2.IMWRITE_JPEG_QUALITY, 92)
camera = cv2.imread(str(photographs / "camera.png"), cv2.IMREAD_GRAYSCALE)
write("salt-and-pepper.png", salt_and_pepper(camera[80:400, 100:420]), *png)
write("colour-chart.png", colour_chart(), *png)
write("zone-plate.png", zone_plate(), *png)
write("edges.png", edges(), *png)
write("still-life.jpg", srgb(render(720, 480)), cv2.IMWRITE_JPEG_QUALITY, 92)
write("sign.jpg", sign(), cv2.IMWRITE_JPEG_QUALITY, 88)
write("street.jpg", street(), cv2.IMWRITE_JPEG_QUALITY, 93)
