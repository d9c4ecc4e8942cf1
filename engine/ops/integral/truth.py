"""cv2.integral and cv2.integral2; numpy.cumsum where there are NaN and infinities."""
import cv2
import numpy as np


def table(image):
    made = np.zeros((image.shape[0] + 1, image.shape[1] + 1, image.shape[2]))
    made[1:, 1:] = image.astype(np.float64).cumsum(0).cumsum(1)
    return made


def make(t):
    for name, shape in (('gray', (11, 17, 1)), ('rgb', (7, 9, 3)), ('row', (1, 40, 1)), ('pixel', (1, 1, 1))):
        image = t.picture(name, t.rng.random(shape), 'rgb' if shape[2] == 3 else 'gray')
        for squared in (False, True):
            made = cv2.integral2(image)[1] if squared else cv2.integral(image)
            made = made.reshape(shape[0] + 1, shape[1] + 1, shape[2]).astype(np.float32)
            t.case('integral', [name], {'squared': squared}, made, 1e-5, 'cv2.integral2' if squared else 'cv2.integral')
    for name, image in t.broken().items():
        with np.errstate(all='ignore'):
            t.case('integral', [name], {}, table(image).astype(np.float32), 1e-5, 'numpy.cumsum')
