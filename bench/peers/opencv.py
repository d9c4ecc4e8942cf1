"""Native OpenCV as a peer: reads one JSON request a line, runs the op once on prepared data, prints the milliseconds.

Destinations are allocated beforehand, as ours are reused. Threads: as many as the caller says.
"""
import json
import sys
import time

import cv2
import numpy as np

settings = json.loads(sys.stdin.readline())
cv2.setNumThreads(settings["threads"])
H, W = settings["height"], settings["width"]
rng = np.random.default_rng(1)
# Smooth with noise on top, as a photograph is: medians and caches behave as in life.
yy, xx = np.mgrid[0:H, 0:W].astype(np.float32)
base = 0.5 + 0.25 * np.sin(xx / 37) + 0.25 * np.cos(yy / 53)
rgb = np.clip(base[..., None] + rng.normal(0, 0.05, (H, W, 3)), 0, 1).astype(np.float32)
gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
gray8 = np.round(gray * 255).astype(np.uint8)
kernel3 = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)
kernel7 = rng.normal(0, 1, (7, 7)).astype(np.float32)
out3, out1 = np.empty_like(rgb), np.empty_like(gray)
out1b, out1c, out8 = np.empty_like(gray), np.empty_like(gray), np.empty_like(gray8)
half = np.empty((H // 2, W // 2, 3), np.float32)
double = np.empty((H, W, 3), np.float32)
small = np.ascontiguousarray(rgb[: H // 2, : W // 2])


def magnitude():
    cv2.Sobel(gray, cv2.CV_32F, 1, 0, dst=out1)
    cv2.Sobel(gray, cv2.CV_32F, 0, 1, dst=out1b)
    cv2.magnitude(out1, out1b, out1c)


def chain():
    """photo -> gray -> Gaussian sigma 2 -> Sobel magnitude"""
    cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY, dst=out1)
    cv2.GaussianBlur(out1, (0, 0), 2, dst=out1b)
    cv2.Sobel(out1b, cv2.CV_32F, 1, 0, dst=out1)
    cv2.Sobel(out1b, cv2.CV_32F, 0, 1, dst=out1c)
    cv2.magnitude(out1, out1c, out1)


ops = {
    "gray": lambda: cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY, dst=out1),
    "hsv": lambda: cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV, dst=out3),
    "lab": lambda: cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab, dst=out3),
    "ycrcb": lambda: cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb, dst=out3),
    "gaussian": lambda: cv2.GaussianBlur(rgb, (25, 25), 3, dst=out3),
    "sobel": magnitude,
    "median3": lambda: cv2.medianBlur(gray, 3, dst=out1),
    "median5": lambda: cv2.medianBlur(gray, 5, dst=out1),
    "convolve7": lambda: cv2.filter2D(gray, -1, kernel7, dst=out1),
    "conv2d": lambda: cv2.filter2D(rgb, -1, kernel3, dst=out3, borderType=cv2.BORDER_CONSTANT),
    "bilinear": lambda: cv2.resize(small, (W, H), dst=double, interpolation=cv2.INTER_LINEAR),
    "bicubic": lambda: cv2.resize(small, (W, H), dst=double, interpolation=cv2.INTER_CUBIC),
    "area": lambda: cv2.resize(rgb, (W // 2, H // 2), dst=half, interpolation=cv2.INTER_AREA),
    "nearest": lambda: cv2.resize(small, (W, H), dst=double, interpolation=cv2.INTER_NEAREST),
    "blend": lambda: cv2.addWeighted(rgb, 0.3, rgb, 0.7, 0, dst=out3),
    "threshold": lambda: cv2.threshold(gray, 0.5, 1, cv2.THRESH_BINARY, dst=out1),
    "statistics": lambda: (cv2.meanStdDev(gray), cv2.minMaxLoc(gray), cv2.calcHist([gray], [0], None, [256], [0, 1])),
    "split": lambda: cv2.split(rgb, [out1, out1b, out1c]),
    "merge": lambda: cv2.merge([gray, gray, gray], out3),
    "chain": chain,
}

print(json.dumps({"name": f"OpenCV {cv2.__version__}", "ops": sorted(ops)}), flush=True)
for line in sys.stdin:
    run = ops[json.loads(line)]
    start = time.perf_counter()
    run()
    print((time.perf_counter() - start) * 1000, flush=True)
