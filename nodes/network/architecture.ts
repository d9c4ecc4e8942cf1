import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { architecture, architectureNames, architectureTitles, inputOf } from './architectures/index.ts'

interface Chosen {
  readonly name: string
  readonly classes: number
  readonly size: number
}

function network({ name, classes, size }: Chosen) {
  const [channels = 3, height = 0] = inputOf(name)
  const input = size === 0 || size === height ? undefined : [channels, size, size]
  return { network: { kind: 'network', name, layers: architecture(name, classes, input) } as const }
}

/** As Python writes them. */
const torchvisionNames = Object.fromEntries(architectureNames.map((name) => [name, `torchvision.models.${name}`]))

/** A known architecture, built from layers: torchvision's names of modules and weights. Network out. */
export const networkArchitecture = defineNode({
  type: 'network/architecture',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Architecture',
  alias: 'torchvision.models',
  keywords: [
    ...['LeNet', 'AlexNet', 'VGG', 'GoogLeNet', 'Inception', 'ResNet', 'DenseNet', 'SqueezeNet', 'MobileNet'],
    ...['ShuffleNet', 'EfficientNet', 'ViT', 'transformer', 'ConvNeXt', 'Swin', 'U-Net', 'backbone', 'timm'],
  ],
  summary: 'Gives a well-known network, built from its layers.',
  inputs: {},
  params: {
    name: param.choice({
      default: 'resnet50',
      of: architectureNames,
      names: architectureTitles,
      label: 'Architecture',
      help: 'As torchvision names it; LeNet-5 and U-Net besides.',
    }),
    classes: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      label: 'Classes',
      help: 'How many numbers come out; of U-Net for each pixel. 1000 are those of ImageNet.',
    }),
    size: param.integer({
      default: 0,
      min: 0,
      max: 4096,
      label: 'Size',
      help: 'Height and width of the picture that goes in. 0: as the network was made for.',
    }),
  },
  outputs: { network: socket.network() },
  shape: network,
  run: network,
  explain: {
    idea: 'The history of the field in a list: from LeNet, which read the digits of cheques, to networks that let all parts of a picture look at each other. Each is a few blocks, repeated.',
    reference: 'torchvision.models 0.14 (names of modules and weights); the papers of each architecture.',
    code: 'model = {name}(num_classes={classes})',
    words: { name: { ...torchvisionNames, lenet5: 'LeNet5', unet: 'UNet' } },
  },
})
