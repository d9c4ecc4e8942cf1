"""Steps of a training by torch, timed here. First a line with the network, the batch and the threads; then a line a step."""
import importlib
import json
import pathlib
import sys
import time

# The networks are those of the tests.
sys.path[0] = str(pathlib.Path(__file__).parents[2] / 'nodes' / 'fixtures')

import torch
from torch import nn

training = importlib.import_module('network-training')


class Dcgan(nn.Sequential):
    """A generator with its discriminator behind it (Radford et al. 2016, for 32 × 32 pixels)."""

    def __init__(self):
        layers, channels = [], 100
        for i, out in enumerate((256, 128, 64)):
            layers += [nn.ConvTranspose2d(channels, out, 4, 1 if i == 0 else 2, 0 if i == 0 else 1, bias=False)]
            layers += [nn.BatchNorm2d(out), nn.ReLU()]
            channels = out
        layers += [nn.ConvTranspose2d(channels, 1, 4, 2, 1, bias=False), nn.Tanh()]
        channels = 1
        for out in (64, 128, 256):
            layers += [nn.Conv2d(channels, out, 4, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
            channels = out
        super().__init__(*layers, nn.Conv2d(channels, 1, 4, bias=False), nn.Flatten())


networks = {
    'LeNet-5': (training.LeNet5, (1, 28, 28)),
    'ResNet-20': (training.ResNet20, (3, 32, 32)),
    'DCGAN': (Dcgan, (100, 1, 1)),
}

asked = json.loads(sys.stdin.readline())
torch.set_num_threads(asked['threads'])
kind, shape = networks[asked['network']]
model = kind().train()
x = torch.rand(asked['batch'], *shape) - 0.5
gan = kind is Dcgan
target = torch.ones(asked['batch'], 1) if gan else torch.randint(0, 10, (asked['batch'],))
loss = nn.functional.binary_cross_entropy_with_logits if gan else nn.functional.cross_entropy
optimiser = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)
print(json.dumps({'name': f'torch {torch.__version__}'}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    optimiser.zero_grad()
    loss(model(x), target).backward()
    optimiser.step()
    print(1000 * (time.perf_counter() - start), flush=True)
