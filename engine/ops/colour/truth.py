"""cv2.cvtColor; Lab and linear light by their formulas in float64, as OpenCV's Lab is a table."""
import cv2
import numpy as np

CODES = {'bgr': cv2.COLOR_RGB2BGR, 'gray': cv2.COLOR_RGB2GRAY, 'hsv': cv2.COLOR_RGB2HSV, 'ycrcb': cv2.COLOR_RGB2YCrCb}
BACK = {'bgr': cv2.COLOR_BGR2RGB, 'hsv': cv2.COLOR_HSV2RGB, 'ycrcb': cv2.COLOR_YCrCb2RGB}


def linear(v):
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    matrix = [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
    xyz = linear(rgb) @ np.array(matrix).T / np.array([0.950456, 1, 1.088754])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def make(t):
    rgb = t.usual()['rgb']
    for space, code in CODES.items():
        out = cv2.cvtColor(rgb, code)
        out = out[..., None] if out.ndim == 2 else out
        more = {'circle': 360} if space == 'hsv' else {}
        t.case('convertColour', ['rgb'], {'to': space}, out, 1e-3 if space == 'hsv' else 2e-6, 'cv2.cvtColor', **more)
        if space in BACK:
            image = t.picture(f'in {space}', out, space)
            again = cv2.cvtColor(image, BACK[space])
            t.case('convertColour', [f'in {space}'], {'to': 'rgb'}, again, 1e-5, 'cv2.cvtColor')
            if space != 'ycrcb':
                ycrcb = cv2.cvtColor(again, CODES['ycrcb'])
                t.case('convertColour', [f'in {space}'], {'to': 'ycrcb'}, ycrcb, 1e-5, 'cv2.cvtColor twice')
    exact = rgb.astype(np.float64)
    t.case('convertColour', ['rgb'], {'to': 'linear'}, linear(exact), 1e-6, 'IEC 61966-2-1 in float64')
    source = 'CIE L*a*b* in float64 with the matrix and white point of OpenCV'
    t.case('convertColour', ['rgb'], {'to': 'lab'}, lab(exact), 5e-3, source)

    # NaN and infinities: the formulas as numpy has them, in float64.
    broken = t.broken('rgb', 3)
    for name, image in broken.items():
        a = image.astype(np.float64)
        r, g, b = a[..., 0], a[..., 1], a[..., 2]
        t.case('convertColour', [name], {'to': 'bgr'}, a[..., ::-1], 0, 'cv2.cvtColor')
        luma = 0.299 * r + 0.587 * g + 0.114 * b
        t.case('convertColour', [name], {'to': 'gray'}, luma[..., None], 2e-6, 'the formula of cv2.cvtColor in numpy')
        out = np.stack([luma, (r - luma) * 0.713 + 0.5, (b - luma) * 0.564 + 0.5], -1)
        t.case('convertColour', [name], {'to': 'ycrcb'}, out, 2e-6, 'the formula of cv2.cvtColor in numpy')
        out = np.sign(a) * linear(np.abs(a))
        t.case('convertColour', [name], {'to': 'linear'}, out, 1e-6, 'IEC 61966-2-1 in float64')
        t.case('convertColour', [name], {'to': 'lab'}, lab(np.clip(a, 0, 1)), 5e-3, 'CIE L*a*b* in float64')
        v = np.maximum(np.maximum(r, g), b)
        spread = v - np.minimum(np.minimum(r, g), b)
        scale = 60 / (spread + 2.0 ** -23)
        hue = np.where(v == r, (g - b) * scale, np.where(v == g, 120 + (b - r) * scale, 240 + (r - g) * scale))
        out = np.stack([np.where(hue < 0, hue + 360, hue), spread / (np.abs(v) + 2.0 ** -23), v], -1)
        t.case('convertColour', [name], {'to': 'hsv'}, out, 1e-3, 'the formula of cv2.cvtColor in numpy', circle=360)
    for name, image in broken.items():
        a = t.picture(f'{name} in ycrcb', image, 'ycrcb').astype(np.float64)
        y, cr, cb = a[..., 0], a[..., 1] - 0.5, a[..., 2] - 0.5
        out = np.stack([y + 1.403 * cr, y - 0.714 * cr - 0.344 * cb, y + 1.773 * cb], -1)
        source = 'the formula of cv2.cvtColor in numpy'
        t.case('convertColour', [f'{name} in ycrcb'], {'to': 'rgb'}, out, 1e-5, source)
