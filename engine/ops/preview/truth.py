"""cv2.resize INTER_AREA for a picture that shrinks, INTER_NEAREST_EXACT for labels, and OpenCV's table of colours."""
import cv2
import numpy as np


def make(t):
    big = t.picture('big', np.round(t.rng.random((24, 36, 3)), 3), 'rgb')
    out = np.clip(np.rint(cv2.resize(big, (12, 8), interpolation=cv2.INTER_AREA) * 255), 0, 255)
    t.case('preview', ['big'], {'width': 12, 'height': 12}, out, 1, 'cv2.resize INTER_AREA')
    # NaN is magenta, an average with NaN is NaN; infinities are the ends of the range.
    for name, image in t.broken('gray').items():
        if min(image.shape[:2]) < 4:
            continue
        h, w = image.shape[0] // 2, image.shape[1] // 2
        whole = t.picture(f'{name}, even', image[:2 * h, :2 * w], 'gray')
        # Of an even size, so that every cell covers two whole pixels a side.
        mean = whole.astype(np.float64).reshape(h, 2, w, 2).mean(axis=(1, 3))
        gray = np.clip(np.rint(np.clip(mean, 0, 1) * 255), 0, 255)
        out = np.where(np.isnan(mean)[..., None], [255, 0, 255], gray[..., None] * np.ones(3))
        t.case('preview', [f'{name}, even'], {'width': w, 'height': h}, out, 1, 'numpy mean of cells')
    viridis = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], cv2.COLORMAP_VIRIDIS)[:, 0, ::-1]
    t.case('viridis', [], {}, viridis, 2, 'cv2.applyColorMap')
    # The pixel in the middle of each cell, never a number between two.
    labels = t.picture('labels', t.rng.integers(0, 600, (27, 33)), 'data')
    out = cv2.resize(labels, (11, 9), interpolation=cv2.INTER_NEAREST_EXACT)
    entries = np.where(out == 0, 0, 1 + (out - 1) % 255)
    t.case('labels', ['labels'], {'width': 11, 'height': 9}, entries, 0, 'cv2.resize INTER_NEAREST_EXACT')
