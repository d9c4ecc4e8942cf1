"""The rule of torch.nn.MaxPool2d: the largest number of a window, NaN where it has any; padding never wins."""
import numpy as np


def max_pool(image, size, stride, padding):
    padded = np.pad(image, ((padding,) * 2, (padding,) * 2, (0, 0)), constant_values=-np.inf)
    views = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))[::stride, ::stride]
    return views.max(axis=(3, 4))


def make(t):
    rgb = t.usual()['rgb']
    for size, stride, padding in [(2, 2, 0), (3, 2, 1), (5, 1, 2), (3, 3, 0)]:
        params = {'size': size, 'stride': stride, 'padding': padding}
        out = max_pool(rgb, size, stride, padding)
        t.case('maxPool', ['rgb'], params, out, 0, 'torch.nn.MaxPool2d in numpy')
    for name, image in t.broken(channels=3).items():
        for size, stride, padding in ((2, 1, 1), (5, 2, 2)):
            params = {'size': size, 'stride': stride, 'padding': padding}
            out = max_pool(image, size, stride, padding)
            t.case('maxPool', [name], params, out, 0, 'torch.nn.MaxPool2d in numpy')
