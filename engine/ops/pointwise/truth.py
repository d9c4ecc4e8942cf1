"""Formulas of nodes in OpenCV and numpy."""
import cv2
import numpy as np


def make(t):
    rgb = t.usual()['rgb']
    other = t.picture('other', t.rng.random((11, 9, 3)), 'rgb')
    t.case('blend', ['rgb', 'other'], {'t': 0.3}, cv2.addWeighted(rgb, 0.7, other, 0.3, 0), 1e-6, 'cv2.addWeighted')
    t.case('difference', ['rgb', 'other'], {}, cv2.absdiff(rgb, other), 0, 'cv2.absdiff')
    out = cv2.threshold(rgb, 0.5, 1, cv2.THRESH_BINARY)[1]
    t.case('threshold', ['rgb'], {'at': 0.5}, out, 0, 'cv2.threshold')
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    out = (rgb.astype(np.float64) - mean) / std
    t.case('normalise', ['rgb'], {'mean': mean, 'std': std}, out, 1e-6, 'numpy')
    t.case('gamma', ['rgb'], {'gamma': 2.2}, rgb.astype(np.float64) ** (1 / 2.2), 1e-6, 'numpy')

    # Every pair of what is not an ordinary number, through each function.
    odd = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0], np.float32)
    a = t.picture('a', np.repeat(odd, len(odd)).reshape(len(odd), len(odd)), 'data')
    b = t.picture('b', np.tile(odd, len(odd)).reshape(len(odd), len(odd)), 'data')
    unary = {
        'absolute': np.abs, 'negative': np.negative, 'squareRoot': np.sqrt, 'exponential': np.exp, 'logarithm': np.log,
        'floor': np.floor, 'round': np.rint, 'sine': np.sin, 'cosine': np.cos,
    }
    binary = {
        'add': np.add, 'subtract': np.subtract, 'multiply': np.multiply, 'divide': np.divide,
        'minimum': np.minimum, 'maximum': np.maximum, 'power': np.power, 'less': np.less, 'lessEqual': np.less_equal,
        'greater': np.greater, 'greaterEqual': np.greater_equal, 'equal': np.equal,
    }
    for name, ufunc in unary.items():
        t.case('ufunc', ['a'], {'name': name}, ufunc(a).astype(np.float32), 1e-5, f'numpy.{ufunc.__name__}')
    for name, ufunc in binary.items():
        t.case('ufunc', ['a', 'b'], {'name': name}, ufunc(a, b).astype(np.float32), 1e-5, f'numpy {name}')
    t.case('clip', ['a'], {}, np.clip(a, 0.25, 0.75), 0, 'numpy.clip')
    out = cv2.threshold(a, 0.5, 1, cv2.THRESH_BINARY)[1]
    t.case('threshold', ['a'], {'at': 0.5}, out.reshape(a.shape), 0, 'cv2.threshold')
    t.case('difference', ['a', 'b'], {}, np.abs(a - b), 0, 'numpy')
    # -0 counts as 0, and of two infinities there is no angle: the rule of cv2.phase.
    angle = np.arctan2(a + 0.0, b + 0.0)
    angle[np.isinf(a) & np.isinf(b)] = np.nan
    t.case('angle', ['a', 'b'], {}, angle, 1e-6, 'numpy.arctan2, cv2.phase')
    for name, image in t.broken(channels=3).items():
        t.case('gamma', [name], {'gamma': 2.2}, image.astype(np.float64) ** (1 / 2.2), 1e-6, 'numpy')
