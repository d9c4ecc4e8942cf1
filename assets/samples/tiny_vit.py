"""Trains the tiny vision transformer of "Who looks at whom?": 4 × 4 patches, 32 features, 4 heads, 2 blocks, on Fashion-MNIST's 60,000
training pictures. The weights are named as the nodes of that pipeline name them by themselves.

Run as: python3 assets/samples/tiny_vit.py   (Debian: dataset-fashion-mnist, python3-torch 1.13); some minutes on a busy core.
SIGHTLINE_EPOCHS: how many (default 2). Prints the accuracy on the test set.
"""
import gzip
import json
import os
import struct

import numpy as np
import torch
from torch import nn

F = nn.functional
here = os.path.dirname(os.path.abspath(__file__))
data = os.environ.get('SIGHTLINE_FASHION_MNIST', '/usr/share/datasets/fashion-mnist')
PATCH, FEATURES, HEADS, BLOCKS = 4, 32, 4, 2


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(FEATURES, 3 * FEATURES)
        self.proj = nn.Linear(FEATURES, FEATURES)

    def forward(self, x):
        n, rows, _ = x.shape
        q, k, v = self.qkv(x).reshape(n, rows, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        shares = torch.softmax(q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5, -1)
        return self.proj((shares @ v).transpose(1, 2).reshape(n, rows, FEATURES))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(FEATURES, eps=1e-6)
        self.attn = Attention()
        self.norm2 = nn.LayerNorm(FEATURES, eps=1e-6)
        self.mlp = nn.Sequential()
        self.mlp.add_module('fc1', nn.Linear(FEATURES, 2 * FEATURES))
        self.mlp.add_module('act', nn.GELU())
        self.mlp.add_module('fc2', nn.Linear(2 * FEATURES, FEATURES))

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch_embed = nn.Sequential()
        self.patch_embed.add_module('proj', nn.Conv2d(1, FEATURES, PATCH, PATCH))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, FEATURES))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, (28 // PATCH) ** 2 + 1, FEATURES))
        self.blocks = nn.Sequential(*[Block() for _ in range(BLOCKS)])
        self.norm = nn.LayerNorm(FEATURES, eps=1e-6)
        self.head = nn.Linear(FEATURES, 10)

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def read(part):
    images = gzip.open(os.path.join(data, f'{part}-images-idx3-ubyte.gz')).read()[16:]
    labels = gzip.open(os.path.join(data, f'{part}-labels-idx1-ubyte.gz')).read()[8:]
    # From -1 to 1, as the node's "From -1 to 1".
    x = torch.from_numpy(np.frombuffer(images, np.uint8).reshape(-1, 1, 28, 28).astype(np.float32) / 127.5 - 1)
    return x, torch.from_numpy(np.frombuffer(labels, np.uint8).astype(np.int64))


def names():
    """What each weight is called in the pipeline, where layers are counted by their type."""
    both = lambda own, wanted: [(f'{own}.{part}', f'{wanted}.{part}') for part in ('weight', 'bias')]
    yield from both('patch_embed.proj', 'conv1')
    yield 'cls_token', 'tokens.class_token'
    yield 'pos_embed', 'tokens.pos_embedding'
    for i in range(BLOCKS):
        own = f'blocks.{i}'
        yield from both(f'{own}.norm1', f'layerNorm{2 * i + 1}')
        yield f'{own}.attn.qkv.weight', f'attention{i + 1}.in_proj_weight'
        yield f'{own}.attn.qkv.bias', f'attention{i + 1}.in_proj_bias'
        yield from both(f'{own}.attn.proj', f'attention{i + 1}.out_proj')
        yield from both(f'{own}.norm2', f'layerNorm{2 * i + 2}')
        yield from both(f'{own}.mlp.fc1', f'linear{2 * i + 1}')
        yield from both(f'{own}.mlp.fc2', f'linear{2 * i + 2}')
    yield from both('norm', f'layerNorm{2 * BLOCKS + 1}')
    yield from both('head', f'linear{2 * BLOCKS + 1}')


def save(model, path):
    state = model.state_dict()
    tensors = {wanted: state[own].detach().numpy() for own, wanted in names()}
    header, at = {}, 0
    for name, value in tensors.items():
        header[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [at, at + value.nbytes]}
        at += value.nbytes
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(value.tobytes() for value in tensors.values()))


if __name__ == '__main__':
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get('SIGHTLINE_THREADS', '2')))
    model = Tiny()
    (x, y), (test, answers) = read('train'), read('t10k')
    epochs, batch = int(os.environ.get('SIGHTLINE_EPOCHS', '2')), 256
    steps = epochs * (len(x) // batch)
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(x))
        for i in range(len(x) // batch):
            rows = order[i * batch : (i + 1) * batch]
            given = x[rows]
            if torch.rand(()) < 0.5:
                given = given.flip(3)
            optimiser.zero_grad()
            F.cross_entropy(model(given), y[rows], label_smoothing=0.05).backward()
            optimiser.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            hits = sum((model(test[i : i + 500]).argmax(1) == answers[i : i + 500]).sum().item() for i in range(0, len(test), 500))
        save(model, os.path.join(here, 'tiny-vit.safetensors'))
        print(f'epoch {epoch + 1}: {hits / len(test):.4f}', flush=True)
