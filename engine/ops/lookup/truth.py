"""Tables: cv2.LUT for bytes, numpy.interp for floats, and numpy.interp between tiles in float64."""
import cv2
import numpy as np


def make(t):
    usual = t.usual()
    table = t.rng.random(256)
    for name in ('rgb', 'gray', 'one'):
        u8 = np.rint(usual[name] * 255).astype(np.uint8)
        whole = t.picture(f'{name} of bytes', u8 / np.float32(255), 'gray' if name == 'gray' else 'rgb')
        out = cv2.LUT(u8, table).reshape(u8.shape)
        params = {'tables': table.tolist(), 'channels': 1, 'entries': 256, 'range': [0, 1], 'method': 'nearest'}
        t.case('lookup', [f'{name} of bytes'], params, out, 1e-6, 'cv2.LUT')
        assert whole.shape == u8.shape
    short = t.rng.random(11)
    params = {'tables': short.tolist(), 'channels': 1, 'entries': 11, 'range': [0.25, 0.75], 'method': 'linear'}
    places = np.linspace(0.25, 0.75, 11)
    t.case('lookup', ['rgb'], params, np.interp(usual['rgb'].astype(float), places, short), 1e-5, 'numpy.interp')
    three = t.rng.random((3, 11))
    params = {**params, 'tables': three.ravel().tolist(), 'channels': 3}
    each = np.dstack([np.interp(usual['rgb'][..., c].astype(float), places, three[c]) for c in range(3)])
    t.case('lookup', ['rgb'], params, each, 1e-5, 'numpy.interp, a table a channel')
    each = np.dstack([np.interp(usual['gray'][..., 0].astype(float), places, three[c]) for c in range(3)])
    t.case('lookup', ['gray'], params, each, 1e-5, 'numpy.interp, a channel a table')
    for name, picture in t.broken().items():
        t.case('lookup', [name], {**params, 'tables': short.tolist(), 'channels': 1},
               np.interp(picture.astype(float), places, short), 1e-5, 'numpy.interp')
    # Tiles: the weights of OpenCV's CLAHE, in float64.
    tiles = t.rng.random((2, 3, 11))
    gray = usual['gray'][..., 0].astype(float)
    h, w = gray.shape
    th, tw = -(-h // 2), -(-w // 3)
    out = np.empty((h, w))
    for y in range(h):
        for x in range(w):
            fy, fx = y / th - 0.5, x / tw - 0.5
            y1, x1 = int(np.floor(fy)), int(np.floor(fx))
            wy, wx = fy - y1, fx - x1
            of = lambda i, j: np.interp(gray[y, x], places, tiles[np.clip(i, 0, 1), np.clip(j, 0, 2)])
            out[y, x] = (1 - wy) * ((1 - wx) * of(y1, x1) + wx * of(y1, x1 + 1)) + wy * ((1 - wx) * of(y1 + 1, x1) + wx * of(y1 + 1, x1 + 1))
    t.case('lookup', ['gray'], {**params, 'tables': tiles.ravel().tolist(), 'channels': 1,
                                'grid': {'columns': 3, 'rows': 2, 'width': tw, 'height': th}}, out[..., None], 1e-5,
           'numpy.interp between tiles, in float64')
