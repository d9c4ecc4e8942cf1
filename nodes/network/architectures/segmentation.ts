/** A class for each pixel, on the features of a ResNet whose last stages look further apart instead of striding: FCN and DeepLab v3. */
import { at, type Family, type Net, rgb } from './blocks.ts'
import { resnetStages } from './resnet.ts'

const variants = {
  fcn_resnet50: { title: 'FCN, ResNet-50', backbone: 'resnet50' },
  fcn_resnet101: { title: 'FCN, ResNet-101', backbone: 'resnet101' },
  deeplabv3_resnet50: { title: 'DeepLab v3, ResNet-50', backbone: 'resnet50' },
  deeplabv3_resnet101: { title: 'DeepLab v3, ResNet-101', backbone: 'resnet101' },
} as const

/** Convolution without bias, batch norm and ReLU: modules `first` to `first + 2` of `name`. */
function block(
  net: Net,
  name: string,
  from: number,
  out: number,
  { first = 0, kernel = 1, dilation = 1 } = {},
): number {
  const padding = (dilation * (kernel - 1)) / 2
  const conv = net.conv(at(name, first), from, { out, kernel, padding, dilation, bias: false })
  return net.act(at(name, first + 2), net.norm(at(name, first + 1), conv))
}

function fcn(net: Net, from: number, classes: number): number {
  const x = block(net, 'classifier', from, net.channels(from) / 4, { kernel: 3 })
  return net.conv('classifier.4', net.act('classifier.3', x, 'dropout'), { out: classes, kernel: 1 })
}

/** Atrous spatial pyramid pooling: the same features seen at four distances, and as a whole. */
function deeplab(net: Net, from: number, classes: number): number {
  const [pyramid, width] = ['classifier.0', 256]
  const seen = [block(net, at(pyramid, 'convs', 0), from, width)]
  for (const [i, dilation] of [12, 24, 36].entries())
    seen.push(block(net, at(pyramid, 'convs', i + 1), from, width, { kernel: 3, dilation }))
  const [own, size] = [at(pyramid, 'convs', 4), net.shape(from).slice(1)]
  const whole = block(net, own, net.add(at(own, 0), 'adaptiveAvgPool', [from], { size: 1 }), width, { first: 1 })
  seen.push(net.add(at(own, 'upsample'), 'upsample', [whole], { size, mode: 'bilinear' }))
  let x = block(net, at(pyramid, 'project'), net.add(at(pyramid, 'concatenate'), 'concatenate', seen), width)
  x = block(net, 'classifier', net.act(at(pyramid, 'project', 3), x, 'dropout'), width, { first: 1, kernel: 3 })
  return net.conv('classifier.4', x, { out: classes, kernel: 1 })
}

export const segmentation: Family = {
  members: Object.fromEntries(Object.entries(variants).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { backbone } = variants[name as keyof typeof variants]
    const size = net.shape(0).slice(1)
    const features = resnetStages(net, backbone, { prefix: 'backbone.', dilated: true })
    const scores = (name.startsWith('fcn') ? fcn : deeplab)(net, features, classes)
    net.add('upsample', 'upsample', [scores], { size, mode: 'bilinear' })
  },
}
