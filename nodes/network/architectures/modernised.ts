/** A ResNet-50 that becomes a ConvNeXt-T in seven steps. */
import { at, type Net } from './blocks.ts'
import { convnext, norm } from './convnext.ts'
import { type Block, bottleneck, resnet, skip } from './resnet.ts'

interface Step {
  readonly title: string
  /** Top-1 accuracy on ImageNet-1k in % of the network so far. Absent: not published for this order of steps. */
  readonly top1?: number
}

/** @see Liu et al., A ConvNet for the 2020s (2022), section 2 and figure 2: accuracies after 300 epochs, of the first after 90 */
export const steps: readonly Step[] = [
  { title: 'ResNet-50', top1: 76.1 },
  { title: 'Training: AdamW, Mixup, CutMix, RandAugment, 300 epochs', top1: 78.8 },
  { title: 'Blocks per stage: 3, 3, 9, 3 instead of 3, 4, 6, 3', top1: 79.4 },
  { title: 'Stem: patches of 4 × 4 instead of 7 × 7 and pooling', top1: 79.5 },
  { title: 'Depthwise convolutions of 7 × 7, 96 channels wide' },
  { title: 'Inverted bottleneck: 96 → 384 → 96, depthwise first', top1: 80.6 },
  { title: 'One GELU and one layer norm per block', top1: 81.5 },
  { title: 'Separate downsampling layers: ConvNeXt-T', top1: 82 },
]

/** Depthwise, then wide inside. `modern`: one activation and one norm, else one behind each convolution but the last. */
function invertedBlock(net: Net, block: Block, modern: boolean): number {
  const { name, from, stride, planes } = block
  const conv = (i: number, x: number, out: number, kernel = 1, set = {}): number =>
    net.conv(at(name, `conv${i}`), x, { out, kernel, padding: (kernel - 1) / 2, bias: modern, ...set })
  const channels = net.channels(from)
  let x = conv(1, from, channels, 7, { stride, groups: channels })
  x = modern ? norm(net, at(name, 'norm'), x) : net.act(at(name, 'relu1'), net.norm(at(name, 'bn1'), x))
  x = conv(2, x, 4 * planes)
  x = modern ? net.act(at(name, 'gelu'), x, 'gelu') : net.act(at(name, 'relu2'), net.norm(at(name, 'bn2'), x))
  x = conv(3, x, planes)
  if (modern) {
    const kept = stride === 1 && channels === planes
    const seen = kept ? from : net.conv(at(name, 'downsample.0'), from, { out: planes, kernel: 1, stride })
    return net.sum(at(name, 'add'), x, seen)
  }
  x = net.norm(at(name, 'bn3'), x)
  return net.act(at(name, 'relu3'), net.sum(at(name, 'add'), x, skip(net, block, planes)))
}

function stem(net: Net, step: number): number {
  if (step < 3) {
    const x = net.conv('conv1', 0, { out: 64, kernel: 7, stride: 2, padding: 3, bias: false })
    return net.max('maxpool', net.act('relu', net.norm('bn1', x)), 3, { stride: 2, padding: 1 })
  }
  const x = net.conv('conv1', 0, { out: step < 4 ? 64 : 96, kernel: 4, stride: 4, bias: step >= 6 })
  return step < 6 ? net.act('relu', net.norm('bn1', x)) : norm(net, 'norm1', x)
}

function blockOf(net: Net, step: number, block: Block): number {
  if (step >= 5) return invertedBlock(net, block, step >= 6)
  const { planes } = block
  return bottleneck(net, block, step < 4 ? { inner: planes } : { inner: planes, groups: planes, kernel: 7 })
}

/** The layers after the first `step` of the seven steps. */
export function modernised(net: Net, step: number, classes: number): void {
  if (step < 2) resnet.build(net, 'resnet50', classes)
  else if (step >= 7) convnext.build(net, 'convnext_tiny', classes)
  else between(net, step, classes)
}

function between(net: Net, step: number, classes: number): void {
  let x = stem(net, step)
  for (const [stage, count] of [3, 3, 9, 3].entries())
    for (let i = 0; i < count; i++)
      x = blockOf(net, step, {
        ...{ name: at(`layer${stage + 1}`, i), from: x, dilation: 1 },
        stride: stage > 0 && i === 0 ? 2 : 1,
        planes: (step < 4 ? 64 : 96) * 2 ** stage,
      })
  net.linear('fc', net.pooled(x), classes)
}
