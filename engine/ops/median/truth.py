"""cv2.medianBlur, and numpy.median where a window has NaN (the answer is NaN) or is larger than OpenCV takes."""
import cv2
import numpy as np

from truth import like


def median(image, size):
    padded = np.pad(image, ((size // 2,) * 2, (size // 2,) * 2, (0, 0)), mode='edge')
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
    return np.median(windows, axis=(3, 4))


def make(t):
    usual = t.usual()
    for size in (3, 5):
        for name, image in usual.items():
            t.case('median', [name], {'size': size}, like(cv2.medianBlur(image, size), image), 0, 'cv2.medianBlur')
    t.case('median', ['gray'], {'size': 9}, median(usual['gray'], 9), 0, 'numpy.median')
    for name, image in t.broken().items():
        for size in (3, 5, 7):
            t.case('median', [name], {'size': size}, median(image, size), 0, 'numpy.median')
    for name, image in t.broken(channels=3).items():
        t.case('median', [name], {'size': 3}, median(image, 3), 0, 'numpy.median')
