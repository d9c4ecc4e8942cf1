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
const pythonNames = {
  ...Object.fromEntries(
    architectureNames.map((name) => [
      name,
      `torchvision.models.${/^(fcn|deeplab)/.test(name) ? 'segmentation.' : ''}${name}`,
    ]),
  ),
  ...{ lenet5: 'LeNet5', unet: 'UNet', segformer_b0: 'SegFormer', mobilenet_v1: 'timm.models.mobilenetv1_100' },
  ...{ vit_ti_16: 'timm.models.vit_tiny_patch16_224', vit_s_16: 'timm.models.vit_small_patch16_224' },
  ...{
    deit_ti_16: 'timm.models.deit_tiny_distilled_patch16_224',
    deit_s_16: 'timm.models.deit_small_distilled_patch16_224',
    deit_b_16: 'timm.models.deit_base_distilled_patch16_224',
  },
}

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
    ...['ShuffleNet', 'EfficientNet', 'ViT', 'DeiT', 'transformer', 'ConvNeXt', 'Swin', 'U-Net', 'backbone', 'timm'],
    ...['FCN', 'DeepLab', 'SegFormer', 'segmentation'],
  ],
  summary: 'Gives a well-known network, built from its layers.',
  inputs: {},
  params: {
    name: param.choice({
      default: 'resnet50',
      of: architectureNames,
      names: architectureTitles,
      label: 'Architecture',
      help: 'As torchvision names it; besides LeNet-5, U-Net, and those of timm and transformers that torchvision lacks.',
    }),
    classes: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      label: 'Classes',
      help: 'How many numbers come out; of U-Net, FCN, DeepLab and SegFormer for each pixel. 1000 are those of ImageNet.',
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
    reference:
      'torchvision.models 0.14 (names of modules and weights); timm for MobileNet v1, ViT-Ti/S and DeiT; Hugging Face transformers for SegFormer; the papers of each architecture.',
    code: 'model = {name}(num_classes={classes})',
    words: { name: pythonNames },
  },
})
