/** All architectures, by torchvision's names where it has them. */
import type { Dims, Layer } from '../../../engine/values/layers/layer.ts'
import { type Family, Net } from './blocks.ts'
import { convnext } from './convnext.ts'
import { densenet } from './densenet.ts'
import { efficientnet } from './efficientnet.ts'
import { googlenet } from './googlenet.ts'
import { mobilenetV1, mobilenetV2, mobilenetV3 } from './mobilenet.ts'
import { alexnet, lenet, vgg } from './plain.ts'
import { resnet } from './resnet.ts'
import { segformer } from './segformer.ts'
import { segmentation } from './segmentation.ts'
import { shufflenet } from './shufflenet.ts'
import { squeezenet } from './squeezenet.ts'
import { swin, timmVit, vit } from './transformers.ts'
import { unet } from './unet.ts'

const families: readonly Family[] = [
  ...[lenet, alexnet, vgg, googlenet, resnet, densenet, squeezenet],
  ...[mobilenetV2, mobilenetV3, shufflenet, efficientnet, vit, convnext, swin, unet],
  ...[mobilenetV1, timmVit, segformer, segmentation],
]

const members = new Map(
  families.flatMap((family) => Object.keys(family.members).map((name) => [name, family] as const)),
)

export const architectureNames: readonly string[] = [...members.keys()]
export const architectureTitles: Readonly<Record<string, string>> = Object.fromEntries(
  families.flatMap((family) => Object.entries(family.members).map(([name, { title }]) => [name, title])),
)

const kept = new Map<string, readonly Layer[]>()
/** The lists are kept: a slider of classes would make many. */
const mostKept = 50

/** The layers that `build` adds to an input, made once for a name. */
export function built(name: string, input: Dims, build: (net: Net) => void): readonly Layer[] {
  const key = `${name} ${input.join(' ')}`
  const known = kept.get(key)
  if (known) return known
  const net = new Net(input)
  build(net)
  if (kept.size >= mostKept) kept.clear()
  kept.set(key, net.layers)
  return net.layers
}

/** Throws `network.shapes` where the input does not fit. */
export function architecture(name: string, classes: number, input?: Dims): readonly Layer[] {
  const family = members.get(name)
  const shape = input ?? family?.members[name]?.input
  if (!family || !shape) throw new Error(`there is no architecture "${name}"`)
  return built(`${name} ${classes}`, shape, (net) => family.build(net, name, classes))
}

/** What pictures it was made for: channels, height, width. */
export const inputOf = (name: string): Dims => members.get(name)?.members[name]?.input ?? []
