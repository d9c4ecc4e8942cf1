"""cv2.filter2D: a weight of 0 reads nothing, whatever lies there."""
import cv2
import numpy as np

from truth import BORDERS, like


def make(t):
    kernel = np.array([[0.1, -0.4, 0], [1.5, 0.3, 0.2], [0, -0.7, 1]])
    usual = t.usual()
    for border, mode in BORDERS.items():
        for name, image in usual.items():
            out = like(cv2.filter2D(image, -1, kernel, delta=0.125, borderType=mode), image)
            params = {'kernel': kernel.tolist(), 'delta': 0.125, 'border': border}
            t.case('convolve', [name], params, out, 2e-6, 'cv2.filter2D')
    for name, image in t.broken().items():
        for weights in (kernel, np.array([[0, 0, 1.0]])):
            out = like(cv2.filter2D(image, -1, weights, borderType=cv2.BORDER_REFLECT_101), image)
            t.case('convolve', [name], {'kernel': weights.tolist(), 'border': 'reflect101'}, out, 2e-6, 'cv2.filter2D')
