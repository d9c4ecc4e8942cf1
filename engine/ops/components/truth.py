"""cv2.connectedComponentsWithStats: its partition, numbered in the order of first pixels. NaN is foreground, as numpy.nonzero."""
import cv2
import numpy as np


def components(image, connectivity, area=1):
    mask = (image[..., 0] != 0).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    labels[stats[labels, cv2.CC_STAT_AREA] < area] = 0
    order = {0: 0}
    for v in labels.ravel():
        order.setdefault(int(v), len(order))
    ours = np.vectorize(order.get)(labels)
    return {'labels': ours[..., None], 'count': np.array([len(order) - 1])}


def make(t):
    pictures = {}
    for name, (h, w), density in (('sparse', (70, 31), 0.35), ('dense', (99, 20), 0.62), ('row', (1, 40), 0.5), ('column', (80, 1), 0.5)):
        pictures[name] = t.picture(name, t.rng.random((h, w)) < density, 'gray')
    # One long worm, that strips meet again and again.
    y, x = np.mgrid[0:100, 0:24]
    pictures['comb'] = t.picture('comb', (x % 2 == 0) | (y == 99), 'gray')
    pictures['spiral'] = t.picture('spiral', ((x + y) % 3 == 0) | ((x == 5) & (y > 20)), 'gray')
    pictures.update(t.broken())
    for name, image in pictures.items():
        for connectivity in (4, 8):
            outputs = components(image, connectivity)
            t.case('components', [name], {'connectivity': connectivity}, outputs, 0, 'cv2.connectedComponents')
            outputs = components(image, connectivity, 4)
            params = {'connectivity': connectivity, 'area': 4}
            t.case('components', [name], params, outputs, 0, 'cv2.connectedComponentsWithStats')
