"""cv2.Canny on whole-number derivatives with both thresholds 0, whose edges are the maxima; hysteresis by scipy's components."""
import cv2
import numpy as np
from scipy import ndimage


def thinned(gx, gy):
    edges = cv2.Canny(gx.astype(np.int16), gy.astype(np.int16), 0, 0, L2gradient=True)
    return np.where(edges > 0, np.hypot(gx.astype(np.float64), gy), 0)


def by_formula(gx, gy):
    """The same written out, for numbers that are no 16-bit integers."""
    square = gx * gx + gy * gy
    m = np.pad(square, 1)
    out = np.zeros_like(square)
    for y, x in np.ndindex(square.shape):
        ax, ay = abs(gx[y, x]), abs(gy[y, x])
        level, upright = ay < np.float32(0.41421356) * ax, ay > np.float32(2.4142135) * ax
        dx, dy = (1, 0) if level else (0, 1) if upright else (-1, 1) if (gx[y, x] < 0) != (gy[y, x] < 0) else (1, 1)
        v, a, b = m[y + 1, x + 1], m[y + 1 - dy, x + 1 - dx], m[y + 1 + dy, x + 1 + dx]
        out[y, x] = np.sqrt(v) if v > a and (v > b or ((level or upright) and v >= b)) else 0
    return out


def linked(image, low, high):
    labels, count = ndimage.label(image > low, np.ones((3, 3)))
    strong = ndimage.sum(image > high, labels, np.arange(count + 1)) > 0
    return (strong & (np.arange(count + 1) > 0))[labels].astype(np.float32)


def winding(h, w):
    """A way of weak pixels to and fro over the picture, also around corners; strong at its end only."""
    image = np.zeros((h, w))
    image[::2] = 0.5
    image[1::4, -1] = 0.5
    image[3::4, 0] = 0.5
    image[-1, -1 if h % 4 == 1 else 0] = 1
    return image


def make(t):
    for name, (h, w) in (('steep', (23, 19)), ('row', (1, 14)), ('column', (15, 1)), ('one', (1, 1))):
        gx, gy = (t.rng.integers(-900, 900, (h, w)) for _ in 'xy')
        x, y = (t.picture(f'{name} {axis}', g, 'data')[..., 0] for axis, g in (('x', gx), ('y', gy)))
        t.case('nonMaximum', [f'{name} x', f'{name} y'], {}, thinned(x, y)[..., None], 2e-4, 'cv2.Canny(dx, dy, 0, 0)')
    # Few different numbers, so that neighbours are often equal.
    gx, gy = (t.rng.integers(-2, 3, (20, 24)) for _ in 'xy')
    x, y = (t.picture(f'equal {axis}', g, 'data')[..., 0] for axis, g in (('x', gx), ('y', gy)))
    t.case('nonMaximum', ['equal x', 'equal y'], {}, thinned(x, y)[..., None], 1e-6, 'cv2.Canny(dx, dy, 0, 0)')
    broken = t.broken()
    for name, image in broken.items():
        other = t.picture(f'beside {name}', t.rng.random(image.shape), 'data')
        made = by_formula(image[..., 0], other[..., 0])
        t.case('nonMaximum', [name, f'beside {name}'], {}, made[..., None], 1e-6, 'the formula in numpy')
        made = linked(image[..., 0], 0.5, 0.9)
        t.case('hysteresis', [name], {'low': 0.5, 'high': 0.9}, made[..., None], 0, 'scipy.ndimage.label')
    for name, (h, w) in (
        *(('wide', (70, 41)), ('narrow', (140, 6)), ('line', (1, 60)), ('stick', (90, 1))),
        *(('words', (35, 131)), ('whole words', (3, 128))),
    ):
        image = t.picture(f'linked {name}', t.rng.random((h, w)).astype(np.float16), 'gray')
        for low, high in ((0.6, 0.97), (0.97, 0.6), (0.5, 0.5)):
            made = linked(image[..., 0], min(low, high), max(low, high))
            t.case('hysteresis', [f'linked {name}'], {'low': low, 'high': high}, made[..., None], 0, 'scipy.ndimage.label')
    for name, (h, w) in (('to and fro', (69, 67)), ('to and fro, wide', (7, 200))):
        image = t.picture(name, winding(h, w), 'gray')
        for low, high in ((0.4, 0.9), (0.6, 0.9)):
            made = linked(image[..., 0], low, high)
            t.case('hysteresis', [name], {'low': low, 'high': high}, made[..., None], 0, 'scipy.ndimage.label')
