/** ResNet, ResNeXt and Wide ResNet: what a block computes is added to what came in. */
import { at, type Family, type Net, rgb } from './blocks.ts'

interface Variant {
  readonly title: string
  readonly blocks: readonly number[]
  readonly bottleneck: boolean
  readonly groups?: number
  /** Channels of a group in the first stage. */
  readonly width?: number
}

const variants: Readonly<Record<string, Variant>> = {
  resnet18: { title: 'ResNet-18', blocks: [2, 2, 2, 2], bottleneck: false },
  resnet34: { title: 'ResNet-34', blocks: [3, 4, 6, 3], bottleneck: false },
  resnet50: { title: 'ResNet-50', blocks: [3, 4, 6, 3], bottleneck: true },
  resnet101: { title: 'ResNet-101', blocks: [3, 4, 23, 3], bottleneck: true },
  resnet152: { title: 'ResNet-152', blocks: [3, 8, 36, 3], bottleneck: true },
  resnext50_32x4d: { title: 'ResNeXt-50 32 × 4', blocks: [3, 4, 6, 3], bottleneck: true, groups: 32, width: 4 },
  wide_resnet50_2: { title: 'Wide ResNet-50-2', blocks: [3, 4, 6, 3], bottleneck: true, width: 128 },
}

export interface Block {
  readonly name: string
  readonly from: number
  readonly stride: number
  readonly dilation: number
  /** Of the stage: 64, 128, 256, 512. */
  readonly planes: number
}

export function skip(net: Net, { name, from, stride }: Block, out: number): number {
  if (stride === 1 && net.channels(from) === out) return from
  const conv = net.conv(at(name, 'downsample.0'), from, { out, kernel: 1, stride, bias: false })
  return net.norm(at(name, 'downsample.1'), conv)
}

function basicBlock(net: Net, block: Block): number {
  const { name, from, stride, planes } = block
  let x = net.conv(at(name, 'conv1'), from, { out: planes, kernel: 3, stride, padding: 1, bias: false })
  x = net.act(at(name, 'relu1'), net.norm(at(name, 'bn1'), x))
  x = net.norm(at(name, 'bn2'), net.conv(at(name, 'conv2'), x, { out: planes, kernel: 3, padding: 1, bias: false }))
  return net.act(at(name, 'relu2'), net.sum(at(name, 'add'), x, skip(net, block, planes)))
}

interface Inside {
  /** Channels between the 1 × 1 convolutions. */
  readonly inner: number
  readonly groups?: number
  readonly kernel?: number
}

export function bottleneck(net: Net, block: Block, { inner, groups = 1, kernel = 3 }: Inside): number {
  const { name, from, stride, dilation, planes } = block
  let x = net.conv(at(name, 'conv1'), from, { out: inner, kernel: 1, bias: false })
  x = net.act(at(name, 'relu1'), net.norm(at(name, 'bn1'), x))
  x = net.conv(at(name, 'conv2'), x, {
    out: inner,
    kernel,
    stride,
    padding: (dilation * (kernel - 1)) / 2,
    dilation,
    groups,
    bias: false,
  })
  x = net.act(at(name, 'relu2'), net.norm(at(name, 'bn2'), x))
  x = net.norm(at(name, 'bn3'), net.conv(at(name, 'conv3'), x, { out: 4 * planes, kernel: 1, bias: false }))
  return net.act(at(name, 'relu3'), net.sum(at(name, 'add'), x, skip(net, block, 4 * planes)))
}

interface StageOptions {
  /** Of all names. */
  readonly prefix?: string
  /** The last two stages keep their size, and their kernels look twice and four times as far instead. */
  readonly dilated?: boolean
}

/** Everything before the pooling. */
export function resnetStages(net: Net, name: string, { prefix = '', dilated = false }: StageOptions = {}): number {
  const variant = variants[name] as Variant
  let x = net.conv(`${prefix}conv1`, 0, { out: 64, kernel: 7, stride: 2, padding: 3, bias: false })
  x = net.act(`${prefix}relu`, net.norm(`${prefix}bn1`, x))
  x = net.max(`${prefix}maxpool`, x, 3, { stride: 2, padding: 1 })
  let dilation = 1
  for (const [stage, count] of variant.blocks.entries()) {
    const before = dilation
    const kept = dilated && stage >= 2
    if (kept) dilation *= 2
    for (let i = 0; i < count; i++) {
      const block = {
        name: at(`${prefix}layer${stage + 1}`, i),
        from: x,
        stride: stage > 0 && i === 0 && !kept ? 2 : 1,
        dilation: i === 0 ? before : dilation,
        planes: 64 * 2 ** stage,
      }
      const { groups = 1, width = 64 } = variant
      const inner = (block.planes / 64) * width * groups
      x = variant.bottleneck ? bottleneck(net, block, { inner, groups }) : basicBlock(net, block)
    }
  }
  return x
}

export const resnet: Family = {
  members: Object.fromEntries(Object.entries(variants).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    net.linear('fc', net.pooled(resnetStages(net, name)), classes)
  },
}
