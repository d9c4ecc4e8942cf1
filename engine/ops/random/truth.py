"""pcg3d as the paper prints it, in numpy's uint32: Jarzynski and Olano, Hash Functions for GPU Rendering, 2020, listing of pcg3d."""
import numpy as np


def pcg3d(x, y, z):
    x, y, z = (np.uint32(v) * np.uint32(1664525) + np.uint32(1013904223) for v in (x, y, z))
    x = x + y * z
    y = y + z * x
    z = z + x * y
    x, y, z = (v ^ (v >> np.uint32(16)) for v in (x, y, z))
    x = x + y * z
    y = y + z * x
    return x, y, z + x * y


def make(t):
    for (h, w, channels), seed in (((6, 7, 3), 0), ((5, 4, 1), 4294967295), ((1, 9, 4), 20261129)):
        y, x, c = np.meshgrid(np.arange(h), np.arange(w), np.arange(channels), indexing='ij')
        made, _, _ = pcg3d(x.astype(np.uint32) | c.astype(np.uint32) << np.uint32(16), y.astype(np.uint32), np.full(x.shape, seed, np.uint32))
        params = {'height': h, 'width': w, 'channels': channels, 'seed': seed}
        t.case('random', [], params, (made >> np.uint32(8)) / 2.0 ** 24, 0, 'pcg3d in numpy')
