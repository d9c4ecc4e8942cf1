"""Gaussian smoothing against cv2.GaussianBlur; sums over the taps that are not 0, which is what cv2.filter2D reads."""
import cv2
import numpy as np

from truth import BORDERS, like


def make(t):
    for sigma in (0.3, 0.5, 1.0, 1.5, 2.0, 3.3, 10.0):
        size = int(np.round(8 * sigma + 1)) | 1
        taps = cv2.getGaussianKernel(size, sigma, cv2.CV_64F).ravel()
        t.case('gaussianTaps', [], {'sigma': sigma}, taps, 1e-9, 'cv2.getGaussianKernel')
    usual = t.usual()
    for border, mode in BORDERS.items():
        for name, image in usual.items():
            out = like(cv2.GaussianBlur(image, (0, 0), 1.2, borderType=mode), image)
            t.case('gaussian', [name], {'sigma': 1.2, 'border': border}, out, 1e-6, 'cv2.GaussianBlur')
    for name, image in t.broken().items():
        out = like(cv2.GaussianBlur(image, (3, 3), 0.5, borderType=cv2.BORDER_REPLICATE), image)
        taps = cv2.getGaussianKernel(3, 0.5, cv2.CV_64F).ravel().tolist()
        t.case('separable', [name], {'x': taps, 'y': taps, 'border': 'replicate'}, out, 1e-6, 'cv2.GaussianBlur')
        # A derivative: the middle tap is 0 and reads nothing.
        x, y = np.array([-1, 0, 1.0]), np.array([1, 2, 1.0])
        out = like(cv2.filter2D(image, -1, np.outer(y, x), borderType=cv2.BORDER_REPLICATE), image)
        params = {'x': x.tolist(), 'y': y.tolist(), 'border': 'replicate'}
        t.case('separable', [name], params, out, 1e-6, 'cv2.filter2D')
