"""numpy's min, max, mean, std and histogram of what is finite; NaN and infinities are counted."""
import numpy as np


def make(t):
    pictures = dict(t.usual())
    broken = t.rng.normal(0, 2, (13, 7, 2))
    broken[2, 3, 0] = np.nan
    broken[5, 1, 1] = np.inf
    broken[6, 1, 1] = -np.inf
    pictures['broken'] = t.picture('broken', broken, 'data')
    pictures.update({name: a for name, a in t.broken(channels=3).items() if 'one pixel' not in name})
    del pictures['one']
    for name, image in pictures.items():
        a = image.astype(np.float64).reshape(-1, image.shape[2])
        finite = [a[np.isfinite(a[:, c]), c] for c in range(a.shape[1])]
        stats = {
            'min': [v.min() for v in finite], 'max': [v.max() for v in finite],
            'mean': [v.mean() for v in finite], 'std': [v.std() for v in finite],
            'nan': np.isnan(a).sum(0), 'infinite': np.isinf(a).sum(0),
        }
        bounded = t.pictures[name]['space'] != 'data'
        lo, hi = (0, 1) if bounded else (min(v.min() for v in finite), max(v.max() for v in finite))
        stats['histogram'] = [np.histogram(v, 16, (lo, hi))[0] for v in finite]
        t.case('statistics', [name], {'bins': 16}, stats, 1e-6, 'numpy')
