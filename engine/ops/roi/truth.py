"""torchvision.ops.roi_align and roi_pool (0.14, with PyTorch 1.13, Debian python3-torchvision).

Of samples beyond the map torchvision multiplies the first feature by 0, so that a NaN there spreads; ours read nothing. So the
pictures with NaN are tried on boxes inside them.
"""
import torch
from torchvision.ops import roi_align, roi_pool

BOXES = [
    [0, 0, 17, 21], [1.3, 2.7, 11.9, 15.1], [-6, -3, 9, 8], [10, 10, 60, 50], [4, 3, 4.5, 19], [7, 7, 7, 7],
    [12, 12, 3, 4], [100, 100, 120, 110], [5.5, 6.25, 6.5, 7.25], [0.5, 0.5, 3.5, 3.5], [1, 1, 3, 3],
]


def make(t):
    rgb = t.usual()['rgb']
    maps = {'rgb': rgb, 'negative': t.picture('negative', t.rng.random((11, 9, 2)) - 2, 'data'), **t.broken(channels=2)}
    for name, image in maps.items():
        whole = name in ('rgb', 'negative')
        h, w = image.shape[:2]
        chosen = BOXES if whole else [[0, 0, 2 * w, 2 * h], [0.4 * w, 0.2 * h, 1.5 * w, 1.7 * h], [w, h, w + 0.5, h + 0.5]]
        boxes = torch.tensor(chosen, dtype=torch.float32)
        features = torch.tensor(image.transpose(2, 0, 1)[None])
        last = lambda out: out.permute(0, 2, 3, 1).numpy().reshape(-1, 1, 1)
        for size in ((2, 3), (5, 5)) if whole else ((2, 2),):
            for scale in (0.5, 0.3) if name == 'rgb' and size[0] == 2 else (0.5,):
                params = {'boxes': [v for box in chosen for v in box], 'size': list(size), 'scale': scale}
                t.case('roiPool', [name], params, last(roi_pool(features, [boxes], size, scale)), 0, 'torchvision.ops.roi_pool')
                for sampling, aligned in ((-1, True), (-1, False), (2, True), (3, False)) if whole else ((2, True), (-1, True)):
                    out = last(roi_align(features, [boxes], size, scale, sampling, aligned))
                    more = {'sampling': max(sampling, 0), 'aligned': aligned}
                    t.case('roiAlign', [name], {**params, **more}, out, 1e-5, 'torchvision.ops.roi_align')
