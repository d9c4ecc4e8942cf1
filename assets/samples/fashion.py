"""Makes the sample data (the first 1,000 pictures of Fashion-MNIST's test set) and shop.png, a shop window of pictures after them.

Run as: python3 assets/samples/fashion.py   (Debian: dataset-fashion-mnist, python3-opencv, python3-numpy)
"""
import gzip
import io
import os
import struct

import cv2
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
data = os.environ.get('SIGHTLINE_FASHION_MNIST', '/usr/share/datasets/fashion-mnist')
COUNT, SIDE = 1000, 28
images = gzip.open(os.path.join(data, 't10k-images-idx3-ubyte.gz')).read()
labels = gzip.open(os.path.join(data, 't10k-labels-idx1-ubyte.gz')).read()


def packed(name, content):
    out = io.BytesIO()
    # Without a time, so that it is the same file each time.
    with gzip.GzipFile(fileobj=out, mode='wb', compresslevel=9, mtime=0) as file:
        file.write(content)
    with open(os.path.join(here, name), 'wb') as file:
        file.write(out.getvalue())


packed('fashion-images.idx.gz', struct.pack('>4i', 0x803, COUNT, SIDE, SIDE) + images[16:16 + COUNT * SIDE * SIDE])
packed('fashion-labels.idx.gz', struct.pack('>2i', 0x801, COUNT) + labels[8:8 + COUNT])

pictures = np.frombuffer(images, np.uint8, offset=16).reshape(-1, SIDE, SIDE)
classes = np.frombuffer(labels, np.uint8, offset=8)
rng = np.random.default_rng(14)
shop = np.zeros((208, 320), np.uint8)
# Two shelves of bags, shoes and trousers, small and large.
shelves = [(56, [8, 7, 1, 8, 9, 5]), (60, [1, 8, 7, 3, 8, 9]), (44, [7, 8, 5, 1, 8, 7, 9])]
top = 10
for height, row in shelves:
    left = 8
    for wanted in row:
        choice = COUNT + int(rng.choice(np.flatnonzero(classes[COUNT:] == wanted)))
        side = int(height * rng.uniform(0.62, 0.8))
        one = cv2.resize(pictures[choice], (side, side), interpolation=cv2.INTER_CUBIC)
        y = top + height - side
        shop[y:y + side, left:left + side] = np.maximum(shop[y:y + side, left:left + side], one)
        left += side + int(rng.integers(2, 10))
    cv2.line(shop, (4, top + height + 2), (315, top + height + 2), 70, 1)
    top += height + 12
shop = np.clip(shop + rng.normal(6, 2.5, shop.shape), 0, 255).astype(np.uint8)
cv2.imwrite(os.path.join(here, 'shop.png'), shop)
