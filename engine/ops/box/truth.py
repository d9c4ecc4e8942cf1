"""cv2.boxFilter; where a window has NaN or infinity, NumPy's sum of the window, as OpenCV's running sums carry it on."""
import cv2
import numpy as np

from truth import BORDERS, like


def make(t):
    usual, broken = t.usual(), t.broken()
    for name, image in usual.items():
        for border, code in BORDERS.items():
            for width, height in ((3, 3), (9, 5), (1, 7)):
                if image.shape[0] == 1 and border == 'reflect101':
                    continue
                params = {'width': width, 'height': height, 'border': border}
                made = cv2.boxFilter(image, -1, (width, height), borderType=code)
                t.case('box', [name], params, like(made, image), 1e-6, 'cv2.boxFilter')
        params = {'width': 31, 'height': 31, 'normalise': False, 'border': 'replicate'}
        made = cv2.boxFilter(image, -1, (31, 31), normalize=False, borderType=cv2.BORDER_REPLICATE)
        t.case('box', [name], params, like(made, image), 1e-3, 'cv2.boxFilter')
    for name, image in broken.items():
        padded = np.pad(image, ((1, 1), (2, 2), (0, 0)), mode='edge')
        views = np.lib.stride_tricks.sliding_window_view(padded, (3, 5), axis=(0, 1))
        params = {'width': 5, 'height': 3, 'border': 'replicate'}
        t.case('box', [name], params, views.mean((3, 4)), 1e-6, 'numpy.mean')
