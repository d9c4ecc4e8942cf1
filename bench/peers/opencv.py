"""Native OpenCV, scikit-image and SciPy as peers: reads one JSON request a line, runs its calls on prepared data, prints the milliseconds.

A request is a list of calls as engine/ops/bench.ts describes them. Destinations are allocated beforehand, as ours are
reused. Threads: as many as the caller says.
"""
import importlib
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
small = np.ascontiguousarray(rgb[: H // 2, : W // 2])
targets = {
    "gray1": np.empty_like(gray), "gray2": np.empty_like(gray), "gray3": np.empty_like(gray), "gray4": np.empty_like(gray),
    "rgb1": np.empty_like(rgb),
    "bytes1": np.empty((H, W), np.uint8), "half1": np.empty((H // 2, W // 2, 3), np.float32), "planes": [np.empty_like(gray) for _ in range(3)],
}
named = {"rgb": rgb, "gray": gray, "small": small, "mask": (gray > 0.25).astype(np.uint8), "gray8": np.rint(gray * 255).astype(np.uint8),
         **targets}


def value(argument):
    """What an argument stands for in Python."""
    if isinstance(argument, str):
        return named[argument]
    if not isinstance(argument, dict):
        return argument
    (kind, given), = argument.items()
    if kind == "name":
        return getattr(cv2, given)
    if kind == "matrix":
        return np.array(given, np.float32)
    if kind == "bytes":
        return np.array(given, np.uint8)
    if kind in ("flag", "text"):
        return given
    if kind == "list":
        return [named[name] for name in given]
    return None if kind == "none" else tuple(int(n) for n in given)


def bound(call):
    """The call with its arguments: Python wants destinations behind what it needs; it makes `whatever` itself."""
    args = call["args"]
    given = [value(a) for a in args if not (isinstance(a, dict) and "to" in a)]
    to = [targets[a["to"]] for a in args if isinstance(a, dict) and "to" in a and a["to"] != "whatever"]
    more = [value(a) for a in call.get("more", [])]
    make, *parts = call.get("of", [None])
    owner = getattr(cv2, make)(*map(value, parts)) if make else cv2
    module, _, name = call["call"].rpartition(".")
    function = getattr(importlib.import_module(module) if module else owner, name)
    return lambda: function(*given, *to, *more)


def versions():
    """Of what is installed beside OpenCV."""
    for name, module in (("scikit-image", "skimage"), ("SciPy", "scipy")):
        try:
            yield f"{name} {importlib.import_module(module).__version__}"
        except ImportError:
            pass


print(json.dumps({"name": f"OpenCV {cv2.__version__}", "scientific": ", ".join(versions())}), flush=True)
known = {}
for line in sys.stdin:
    calls = known.get(line)
    if calls is None:
        calls = known[line] = [bound(call) for call in json.loads(line)]
    start = time.perf_counter()
    for call in calls:
        call()
    print((time.perf_counter() - start) * 1000, flush=True)
