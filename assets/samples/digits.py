"""Makes the sample digits: all 1,797 of the UCI data set, as scikit-learn ships them, as IDX.

Run as: python3 assets/samples/digits.py   (Debian: python3-sklearn, python3-numpy)
"""
import gzip
import io
import os
import struct

import numpy as np
from sklearn.datasets import load_digits

here = os.path.dirname(os.path.abspath(__file__))
digits = load_digits()
# Whole numbers from 0 to 16 there.
images = np.rint(digits.images * 255 / 16).astype(np.uint8)


def packed(name, content):
    out = io.BytesIO()
    # Without a time, so that it is the same file each time.
    with gzip.GzipFile(fileobj=out, mode='wb', compresslevel=9, mtime=0) as file:
        file.write(content)
    with open(os.path.join(here, name), 'wb') as file:
        file.write(out.getvalue())


count, height, width = images.shape
packed('digits-images.idx.gz', struct.pack('>4i', 0x803, count, height, width) + images.tobytes())
packed('digits-labels.idx.gz', struct.pack('>2i', 0x801, count) + digits.target.astype(np.uint8).tobytes())
