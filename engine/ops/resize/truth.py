"""cv2.resize. Where a picture holds NaN or infinities: the sum over the weights of cv2.resize that are not 0."""
import cv2
import numpy as np

METHODS = {
    'nearest': cv2.INTER_NEAREST,
    'bilinear': cv2.INTER_LINEAR,
    'bicubic': cv2.INTER_CUBIC,
    'area': cv2.INTER_AREA,
}


def weights(shape, size, axis, code):
    """(to, from): how cv2.resize weighs the places of one axis, by its answers to single pixels."""
    n, other = shape[axis], 1 - axis
    columns = []
    for i in range(n):
        impulse = np.zeros(shape, np.float32)
        impulse[(i, slice(None)) if axis == 0 else (slice(None), i)] = 1
        out = cv2.resize(impulse, size, interpolation=code)
        # All the same along the other axis, whose weights sum to 1.
        columns.append(out.take(out.shape[other] // 2, axis=other))
    w = np.stack(columns, -1)
    w[np.abs(w) < 1e-6] = 0
    return w


def resized(image, size, code):
    """Σ over the weights that are not 0, in float64."""
    down = weights(image.shape[:2], size, 0, code).astype(np.float64)
    across = weights(image.shape[:2], size, 1, code).astype(np.float64)
    out = np.zeros((size[1], size[0], image.shape[2]))
    for y in range(size[1]):
        for x in range(size[0]):
            rows, columns = np.nonzero(down[y])[0], np.nonzero(across[x])[0]
            w = np.outer(down[y, rows], across[x, columns])
            out[y, x] = (w[..., None] * image[np.ix_(rows, columns)]).sum(axis=(0, 1))
    return out


def make(t):
    usual = t.usual()
    for method, code in METHODS.items():
        for width, height in ((4, 5), (20, 16), (3, 22), (9, 4)):
            for name, image in usual.items():
                out = cv2.resize(image, (width, height), interpolation=code).reshape(height, width, -1)
                params = {'width': width, 'height': height, 'method': method}
                t.case('resize', [name], params, out, 3e-6, 'cv2.resize')
    broken = t.broken()
    broken['colours'] = t.picture('colours', np.dstack([broken['side by side']] * 3) * [1, 2, 3], 'data')
    for name, image in broken.items():
        for method, code in METHODS.items():
            for scale in ((2, 2), (0.5, 0.5), (1.5, 0.75)):
                width, height = (max(1, round(n * s)) for n, s in zip(image.shape[1::-1], scale))
                if (height, width) == image.shape[:2]:
                    continue
                params = {'width': width, 'height': height, 'method': method}
                out = resized(image, (width, height), code)
                t.case('resize', [name], params, out, 3e-6, 'the weights of cv2.resize')
