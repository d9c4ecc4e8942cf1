"""The gradients of fitting 3D Gaussians by PyTorch's automatic differentiation (1.13, float64), of the published formulas: what is
drawn as in rasterise/truth.py, the loss as in the code of Kerbl et al. 2023 ((1 − λ)·L1 + λ·(1 − SSIM), a Gaussian window of 11 and
σ 1.5, zeros outside). Gradients are told as parts of the largest of their column.
"""
import importlib.util
import os

import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location('rasterise_truth', os.path.join(here, '..', 'rasterise', 'truth.py'))
rasterise = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rasterise)


def basis(degree, d):
    return torch.stack(rasterise.harmonics(degree, *d.unbind(-1)), -1)


def draw(rows, degree, camera, background):
    means, quats, sizes, logits, sh = rows[:, :3], rows[:, 3:7], rows[:, 7:10].exp(), rows[:, 10], rows[:, 11:]
    view = torch.tensor(camera['view'], dtype=torch.float64).reshape(4, 4)
    W, t = view[:3, :3], view[:3, 3]
    p = means @ W.T + t
    w, a, b, c = (quats / quats.norm(dim=1, keepdim=True)).unbind(1)
    turn = torch.stack([
        1 - 2 * (b * b + c * c), 2 * (a * b - w * c), 2 * (a * c + w * b),
        2 * (a * b + w * c), 1 - 2 * (a * a + c * c), 2 * (b * c - w * a),
        2 * (a * c - w * b), 2 * (b * c + w * a), 1 - 2 * (a * a + b * b)], 1).reshape(-1, 3, 3)
    fx, fy, cx, cy, width, height = (camera[k] for k in ('fx', 'fy', 'cx', 'cy', 'width', 'height'))
    z = p[:, 2]
    tx = (p[:, 0] / z).clamp(-cx / fx - 0.3 * width / (2 * fx), (width - cx) / fx + 0.3 * width / (2 * fx))
    ty = (p[:, 1] / z).clamp(-cy / fy - 0.3 * height / (2 * fy), (height - cy) / fy + 0.3 * height / (2 * fy))
    zero = torch.zeros_like(z)
    J = torch.stack([fx / z, zero, -fx * tx / z, zero, fy / z, -fy * ty / z], 1).reshape(-1, 2, 3)
    M = J @ W @ turn @ torch.diag_embed(sizes)
    inverse = torch.linalg.inv(M @ M.transpose(1, 2) + 0.3 * torch.eye(2, dtype=torch.float64))
    d = means + W.T @ t
    colours = (0.5 + torch.einsum('nk,nkc->nc', basis(degree, d / d.norm(dim=1, keepdim=True)), sh.reshape(len(rows), -1, 3))).clamp(min=0)
    opacities = torch.sigmoid(logits)
    ys, xs = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing='ij')
    left = torch.ones(height, width, dtype=torch.float64)
    alive = torch.ones(height, width, dtype=torch.bool)
    image = torch.zeros(height, width, 3, dtype=torch.float64)
    for i in torch.argsort(z, stable=True):
        if not 0.01 <= float(z[i]):
            continue
        dx, dy = xs - (fx * p[i, 0] / z[i] + cx), ys - (fy * p[i, 1] / z[i] + cy)
        sigma = 0.5 * (inverse[i, 0, 0] * dx * dx + inverse[i, 1, 1] * dy * dy) + inverse[i, 0, 1] * dx * dy
        alpha = (opacities[i] * torch.exp(-sigma)).clamp(max=0.99)
        drawn = alive & (alpha >= 1 / 255)
        after = left * (1 - alpha)
        alive = alive & ~(drawn & (after <= 1e-4))
        drawn = drawn & alive
        image = image + torch.where(drawn, alpha * left, torch.zeros_like(left))[..., None] * colours[i]
        left = torch.where(drawn, after, left)
    return image + left[..., None] * torch.tensor(background, dtype=torch.float64)


def similarity(a, b):
    taps = torch.exp(-(torch.arange(11, dtype=torch.float64) - 5) ** 2 / (2 * 1.5 ** 2))
    taps = taps / taps.sum()
    window = (taps[:, None] * taps[None]).expand(3, 1, 11, 11)
    blur = lambda x: torch.nn.functional.conv2d(x, window, padding=5, groups=3)
    a, b = a.permute(2, 0, 1)[None], b.permute(2, 0, 1)[None]
    m, n = blur(a), blur(b)
    aa, bb, ab = blur(a * a) - m * m, blur(b * b) - n * n, blur(a * b) - m * n
    return (((2 * m * n + 1e-4) * (2 * ab + 9e-4)) / ((m * m + n * n + 1e-4) * (aa + bb + 9e-4))).mean()


def make(t):
    straight = np.eye(4)
    aside = np.round(rasterise.turned(0.35, [1, 2, 0.5], [-0.5, 0.4, 0.8]), 6)
    for name, count, degree, size, seed, width, height, view, part in (
        ('one', 1, 0, 1.5, 9, 18, 13, straight, 0.2),
        ('twenty, off the centre', 20, 1, 0.4, 3, 21, 17, aside, 0.2),
        ('ten of degree 3, SSIM alone', 10, 3, 0.6, 5, 19, 12, straight, 1),
        ('fifty that hide one another, L1 alone', 50, 0, 0.8, 7, 20, 18, straight, 0),
    ):
        means, quats, scales, opacities, sh = rasterise.scene(count, degree, seed, size)
        o = 0.2 + 0.7 * opacities
        rows = np.concatenate([means, quats, np.log(scales), np.log(o / (1 - o))[:, None], sh.reshape(count, -1)], 1)
        rows = torch.tensor(np.float32(rows).astype(np.float64), requires_grad=True)
        camera = {'fx': 20, 'fy': 18, 'cx': 0.45 * width, 'cy': 0.55 * height, 'near': 0.01, 'far': 1e10, 'view': view.ravel().tolist()}
        background = [0.25, 0.5, 1]
        wanted = torch.tensor(np.float32(0.5 + 0.4 * np.sin(0.7 * np.arange(3 * width * height) + 0.3)).astype(np.float64)).reshape(height, width, 3)
        image = draw(rows, degree, {**camera, 'width': width, 'height': height}, background)
        apart, similar = (image - wanted).abs().mean(), similarity(image, wanted)
        ((1 - part) * apart + part * (1 - similar)).backward()
        gradients = rows.grad.numpy()
        largest = np.abs(gradients).max(0)
        largest[largest == 0] = 1
        params = {'scene': [count, degree, seed, size], 'width': width, 'height': height, 'camera': camera, 'part': part,
                  'background': background, 'largest': largest.tolist()}
        t.case('gradients', [], params, {'gradients': gradients / largest, 'losses': np.array([float(apart), float(similar)])},
               1e-3, f'PyTorch, {name}')
