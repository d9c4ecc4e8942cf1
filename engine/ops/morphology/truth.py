"""cv2.erode and cv2.dilate; where a window has NaN, NumPy's minimum and maximum, which are NaN."""
import cv2
import numpy as np

from truth import like

FORMS = {'rectangle': cv2.MORPH_RECT, 'ellipse': cv2.MORPH_ELLIPSE, 'cross': cv2.MORPH_CROSS}


def windows(image, element, operation):
    h, w = element.shape
    outside = np.inf if operation == 'erode' else -np.inf
    padded = np.pad(image, ((h // 2,) * 2, (w // 2,) * 2, (0, 0)), constant_values=outside)
    views = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(0, 1))[..., element != 0]
    return views.min(-1) if operation == 'erode' else views.max(-1)


def make(t):
    usual, broken = t.usual(), t.broken()
    for operation in ('erode', 'dilate'):
        call = getattr(cv2, operation)
        for form, code in FORMS.items():
            for size in ((3, 3), (7, 5), (1, 9), (13, 13)):
                element = cv2.getStructuringElement(code, size)
                for name, image in usual.items():
                    params = {'operation': operation, 'element': element.tolist()}
                    t.case('morphology', [name], params, like(call(image, element), image), 0, f'cv2.{operation}')
        for name, image in broken.items():
            for element in (np.ones((3, 5), np.uint8), np.eye(3, dtype=np.uint8)):
                params = {'operation': operation, 'element': element.tolist()}
                t.case('morphology', [name], params, windows(image, element, operation), 0, 'numpy.min, numpy.max')
