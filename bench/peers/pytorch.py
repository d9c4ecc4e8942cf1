"""PyTorch as a peer (a file called torch.py would be imported in its place): reads a line with the name of an architecture, runs it on a picture of noise, prints the milliseconds.

The first line is JSON: how many threads there are. Models are kept. Its priority is that of a model's process (host/models/process.ts):
with a higher one it would take the processor from ours where others compute too.
"""
import json
import os
import sys
import time

import torch
import torchvision

settings = json.loads(sys.stdin.readline())
if hasattr(os, 'nice'):
    os.nice(5)
torch.set_num_threads(settings['threads'])
models, x = {}, torch.rand(1, 3, 224, 224)
print(json.dumps({'version': torch.__version__}), flush=True)
for line in sys.stdin:
    name = line.strip()
    if name not in models:
        models[name] = getattr(torchvision.models, name)().eval()
    with torch.inference_mode():
        start = time.perf_counter()
        models[name](x)
        print(1000 * (time.perf_counter() - start), flush=True)
