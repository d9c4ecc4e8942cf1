"""cv2.bilateralFilter, which reads its weights off a table; the formula in float64; of NaN and infinity, the formula in NumPy."""
import cv2
import numpy as np

from truth import BORDERS, like


def formula(image, diameter, sigma_colour, sigma_space, mode='edge'):
    r = diameter // 2
    padded = np.pad(image.astype(np.float64), ((r, r), (r, r), (0, 0)), mode=mode)
    h, w, _ = image.shape
    sums, weights = 0, 0
    for dy in range(-r, r + 1):
        for dx in range(-r, r + 1):
            if np.hypot(dy, dx) > r:
                continue
            other = padded[r + dy:r + dy + h, r + dx:r + dx + w]
            d = np.abs(other - image).sum(-1, keepdims=True)
            weight = np.exp(-(dy * dy + dx * dx) / (2 * sigma_space ** 2) - d ** 2 / (2 * sigma_colour ** 2))
            sums, weights = sums + weight * other, weights + weight
    return sums / weights


def make(t):
    usual = t.usual()
    smooth = t.picture('smooth', cv2.GaussianBlur(t.rng.random((12, 13, 3)).astype(np.float32), (0, 0), 1.5), 'rgb')
    broken = {**t.broken(), **t.broken(channels=3)}
    for name, image in {**usual, 'smooth': smooth}.items():
        for border, code in BORDERS.items():
            # Of a constant OpenCV's table may lack the difference.
            if name == 'one' or border == 'constant':
                continue
            params = {'diameter': 5, 'sigmaColour': 0.2, 'sigmaSpace': 2, 'border': border}
            made = cv2.bilateralFilter(image, 5, 0.2, 2, borderType=code)
            t.case('bilateral', [name], params, like(made, image), 1e-4, 'cv2.bilateralFilter')
        for diameter, colour, space in ((9, 0.1, 3), (3, 1, 0.5), (0, 0.3, 1.7)):
            params = {'diameter': diameter, 'sigmaColour': colour, 'sigmaSpace': space, 'border': 'replicate'}
            made = cv2.bilateralFilter(image, diameter, colour, space, borderType=cv2.BORDER_REPLICATE)
            t.case('bilateral', [name], params, like(made, image), 1e-4, 'cv2.bilateralFilter')
        params = {'diameter': 9, 'sigmaColour': 0.1, 'sigmaSpace': 3, 'border': 'replicate'}
        t.case('bilateral', [name], params, formula(image, 9, 0.1, 3), 1e-5, 'the formula in float64')
        params = {'diameter': 5, 'sigmaColour': 0.4, 'sigmaSpace': 3, 'border': 'constant'}
        t.case('bilateral', [name], params, formula(image, 5, 0.4, 3, 'constant'), 1e-5, 'the formula in float64')
    for name, image in broken.items():
        params = {'diameter': 5, 'sigmaColour': 0.2, 'sigmaSpace': 2, 'border': 'replicate'}
        t.case('bilateral', [name], params, formula(image, 5, 0.2, 2), 1e-5, 'the formula in NumPy')
