import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { clamp, div, expr, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { modelFile } from '../model-sockets.ts'
import { type Tile, tilesOf } from '../tiles.ts'

const enlarged = ({ width, height }: ImageShape, factor: number): ImageShape => ({
  ...{ kind: 'image', width: width * factor, height: height * factor, channels: 3, space: 'rgb', alpha: false },
  range: [0, 1],
})

/** The one input and the one output of a network that makes pictures of pictures. Throws `model.one-picture`. */
async function portsOf(path: string, { models }: NodeContext) {
  const { inputs, outputs } = await models.describe(path)
  const [input, output] = [inputs[0], outputs[0]]
  const axes = input?.axes?.join('')
  if (input && output && inputs.length === 1 && outputs.length === 1 && (axes === 'NHWC' || axes === 'NCHW'))
    return { input: input.name, output: output.name, axes } as const
  throw new SightlineError('model.one-picture', { path, inputs: inputs.length, outputs: outputs.length })
}

/**
 * Runs a network that makes a picture of a picture on one tile after the other. RGB image (H, W, 3) in; RGB image
 * (factor · H, factor · W, 3) out. Tiles overlap, and only the middle of each is kept, so that no seam is seen where the network
 * looks no farther than the overlap.
 */
export const tiledModel = defineNode({
  type: 'model/tiled',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Model in tiles',
  alias: 'upscaler.upscale(patchSize, padding)',
  keywords: ['network', 'tiles', 'patches', 'memory', 'large picture', 'super-resolution', 'image to image', 'overlap'],
  summary: 'Runs a network from picture to picture in tiles, so that large pictures fit into memory.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {
    path: modelFile(['onnx', 'ort', 'json', 'tflite'], 'A network with one picture as input and one as output.'),
    factor: param.integer({
      default: 2,
      min: 1,
      max: 8,
      label: 'Enlarges by',
      help: 'How many times as wide and as high the network makes its picture.',
    }),
    scale: param.choice({
      default: '255',
      of: ['1', '255'],
      names: { '1': '0 to 1', '255': '0 to 255' },
      label: 'White is',
      help: 'The range of the numbers that the network takes and gives.',
    }),
    tile: param.integer({
      default: 256,
      min: 16,
      max: 4096,
      soft: [64, 1024],
      label: 'Tile',
      help: 'Width and height of a tile in pixels of the picture, without the overlap. Larger ones are faster and take more memory.',
    }),
    overlap: param.integer({
      default: 16,
      min: 0,
      max: 256,
      soft: [0, 64],
      label: 'Overlap',
      help: 'How far a tile looks beyond its edge. Too little shows as seams.',
    }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  shape: ({ image, factor }) => (image ? { image: enlarged(image, factor) } : {}),
  identity: ({ path }, { models }) => models.identity(path),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ image, path, factor, scale, tile, overlap }, context) => {
    const { ops, models, signal, progress } = context
    const { input, output, axes } = await portsOf(path, context)
    const shape = enlarged(image, factor)
    const numbers = new Float32Array(shape.width * shape.height * 3)
    const tiles = tilesOf(image, tile, overlap)
    for (const [i, { seen, kept }] of tiles.entries()) {
      signal.throwIfAborted()
      progress(i / tiles.length, `tile ${i + 1} of ${tiles.length}`)
      const cut = tiles.length === 1 ? image : await ops.crop(image, seen)
      const scaled = await ops.pointwise(cut, {
        formula: expr((v) => mul(v, Number(scale))),
        space: 'data',
        range: null,
      })
      const tensor = await ops.toTensor(scaled, { axes })
      const made = (await models.run(path, { [input]: tensor }, { outputs: [output] }))[output] as TensorValue
      const picture = await ops.toImage(await ops.toFloat(made, {}), { space: 'rgb', range: [0, 1] })
      if (picture.width !== factor * seen.width || picture.height !== factor * seen.height)
        throw unsupported(
          'Enlarging by this factor',
          `a network that makes ${picture.width} × ${picture.height} pixels of ${seen.width} × ${seen.height}`,
          `${factor * seen.width} × ${factor * seen.height}; set the factor of the network`,
        )
      await keep(picture, { seen, kept }, factor, numbers, shape.width, context)
    }
    const joined = (await ops.fromNumbers({ shape, numbers })) as ImageValue
    const formula = expr((v) => clamp(scale === '255' ? div(v, 255) : v, 0, 1))
    return { image: await ops.pointwise(joined, { formula, range: [0, 1] }) }
  },
  explain: {
    idea: 'The inner layers of a network hold dozens of numbers for each pixel, so a large picture does not fit into memory at once. It is cut into tiles that overlap; of each result only the middle is kept. A pixel then sees as much around it as in the whole picture, if the overlap reaches as far as the network looks.',
    formula: String.raw`I'\big|_{T} = f\left(I\big|_{T \oplus \param{overlap}{o}}\right)\Big|_{T}`,
    reference: 'Overlap-tile strategy, U-Net (Ronneberger et al. 2015); UpscalerJS, patchSize and padding.',
    code: 'o, t = {overlap}, {tile}; padded = np.pad(image, ((o, o), (o, o), (0, 0)), "edge"); tiles = [f({scale} * padded[y : y + t + 2 * o, x : x + t + 2 * o]) / {scale} for y in range(0, image.shape[0], t) for x in range(0, image.shape[1], t)]',
    words: { scale: { '1': '1', '255': '255' } },
  },
})

/** Copies the part of a tile that is kept into the whole picture. */
async function keep(
  picture: ImageValue,
  { seen, kept }: Tile,
  factor: number,
  whole: Float32Array,
  width: number,
  { ops }: NodeContext,
): Promise<void> {
  const made = await ops.read(await ops.toTensor(picture, { axes: 'HWC' }), {})
  const [left, top] = [factor * (kept.x - seen.x), factor * (kept.y - seen.y)]
  const length = 3 * factor * kept.width
  for (let row = 0; row < factor * kept.height; row++) {
    const from = 3 * ((top + row) * picture.width + left)
    whole.set(made.subarray(from, from + length), 3 * ((factor * kept.y + row) * width + factor * kept.x))
  }
}
