"""Makes edges.json: the edges of a sample photo, and what cv2.HoughLines and cv2.HoughLinesP find in them.

Run as: python3 engine/ops/hough/edges.py (made with OpenCV 4.6.0)
"""
import base64
import gzip
import json
import pathlib

import cv2
import numpy as np

here = pathlib.Path(__file__).parent
gray = cv2.imread(str(here / '../../../assets/samples/coffee.jpg'), cv2.IMREAD_GRAYSCALE)
edges = cv2.Canny(gray, 40, 100)
height, width = edges.shape
segments = cv2.HoughLinesP(edges, 1, np.pi / 180, 50, None, 30, 5)[:, 0]
lines = cv2.HoughLinesWithAccumulator(edges, 1, np.pi / 180, 100)[:50, 0]
made = {
    'width': width,
    'height': height,
    'bits': base64.b64encode(gzip.compress(np.packbits(edges > 0).tobytes(), mtime=0)).decode(),
    'segments': segments.tolist(),
    'lines': [[float(f'{rho:.9g}'), float(f'{theta:.9g}'), int(votes)] for rho, theta, votes in lines],
}
print((edges > 0).sum() * 180 / 8e6, 'parts', len(segments), 'segments', len(lines), 'lines')
(here / 'edges.json').write_text(json.dumps(made, separators=(',', ':')) + '\n')
