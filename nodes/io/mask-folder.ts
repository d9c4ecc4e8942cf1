import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Listed, Services } from '../../engine/types/services.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { stemOf } from '../annotations.ts'
import { limitParam } from '../picture.ts'
import { checkSetSize, inOneArray, partOf, pictureSetParams, type Split, sizeText } from '../picture-set.ts'
import { coloured, fitted } from '../prepare-picture.ts'
import { labelsInPicture } from '../segment/from-image.work.ts'

interface Pair {
  readonly picture: Listed
  readonly mask: Listed
}

interface Wanted extends Split {
  readonly path: string
  readonly masks: string
  readonly width: number
  readonly height: number
  readonly colour: 'rgb' | 'gray'
}

/** Pictures with their masks, which are called as they are. Throws `data.no-pairs`. */
async function pairsIn({ path, masks, ...split }: Wanted, services: Services, signal: AbortSignal) {
  const pictures = await services.list(path, '*', signal)
  const drawn = new Map((await services.list(masks, '*', signal)).map((one) => [stemOf(one.name), one]))
  const pairs = pictures.flatMap((picture): readonly Pair[] => {
    const mask = drawn.get(stemOf(picture.name))
    return mask ? [{ picture, mask }] : []
  })
  if (pairs.length === 0)
    throw new SightlineError('data.no-pairs', { path, masks, example: `${stemOf(pictures[0]?.name ?? '')}.png` })
  return {
    pairs: partOf(pairs.length, split, 'masks').map((at) => pairs[at] as Pair),
    left: pictures.length - pairs.length,
  }
}

function shapesOf(count: number, { width, height, colour }: Wanted) {
  const channels = colour === 'gray' ? 1 : 3
  checkSetSize(count, [channels + 1, height, width])
  return {
    batch: {
      kind: 'tensor',
      shape: [count, channels, height, width],
      axes: ['N', 'C', 'H', 'W'],
    } satisfies TensorShape,
    targets: {
      kind: 'tensor',
      shape: [count, height, width],
      axes: ['N', 'H', 'W'],
      dtype: 'int32',
    } satisfies TensorShape,
    table: { kind: 'table' as const },
  }
}

/**
 * Pictures and their masks as examples for training. Tensor (N, 1 | 3, height, width) float32 0..1, the class of each pixel
 * (N, height, width) int32, and a table of the files in the order of the batch out.
 */
export const maskFolder = defineNode({
  type: 'io/mask-folder',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Folder with masks',
  alias: 'torchvision.datasets.OxfordIIITPet',
  keywords: ['segmentation', 'dataset', 'data set', 'masks', 'label maps', 'VOC', 'U-Net', 'train', 'pixels', 'batch'],
  summary: 'Reads pictures and the masks that belong to them, all in one size, to train segmentation on.',
  inputs: {},
  params: {
    path: param.folder({ default: '', label: 'Pictures', help: 'The folder with the pictures.' }),
    masks: param.folder({
      default: '',
      label: 'Masks',
      help: 'The folder with the masks: cat.png belongs to cat.jpg. Pictures without one are left out.',
    }),
    code: param.choice({
      default: 'mask',
      of: ['mask', 'gray', 'voc'],
      names: {
        mask: 'Bright is 1, dark is 0',
        gray: 'Gray values are the numbers',
        voc: 'VOC: colours of its palette',
      },
      label: 'Stored as',
      help: 'What a pixel of a mask says. In the last two, 255 is a pixel that does not count.',
    }),
    ...pictureSetParams,
    limit: limitParam,
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1, mixed by the seed.' }),
    targets: socket.tensor({ axes: ['NHW'], dtypes: ['int32'], help: 'The class of each pixel, from 0.' }),
    table: socket.table({ help: 'The files of each example.' }),
  },
  shape: async (params, { services, signal }) =>
    shapesOf((await pairsIn(params, services, signal)).pairs.length, params),
  identity: async ({ path, masks }, { services, signal }) =>
    (await Promise.all([path, masks].map((one) => services.identity(one, signal)))).join(' '),
  reads: async (params, { services, signal }) =>
    (await pairsIn(params, services, signal)).pairs.flatMap(({ picture, mask }) => [picture.path, mask.path]),
  watches: ({ path, masks }) => [path, masks].filter((one) => one !== ''),
  run: async (params, context) => {
    const { ops, services, signal, work, note } = context
    const { width, height, colour, fit, limit, code } = params
    const { pairs, left } = await pairsIn(params, services, signal)
    if (left > 0) note(`${left} pictures have no mask and were left out.`)
    const shapes = shapesOf(pairs.length, params)
    const count = pairs.length
    const channels = colour === 'gray' ? 1 : 3
    const targets = new Int32Array(count * height * width)
    const numbers = await inOneArray(
      new Float32Array(count * channels * height * width),
      count,
      async (index, ops) => {
        const { picture, mask } = pairs[index] as Pair
        const decoded = await services.decode(mask.path, limit, signal)
        const photo = await ops.fromPicture(await services.decode(picture.path, limit, signal))
        if (sizeText(decoded) !== sizeText(photo))
          throw new SightlineError('data.mask-size', {
            ...{ name: picture.name, given: sizeText(decoded), wanted: sizeText(photo) },
          })
        if (code === 'voc' && decoded.channels < 3)
          throw unsupported(`The palette of VOC ("${mask.name}")`, 'a gray picture', 'a picture in colour')
        const labels = await fitted(ops, await ops.fromPicture(decoded), params, fit, true)
        const sized = await fitted(ops, await coloured(ops, photo, channels), params, fit)
        const ids = await work(labelsInPicture, {
          numbers: await ops.read(await ops.toTensor(labels, { axes: 'HWC' }), {}),
          ...{ channels: labels.channels, width },
          code: code === 'voc' ? 'voc' : 'gray',
          white: code === 'mask' ? 1 : decoded.depth === 16 ? 65_535 : 255,
        })
        targets.set(ids, index * height * width)
        return ops.read(await ops.toTensor(sized, { axes: 'NCHW' }), {})
      },
      context,
    )
    return {
      batch: (await ops.fromNumbers({ shape: shapes.batch, numbers })) as TensorValue,
      targets: (await ops.fromNumbers({ shape: shapes.targets, numbers: targets })) as TensorValue,
      table: {
        kind: 'table',
        columns: ['Example', 'Picture', 'Mask'],
        rows: pairs.map(({ picture, mask }, i) => [i, picture.name, mask.name]),
      },
    }
  },
  explain: {
    idea: 'For segmentation the right answer is a picture itself: it says for each pixel what it belongs to. Pictures are averaged where they get smaller, masks are not, because there is no class between two classes.',
    reference: 'Pascal VOC (SegmentationClass); Oxford-IIIT Pet (trimaps); Ronneberger et al. 2015, "U-Net".',
    code: 'targets = np.stack([cv2.resize(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), ({width}, {height}), interpolation=cv2.INTER_NEAREST) for path in sorted(pathlib.Path({masks}).glob("*"))])',
  },
})
