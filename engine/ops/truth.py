"""Makes engine/ops/NAME/truth.json: what OpenCV, NumPy or a published formula gives, for the conformance tests.

Run as: python3 engine/ops/truth.py [NAME...]   (made with OpenCV 4.6.0 and numpy 1.24.2, Debian python3-opencv)
Each NAME/truth.py has `make(t)`, which adds pictures and cases to a `Truth`. A case is {op, inputs, params, outputs: {name:
{shape, numbers}}, tolerance, source}; conformance.test.ts beside it runs it on every device.
"""
import importlib.util
import json
import os
import sys

import cv2
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))

BORDERS = {
    'constant': cv2.BORDER_CONSTANT,
    'replicate': cv2.BORDER_REPLICATE,
    'reflect': cv2.BORDER_REFLECT,
    'reflect101': cv2.BORDER_REFLECT_101,
}


def number(v, digits):
    if np.isnan(v):
        return 'nan'
    return ('inf' if v > 0 else '-inf') if np.isinf(v) else float(f'{v:.{digits}g}')


def stored(a, digits=9):
    """Nine digits name a float32."""
    a = np.asarray(a)
    return {'shape': list(a.shape), 'numbers': [number(v, digits) for v in a.astype(np.float64).ravel()]}


def like(a, b):
    """`a` in the shape of `b`: OpenCV drops the axis of a single channel."""
    return np.asarray(a).reshape(np.asarray(b).shape)


class Truth:
    def __init__(self, seed=20261123):
        self.rng = np.random.default_rng(seed)
        self.pictures = {}
        self.cases = []

    def picture(self, name, a, space='rgb', alpha=False):
        """Keeps a picture (H, W) or (H, W, C); gives it as the reader of the file sees it, float32 (H, W, C)."""
        a = np.asarray(a, np.float32)
        a = a[..., None] if a.ndim == 2 else a
        self.pictures[name] = {**stored(a), 'space': space, **({'alpha': True} if alpha else {})}
        return np.array([float(v) for v in self.pictures[name]['numbers']], np.float32).reshape(a.shape)

    def case(self, op, inputs, params, output, tolerance, source, **more):
        """`output`: an array, or one for each output by name."""
        outputs = output if isinstance(output, dict) else {'': output}
        self.cases.append({
            'op': op, 'inputs': inputs, 'params': params, 'outputs': {k: stored(v, 9 if tolerance < 1e-6 or np.nanmax(np.abs(v), initial=0) > 4 else 7) for k, v in outputs.items()},
            'tolerance': tolerance, 'source': source, **more,
        })

    def usual(self):
        """The pictures that most ops are tried on."""
        return {
            'rgb': self.picture('rgb', self.rng.random((11, 9, 3)), 'rgb'),
            'gray': self.picture('gray', self.rng.random((11, 9)), 'gray'),
            'one': self.picture('one', self.rng.random((1, 1, 3)), 'rgb'),
        }

    def broken(self, space='data', channels=1):
        """Pictures with NaN, infinities, -0 and denormals, of one row, one column, one pixel and several of each."""
        made = {}
        for name, special in (('nan', np.nan), ('inf', np.inf), ('-inf', -np.inf)):
            made[f'one pixel {name}'] = np.full((1, 1, channels), special)
        made['a row'] = self.rng.random((1, 12, channels))
        made['a column'] = self.rng.random((12, 1, channels))
        for a in (made['a row'].reshape(12, channels), made['a column'].reshape(12, channels)):
            a[2, 0], a[8, -1] = np.nan, np.inf
        far = self.rng.random((14, 15, channels))
        far[3, 3, 0], far[10, 3, -1], far[4, 11, 0] = np.nan, np.inf, -np.inf
        far[9, 9], far[9, 10] = -0.0, 1e-40
        made['far apart'] = far
        near = self.rng.random((9, 10, channels))
        near[4, 4, 0], near[4, 5, 0], near[5, 5, -1] = np.inf, -np.inf, np.nan
        made['side by side'] = near
        edge = self.rng.random((6, 7, channels))
        edge[0, 0, 0], edge[5, 6, -1] = np.nan, -np.inf
        made['corners'] = edge
        several = f', {channels}' if channels > 1 else ''
        return {name + several: self.picture(name + several, a, space) for name, a in made.items()}


def main(names):
    for name in names or sorted(os.listdir(here)):
        path = os.path.join(here, name, 'truth.py')
        if not os.path.exists(path):
            continue
        spec = importlib.util.spec_from_file_location(f'truth_of_{name}', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        t = Truth()
        with np.errstate(all='ignore'):
            module.make(t)
        with open(os.path.join(here, name, 'truth.json'), 'w') as file:
            json.dump({'pictures': t.pictures, 'cases': t.cases}, file, separators=(',', ':'))
        print(f'{name}: {len(t.cases)} cases, {os.path.getsize(file.name)} bytes')


if __name__ == '__main__':
    # The modules of the folders import this one by its name, not a second copy of it.
    sys.dont_write_bytecode = True
    sys.path.insert(0, here)
    main(sys.argv[1:])
