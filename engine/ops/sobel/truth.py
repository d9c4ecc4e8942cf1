"""cv2.Sobel and cv2.magnitude; the direction is the arc tangent in float64."""
import cv2
import numpy as np

from truth import BORDERS, like


def sobel(image, mode):
    gx = like(cv2.Sobel(image, cv2.CV_32F, 1, 0, borderType=mode), image)
    gy = like(cv2.Sobel(image, cv2.CV_32F, 0, 1, borderType=mode), image)
    return {'x': gx, 'y': gy, 'magnitude': like(cv2.magnitude(gx.reshape(-1, 1), gy.reshape(-1, 1)), image)}


def make(t):
    usual = t.usual()
    gray = usual['gray']
    for border, mode in BORDERS.items():
        for name, image in usual.items():
            params = {'border': border, 'outputs': ['x', 'y', 'magnitude']}
            t.case('sobel', [name], params, sobel(image, mode), 4e-6, 'cv2.Sobel, cv2.magnitude')
    angle = np.degrees(np.arctan2(cv2.Sobel(gray, cv2.CV_64F, 0, 1), cv2.Sobel(gray, cv2.CV_64F, 1, 0))) % 360
    params = {'border': 'reflect101', 'outputs': ['direction']}
    t.case('sobel', ['gray'], params, {'direction': like(angle, gray)}, 1e-3, 'numpy.arctan2 of cv2.Sobel', circle=360)

    # The formula of both derivatives, written out: cv2.Sobel itself takes another path on other machines.
    for name, image in t.broken().items():
        p = np.pad(image[..., 0], 1, mode='edge')
        nw, n, ne, w, e, sw, s, se = (p[i:i + image.shape[0], j:j + image.shape[1]] for i, j in
                                      ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)))
        gx = (ne - nw) + 2 * (e - w) + (se - sw)
        gy = (sw - nw) + 2 * (s - n) + (se - ne)
        outputs = {'x': like(gx, image), 'y': like(gy, image), 'magnitude': like(np.sqrt(gx * gx + gy * gy), image)}
        params = {'border': 'replicate', 'outputs': ['x', 'y', 'magnitude']}
        t.case('sobel', [name], params, outputs, 4e-6, 'the formula in numpy')

    # Something with edges, for a chain of ops.
    y, x = np.mgrid[0:37, 0:41]
    scene = 0.5 + 0.3 * np.sin(x / 3.0)[..., None] * np.array([1, 0.5, -0.4])
    scene = scene + 0.2 * ((x - 20) ** 2 + (y - 15) ** 2 < 90)[..., None]
    scene = t.picture('scene', np.round(scene + 0.05 * t.rng.random(scene.shape), 4), 'rgb')
    smooth = cv2.GaussianBlur(cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY), (0, 0), 2)
    edges = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    t.case('edges', ['scene'], {'sigma': 2}, edges[..., None], 1e-5, 'cv2.cvtColor, GaussianBlur, Sobel, magnitude')
