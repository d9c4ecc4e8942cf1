"""Native OpenCV and scikit-learn as peers of classical nodes: reads the name of one a line, runs it, prints the milliseconds.

The first line is JSON: the folder of the data and how many threads there are. Parameters are those of bench/classical-nodes.ts.
"""
import json
import pathlib
import sys
import time
import warnings

import cv2
import numpy as np

warnings.filterwarnings('ignore')
settings = json.loads(sys.stdin.readline())
cv2.setNumThreads(settings['threads'])
folder = pathlib.Path(settings['folder'])


def array(name, dtype, *shape):
    return np.fromfile(folder / name, dtype).reshape(*shape)


height, width = settings['height'], settings['width']
gray = array('gray', np.float32, height, width)
gray8 = np.rint(255 * gray).astype(np.uint8)
edges = (array('edges', np.float32, height, width) > 0).astype(np.uint8)
mask = (array('mask', np.float32, height, width) > 0).astype(np.uint8)
sift = [array(f'sift{i}', np.float32, -1, 128) for i in (0, 1)]
orb = [array(f'orb{i}', np.uint8, -1, 32) for i in (0, 1)]
examples = settings['examples']
features = array('features', np.float32, examples, -1)
targets = array('targets', np.int32, examples)
learned = examples - max(1, round(examples / 5))
hog = cv2.HOGDescriptor()
hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())

calls = {
    'integral': lambda: cv2.integral(gray),
    'Hough lines': lambda: cv2.HoughLines(edges, 1, np.pi / 180, 100),
    'Hough segments': lambda: cv2.HoughLinesP(edges, 1, np.pi / 180, 50, None, 30, 5),
    'Hough circles': lambda: cv2.HoughCircles(gray8, cv2.HOUGH_GRADIENT, 1, 10, None, 204, 31.4, 10, 100),
    'contours': lambda: cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE),
    'match SIFT': lambda: cv2.BFMatcher(cv2.NORM_L2).knnMatch(sift[0], sift[1], 2),
    'match ORB': lambda: cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(orb[0], orb[1], 2),
    'HOG + SVM windows': lambda: hog.detectMultiScale(gray8, hitThreshold=0, winStride=(8, 8), scale=1.1, groupThreshold=0),
}
name = f'OpenCV {cv2.__version__}'
try:
    import sklearn
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.ensemble import AdaBoostClassifier
    from sklearn.svm import LinearSVC

    name += f', scikit-learn {sklearn.__version__}'
    calls |= {
        'PCA, 16': lambda: PCA(16).fit_transform(features),
        'k-means, 8': lambda: KMeans(8, n_init=1, max_iter=20, tol=0, algorithm='full' if sklearn.__version__ < '1.1' else 'lloyd', random_state=1).fit(features),
        'AdaBoost, 10': lambda: AdaBoostClassifier(n_estimators=10, algorithm='SAMME').fit(features[:learned], targets[:learned]),
        'linear SVM': lambda: LinearSVC(C=1, max_iter=50).fit(features[:learned], targets[:learned]),
    }
except ImportError:
    pass

print(json.dumps({'name': name, 'has': list(calls)}), flush=True)
for line in sys.stdin:
    call = calls[line.strip()]
    start = time.perf_counter()
    call()
    print((time.perf_counter() - start) * 1000, flush=True)
