"""A street at dusk with a red traffic light, drawn: flat shapes, light that glows, and a little noise. Used by make.py."""

import cv2
import numpy as np

SCALE = 3


def _srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


def _linear(rgb) -> np.ndarray:
    c = np.asarray(rgb, float)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def street(width: int = 640, height: int = 480) -> np.ndarray:
    """(height, width, 3), 0..1, sRGB. The red lamp is a disc of radius 30 about (452, 118)."""
    w, h = width * SCALE, height * SCALE
    rng = np.random.default_rng(61)
    y, x = np.mgrid[0:h, 0:w].astype(float) / SCALE
    # The sky in linear light: deep blue above, pale and warm at the horizon.
    t = np.clip(y / 330, 0, 1)[..., None]
    sky = _linear([0.16, 0.22, 0.42]) * (1 - t) + _linear([0.86, 0.66, 0.52]) * t**2 + _linear([0.42, 0.44, 0.58]) * t * (1 - t)
    scene = sky.copy()

    def polygon(points, colour, on=None):
        mask = np.zeros((h, w), np.uint8)
        cv2.fillPoly(mask, [np.int32(np.round(np.array(points) * SCALE))], 1)
        (scene if on is None else on)[mask == 1] = _linear(colour)

    def box(left, top, right, bottom, colour):
        polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    # Houses, from far to near, with windows, some of them lit.
    for left, right, top, colour in ((0, 90, 236, (0.36, 0.34, 0.42)), (78, 190, 200, (0.30, 0.28, 0.36)), (250, 330, 262, (0.38, 0.36, 0.43)),
                                     (318, 400, 226, (0.31, 0.29, 0.37)), (500, 640, 150, (0.25, 0.23, 0.30)), (0, 58, 150, (0.22, 0.20, 0.27))):
        box(left, top, right, 352, colour)
        for wy in range(top + 14, 330, 30):
            for wx in range(left + 12, right - 18, 26):
                lit = rng.random() < 0.35
                box(wx, wy, wx + 12, wy + 17, (0.98, 0.80, 0.44) if lit else tuple(0.72 * c for c in colour))
    # A wall of bricks: red, but dull.
    box(556, 268, 640, 366, (0.42, 0.29, 0.26))
    for i, by in enumerate(range(268, 366, 9)):
        box(556, by, 640, by + 1.2, (0.33, 0.25, 0.24))
        for bx in range(556 - 10 * (i % 2), 640, 20):
            box(bx, by, bx + 1.2, by + 9, (0.33, 0.25, 0.24))
    # The road, in perspective, with a line in the middle.
    polygon([(0, 352), (640, 352), (640, 480), (0, 480)], (0.20, 0.20, 0.23))
    polygon([(196, 352), (444, 352), (700, 480), (-60, 480)], (0.27, 0.27, 0.30))
    for a, b in ((356, 368), (376, 396), (410, 440), (462, 480)):
        wide = lambda v: 1.2 + (v - 352) * 0.05
        polygon([(320 - wide(a), a), (320 + wide(a), a), (320 + wide(b), b), (320 - wide(b), b)], (0.80, 0.80, 0.76))
    # A shop with a sign in magenta, and a post box of orange.
    box(92, 300, 176, 352, (0.20, 0.18, 0.24))
    box(100, 306, 168, 322, (0.86, 0.22, 0.62))
    box(206, 322, 226, 356, (0.90, 0.50, 0.10))
    # A car from behind: its lamps are red too, but small.
    polygon([(236, 402), (250, 372), (302, 372), (316, 402)], (0.32, 0.40, 0.50))
    polygon([(256, 377), (296, 377), (305, 398), (247, 398)], (0.12, 0.14, 0.18))
    box(230, 402, 322, 432, (0.34, 0.43, 0.54))
    box(236, 430, 252, 442, (0.08, 0.08, 0.09))
    box(300, 430, 316, 442, (0.08, 0.08, 0.09))
    # The mast and the box of the traffic light.
    box(447, 250, 457, 420, (0.13, 0.14, 0.15))
    box(412, 70, 492, 258, (0.08, 0.09, 0.10))
    glow = np.zeros_like(scene)

    def lamp(cx, cy, radius, core, rim, light=0.0, reach=0.0):
        d = np.hypot(x + 0.5 / SCALE - cx, y + 0.5 / SCALE - cy) / radius
        inside = d <= 1
        mixed = _linear(core) * (1 - d[..., None] ** 2) + _linear(rim) * d[..., None] ** 2
        scene[inside] = mixed[inside]
        if light > 0:
            glow[:] += light * _linear(rim) * np.exp(-((np.maximum(d * radius - radius, 0) / reach) ** 1.1))[..., None]

    lamp(452, 118, 30, (1.0, 0.30, 0.20), (0.80, 0.02, 0.07), 0.16, 16)
    lamp(452, 172, 22, (0.24, 0.19, 0.09), (0.17, 0.13, 0.07))
    lamp(452, 222, 22, (0.09, 0.20, 0.15), (0.06, 0.14, 0.11))
    for cx in (243, 309):
        lamp(cx, 410, 5, (0.98, 0.25, 0.20), (0.72, 0.03, 0.06), 0.06, 6)
    # Street lamps in orange.
    for cx, cy, r in ((196, 150, 9), (376, 232, 6)):
        box(cx - 1.5, cy, cx + 1.5, 356, (0.15, 0.15, 0.17))
        lamp(cx, cy, r, (1.0, 0.90, 0.62), (1.0, 0.66, 0.24), 0.30, 16)
    scene += glow * (1 - np.clip(scene, 0, 1))
    # The lamp is seen again in the wet road.
    wet = np.exp(-(((x - 452) / 26) ** 2)) * np.clip((y - 372) / 40, 0, 1) * np.exp(-((y - 400) / 40) ** 2) * 0.10
    scene += wet[..., None] * _linear([0.8, 0.05, 0.08])
    small = scene.reshape(height, SCALE, width, SCALE, 3).mean(axis=(1, 3))
    return np.clip(_srgb(small) + rng.normal(0, 0.008, small.shape), 0, 1)
