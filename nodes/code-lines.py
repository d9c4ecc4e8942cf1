"""Runs the lines of code that nodes show. In: a list of {line, folder, given}, JSON; into the named file: what became of each.

wanted: the names whose values are asked for; without it all. given: NAME -> {"array": base64, "dtype": ..., "shape": ...} or {"python": an expression}.
"""
import ast
import base64
import builtins
import importlib
import json
import os
import sys

# What the lines take for granted, as at the top of a person's own script.
PACKAGES = {
    "cv2": "cv2",
    "np": "numpy",
    "re": "re",
    "gzip": "gzip",
    "pathlib": "pathlib",
    "skimage": "skimage.io",
    "scipy": "scipy.ndimage",
    "sklearn": "sklearn.svm",
    "pandas": "pandas",
    "pycocotools": "pycocotools.coco",
    "torch": "torch",
    "torchvision": "torchvision",
    "torchinfo": "torchinfo",
    "timm": "timm",
    "onnxruntime": "onnxruntime",
    "PaddleOCR": "paddleocr",
    "tfjs_graph_converter": "tfjs_graph_converter.api",
    "yolox": "yolox.utils",
    "plyfile": "plyfile",
    "gsplat": "gsplat",
    "tf": "tensorflow",
    "mp": "mediapipe",
}
have, lack = {}, {}
for name, package in PACKAGES.items():
    try:
        importlib.import_module(package)
        have[name] = sys.modules[package if name in ("cv2", "np") else package.split(".")[0]]
    except Exception as error:  # a package may fail to load in many ways
        lack[name] = str(error)
if "scipy" in have:
    importlib.import_module("scipy.spatial.transform")
if "skimage" in have:
    for name in ("data", "exposure", "metrics", "measure", "util", "color", "draw"):
        importlib.import_module(f"skimage.{name}")
if "sklearn" in have:
    for name in ("cluster", "decomposition", "ensemble", "manifold", "model_selection", "neighbors"):
        importlib.import_module(f"sklearn.{name}")
if "scipy" in have:
    importlib.import_module("scipy.interpolate")
np = have["np"]


def names(tree):
    """Names that a line reads before it has set them, in the order of its statements; comprehensions count as a whole."""
    read, bound = set(), set(dir(builtins))
    for statement in tree.body:
        here = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        own = {node.id for node in here if isinstance(node.ctx, ast.Store)}
        own |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
        read |= {node.id for node in here if isinstance(node.ctx, ast.Load)} - bound - own
        bound |= own
    return read


def value(given):
    if "python" in given:
        return eval(given["python"], dict(have))
    return np.frombuffer(base64.b64decode(given["array"]), given["dtype"]).reshape(given["shape"]).copy()


def sent(result):
    if isinstance(result, (bool, int, float, np.number)):
        result = np.array(result)
    if not isinstance(result, np.ndarray) or result.dtype == object:
        return {"text": str(result)}
    numbers = np.ascontiguousarray(result, np.float64)
    return {"shape": list(result.shape), "array": base64.b64encode(numbers.tobytes()).decode()}


def run(line, folder, given, wanted=None):
    tree = ast.parse(line)
    used = names(tree)
    unknown = sorted(used - set(have) - set(lack) - set(given))
    if unknown:
        return {"error": "knows no " + ", ".join(unknown)}
    missing = sorted(used & set(lack))
    if missing:
        return {"skipped": "no " + ", ".join(missing)}
    os.chdir(folder)
    scope = {**have, **{name: value(one) for name, one in given.items()}}
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "line", "exec"), scope)
    results = {name: one for name, one in scope.items() if name not in have and not name.startswith("__")}
    if last is not None:
        results["_"] = eval(compile(ast.Expression(last.value), "line", "eval"), scope)
    return {"results": {name: sent(one) for name, one in results.items() if wanted is None or name in wanted}}


answers = []
for case in json.load(sys.stdin):
    try:
        answers.append(run(**case))
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
# Into a file: libraries print what they like.
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(answers, file)
