"""numpy.rint and numpy.clip, saturating as cv::saturate_cast; NaN is 0, as numpy.nan_to_num has it."""
import numpy as np


def make(t):
    wide = t.picture('wide', t.rng.normal(0.5, 0.6, (8, 10, 3)), 'rgb')
    pictures = {'wide': wide, **t.broken('gray')}
    for name, image in pictures.items():
        for depth, top in ((8, 255), (16, 65535)):
            out = np.clip(np.rint(np.nan_to_num(image, nan=0, posinf=np.inf, neginf=-np.inf) * np.float32(top)), 0, top)
            t.case('toPicture', [name], {'depth': depth}, out, 0, 'numpy.rint, clip, nan_to_num')
