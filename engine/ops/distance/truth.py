"""cv2.distanceTransform, precise, and scipy.ndimage.distance_transform_edt. NaN and infinities are not 0, as for numpy.nonzero."""
import cv2
import numpy as np
from scipy import ndimage


def make(t):
    pictures = {}
    for name, (h, w), share in (('few', (23, 35), 0.01), ('many', (15, 19), 0.3), ('row', (1, 40), 0.1), ('column', (40, 1), 0.1)):
        a = t.rng.random((h, w))
        a[a < share] = 0
        a[0, 0] = 0
        pictures[name] = t.picture(name, a, 'gray')
    broken = {name: image for name, image in t.broken().items() if (image == 0).any()}
    for name, image in {**pictures, **broken}.items():
        mask = (image[..., 0] != 0).astype(np.uint8)
        made = ndimage.distance_transform_edt(mask)
        t.case('distance', [name], {'metric': 'euclidean'}, made[..., None], 1e-5, 'scipy.ndimage.distance_transform_edt')
        if min(mask.shape) > 1:
            made = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            t.case('distance', [name], {'metric': 'euclidean'}, made[..., None], 1e-4, 'cv2.distanceTransform')
        made = ndimage.distance_transform_cdt(mask, 'taxicab').astype(float)
        t.case('distance', [name], {'metric': 'manhattan'}, made[..., None], 0, 'scipy.ndimage.distance_transform_cdt')
