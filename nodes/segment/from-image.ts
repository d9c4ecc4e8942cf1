import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { voc21 } from '../voc.ts'
import { labelsInPicture } from './from-image.work.ts'

/**
 * A picture of labels as data sets store them, as a label map. Image (H, W, 1 | 3 | 4) in; label map (H, W) out. An opacity is not
 * looked at.
 */
export const labelsFromImage = defineNode({
  type: 'segment/from-image',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Label map from picture',
  alias: 'np.array(PIL.Image.open(path))',
  keywords: [
    'ground truth',
    'annotations',
    'mask',
    'palette',
    'VOC',
    'Cityscapes',
    'COCO panoptic',
    'rgb2id',
    'segmentation',
  ],
  summary: 'Reads the numbers of classes or segments from a picture, as data sets store them.',
  inputs: { image: socket.image({ channels: [1, 3, 4], spaces: ['gray', 'rgb', 'data'] }) },
  params: {
    code: param.choice({
      default: 'gray',
      of: ['gray', 'voc', 'coco'],
      names: {
        gray: 'Gray values are the numbers',
        voc: 'VOC: colours of its palette',
        coco: 'COCO panoptic: R + 256 G + 65536 B',
      },
      label: 'Stored as',
      help: 'VOC saves label maps as pictures with a palette, which arrive in its colours.',
    }),
    white: param.integer({
      default: 255,
      min: 1,
      max: 65_535,
      soft: [1, 255],
      label: 'White stands for',
      help: '255 for pictures of 8 bits, 65535 for 16 bits, 1 for a mask.',
      when: { param: 'code', is: ['gray'] },
    }),
    names: param.choice({
      default: 'none',
      of: ['none', 'voc'],
      names: { none: 'Numbers', voc: 'Pascal VOC' },
      label: 'Class names',
      help: 'What the numbers mean.',
    }),
  },
  outputs: { labels: socket.labelmap({ over: 'image' }) },
  shape: ({ image }) => (image ? { labels: { kind: 'labelmap', height: image.height, width: image.width } } : {}),
  run: async ({ image, code, white, names }, { ops, work }) => {
    const { height, width, channels } = image
    if (code !== 'gray' && channels < 3)
      throw unsupported('This way to store labels', 'a gray picture', 'a picture in colour')
    const pixels = await ops.toTensor(image, { axes: 'HWC' })
    const numbers = await work(labelsInPicture, { numbers: await ops.read(pixels, {}), channels, width, code, white })
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const labels = (await ops.fromNumbers({ shape, numbers })) as TensorValue
    return { labels: { kind: 'labelmap', height, width, names: names === 'voc' ? voc21 : [], labels } }
  },
  explain: {
    idea: 'A data set stores for each pixel the number of its class in an ordinary picture file. Here the brightness or the colour of a pixel becomes that number again.',
    formula: {
      by: 'code',
      of: {
        gray: String.raw`L(y, x) = \lfloor \param{white}{w}\, I(y, x) \rceil`,
        voc: String.raw`L(y, x) = i \iff \mathrm{palette}(i) = I(y, x)`,
        coco: String.raw`L = R + 256\,G + 65536\,B`,
      },
    },
    reference: 'PASCAL VOC 2012 development kit, VOClabelcolormap; panopticapi, rgb2id; Cityscapes labelIds.',
    code: {
      by: 'code',
      of: {
        gray: 'labels = np.rint(image.reshape(*image.shape[:2], -1)[..., 0] * {white}).astype(int)',
        voc: 'labels = np.abs(np.rint(image * 255)[:, :, np.newaxis] - palette).sum(axis=-1).argmin(axis=-1)',
        coco: 'labels = np.rint(image * 255).astype(int) @ [1, 256, 65536]',
      },
    },
  },
})
