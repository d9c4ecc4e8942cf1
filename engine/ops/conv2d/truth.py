"""The formula of torch.nn.Conv2d (groups = C), window by window: 0 · NaN is NaN, so a weight of 0 reads too."""
import numpy as np


def windows(image, kh, kw, stride, padding, dilation, outside):
    """(y, x, i, j, channel): every window of the padded picture."""
    padded = np.pad(image.astype(np.float64), ((padding,) * 2, (padding,) * 2, (0, 0)), constant_values=outside)
    tall, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    views = np.lib.stride_tricks.sliding_window_view(padded, (tall, wide), axis=(0, 1))
    return views[::stride, ::stride, :, ::dilation, ::dilation].transpose(0, 1, 3, 4, 2)


def conv2d(image, kernel, stride, padding, dilation, bias):
    views = windows(image, *kernel.shape, stride, padding, dilation, 0)
    return (views * kernel[..., None]).sum(axis=(2, 3)) + bias


def make(t):
    rgb = t.usual()['rgb']
    for kernel, stride, padding, dilation, bias in [
        ([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], 1, 1, 1, 0),
        ([[0.5, -1], [2, 0.25]], 2, 0, 1, 0.5),
        ([[1, 0, -1, 2]], 1, 3, 2, 0),
        ([[1, -2, 3], [4, 5, -6], [-7, 8, 9]], 3, 2, 2, -1),
    ]:
        k = np.array(kernel, np.float64)
        params = {'kernel': kernel, 'stride': stride, 'padding': padding, 'dilation': dilation, 'bias': bias}
        out = conv2d(rgb, k, stride, padding, dilation, bias)
        t.case('conv2d', ['rgb'], params, out, 2e-5, 'torch.nn.Conv2d (groups = C) in float64')
    k = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], np.float64)
    for name, image in t.broken().items():
        params = {'kernel': k.tolist(), 'stride': 1, 'padding': 1}
        out = conv2d(image, k, 1, 1, 1, 0)
        t.case('conv2d', [name], params, out, 2e-5, 'torch.nn.Conv2d in float64')
