"""cv2.warpAffine and cv2.warpPerspective where places fall on their grid of 1/32 pixel, the same in float64 for all others.

The float64 reference is held against OpenCV, too: both may be apart by what a shift of 1/64 pixel makes.
"""
import cv2
import numpy as np

BORDERS = {
    'constant': cv2.BORDER_CONSTANT,
    'replicate': cv2.BORDER_REPLICATE,
    'reflect': cv2.BORDER_REFLECT,
    'wrap': cv2.BORDER_WRAP,
    'reflect101': cv2.BORDER_REFLECT_101,
}
FLAGS = {'nearest': cv2.INTER_NEAREST, 'bilinear': cv2.INTER_LINEAR}


def warped(image, matrix, size, method, border, value):
    """Σ over the weights that are not 0, in float64; the border by cv2.borderInterpolate."""
    width, height = size
    m = np.array(matrix, np.float64).reshape(3, 3)
    out = np.zeros((height, width, image.shape[2]))
    h, w = image.shape[:2]

    def pixel(x, y):
        x, y = (cv2.borderInterpolate(int(i), n, BORDERS[border]) for i, n in ((x, w), (y, h)))
        return np.full(image.shape[2], value) if x < 0 or y < 0 else image[y, x].astype(np.float64)

    for y in range(height):
        for x in range(width):
            u, v, d = m @ (x, y, 1)
            u, v = u / d, v / d
            if method == 'nearest':
                out[y, x] = pixel(np.floor(u + 0.5), np.floor(v + 0.5))
                continue
            i, j = np.floor(u), np.floor(v)
            for dy, wy in ((0, 1 - (v - j)), (1, v - j)):
                for dx, wx in ((0, 1 - (u - i)), (1, u - i)):
                    if wx * wy != 0:
                        out[y, x] += wx * wy * pixel(i + dx, j + dy)
    return out


def opencv(image, matrix, size, method, border, value):
    m = np.array(matrix, np.float64).reshape(3, 3)
    flags = FLAGS[method] | cv2.WARP_INVERSE_MAP
    given = dict(flags=flags, borderMode=BORDERS[border], borderValue=(value,) * 4)
    if (m[2] == (0, 0, 1)).all():
        return cv2.warpAffine(image, m[:2], size, **given).reshape(size[1], size[0], -1)
    return cv2.warpPerspective(image, m, size, **given).reshape(size[1], size[0], -1)


def turn(degrees, about=(4, 5)):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y = about
    return [c, -s, x - c * x + s * y, s, c, y - s * x - c * y, 0, 0, 1]


# Multiples of 1/32 pixel everywhere: OpenCV does not round them.
exact = {
    'shifted by quarters': [1, 0, 1.25, 0, 1, -2.75, 0, 0, 1],
    'half as large': [2, 0, 0.5, 0, 2, 0.5, 0, 0, 1],
    'twice as large': [0.5, 0, -0.25, 0, 0.5, -0.25, 0, 0, 1],
    'a quarter turn': [0, 1, 0, -1, 0, 8, 0, 0, 1],
    'sheared': [1, 0.25, -1, 0.5, 1, -2, 0, 0, 1],
}
others = {
    'turned': turn(23.4),
    'turned back and farther away': [1.7 * v if i < 6 else v for i, v in enumerate(turn(-61.7))],
    'tilted': [1.13, 0.07, -1.3, 0.11, 1.21, -1.7, 0.013, 0.021, 1],
}


def make(t):
    usual = t.usual()
    size = (12, 10)
    for name, image in usual.items():
        # A picture of one pixel, and one of one channel, are enough with two borders.
        for border in BORDERS if name == 'rgb' else ('constant', 'reflect101'):
            params = {'width': size[0], 'height': size[1], 'border': border, 'value': 0.5}
            for matrix in exact.values():
                for method in FLAGS if name == 'rgb' else ('bilinear',):
                    # OpenCV rounds halves up or down, by how the compiler sums.
                    if method == 'nearest' and any(v % 1 for v in matrix):
                        continue
                    out = opencv(image, matrix, size, method, border, 0.5)
                    assert np.abs(out - warped(image, matrix, size, method, border, 0.5)).max() < 1e-5
                    how = {**params, 'matrix': matrix, 'method': method}
                    t.case('warp', [name], how, out, 2e-6, 'cv2.warpAffine')
            for what, matrix in others.items():
                for method in FLAGS if name == 'rgb' else ('bilinear',):
                    out = warped(image, matrix, size, method, border, 0.5)
                    there = opencv(image, matrix, size, method, border, 0.5)
                    # Noise from 0 to 1: a shift by 1/64 pixel along both axes changes it by 1/32 at most.
                    far = np.abs(out - there)
                    assert far.max() <= 1 / 32 + 1e-4 if method == 'bilinear' else (far > 1e-6).mean() < 0.02, (what, far.max())
                    how = {**params, 'matrix': matrix, 'method': method}
                    t.case('warp', [name], how, out, 2e-6, 'cv2.warpAffine and warpPerspective in float64')
    for name, image in t.broken().items():
        for matrix in (exact['shifted by quarters'], exact['a quarter turn'], others['turned']):
            for border in ('constant', 'reflect101'):
                params = {'matrix': matrix, 'width': 9, 'height': 8, 'method': 'bilinear', 'border': border, 'value': 0}
                out = warped(image, matrix, (9, 8), 'bilinear', border, 0)
                t.case('warp', [name], params, out, 2e-6, 'the weights of cv2.warpAffine that are not 0')
