"""Makes pairs.json: cv2.BFMatcher on random rows. Run as: python3 engine/ops/match/pairs.py (made with OpenCV 4.6.0)"""
import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(20261129)


def case(name, first, second):
    bits = first.dtype == np.uint8
    norm = cv2.NORM_HAMMING if bits else cv2.NORM_L2
    pairs = [[m.queryIdx, m.trainIdx, m.distance, n.distance] for m, n in cv2.BFMatcher(norm).knnMatch(first, second, 2)]
    crossed = sorted([m.queryIdx, m.trainIdx] for m in cv2.BFMatcher(norm, crossCheck=True).match(first, second))
    numbers = [[int(v) if v == int(v) else float(f'{v:.9g}') for v in rows.ravel()] for rows in (first, second)]
    return {'name': name, 'length': first.shape[1], 'bits': bits, 'first': numbers[0], 'second': numbers[1], 'pairs': pairs, 'crossed': crossed}


def rows(n, length):
    return rng.random((n, length), np.float32)


cases = [
    case('numbers', rows(17, 21), rows(13, 21)),
    case('whole numbers, as SIFT has', np.floor(256 * rows(14, 128)), np.floor(256 * rows(11, 128))),
    case('bits', (256 * rows(14, 32)).astype(np.uint8), (256 * rows(15, 32)).astype(np.uint8)),
]
pathlib.Path(__file__).with_name('pairs.json').write_text(json.dumps(cases, separators=(',', ':')) + '\n')
