import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { resizeMethods } from '../../engine/ops/resize/axis.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { placedIn, product, shift, stretch } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen } from '../alpha.ts'

const side = (label: string) =>
  param.integer({
    default: 416,
    min: 1,
    max: 8192,
    soft: [32, 1280],
    unit: 'px',
    label,
    help: `${label} of the result, as the network wants it.`,
  })

interface Box {
  readonly width: number
  readonly height: number
  readonly anchor: 'centre' | 'corner'
  readonly stretch: boolean
}

/** Where the picture lies: as large as fits, of the same proportions, unless it is stretched. */
function placeOf(image: ImageShape, { width, height, anchor, stretch }: Box) {
  if (stretch) return { x: 0, y: 0, width, height }
  const scale = Math.min(width / image.width, height / image.height)
  const fitted = (length: number, most: number): number => Math.min(most, Math.max(1, Math.round(length * scale)))
  const [w, h] = [fitted(image.width, width), fitted(image.height, height)]
  const corner = anchor === 'corner'
  return { x: corner ? 0 : (width - w) >> 1, y: corner ? 0 : (height - h) >> 1, width: w, height: h }
}

function shapeFor(image: ImageShape, box: Box) {
  const { x, y, width, height } = placeOf(image, box)
  const back = product(stretch(image.width / width, image.height / height), shift(-x, -y))
  return { ...shapeOf(image), width: box.width, height: box.height, placement: placedIn(image, back) }
}

/**
 * The picture at the largest size that fits into width × height, the rest filled. Image (H, W, C) float32 in; (height, width, C) out,
 * which remembers where the picture lies in it (`placement`).
 */
export const letterbox = defineNode({
  type: 'geometry/letterbox',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Letterbox',
  alias: 'cv2.copyMakeBorder',
  keywords: ['pad', 'padding', 'resize', 'fit', 'preprocess', 'detector', 'YOLO', 'border', 'square'],
  summary: 'Fits the picture into a size without distorting it, and fills the rest.',
  inputs: { image: socket.image() },
  params: {
    width: side('Width'),
    height: side('Height'),
    fill: param.number({
      default: 114 / 255,
      min: 0,
      max: 1,
      label: 'Fill',
      help: 'What stands beside the picture, in every channel: 0 black, 1 white. YOLOX was trained with 114/255.',
    }),
    anchor: param.choice({
      default: 'centre',
      of: ['centre', 'corner'],
      names: { centre: 'In the middle', corner: 'In the upper left corner' },
      label: 'The picture lies',
      help: 'As the network was trained: YOLOX has it in the corner.',
    }),
    method: param.choice({
      default: 'bilinear',
      of: resizeMethods,
      names: { nearest: 'Nearest', bilinear: 'Bilinear', bicubic: 'Bicubic', area: 'Area average' },
      label: 'Method',
      help: 'How the picture is made smaller or larger. Detectors were mostly trained with bilinear.',
    }),
    stretch: param.boolean({
      default: false,
      label: 'Deliberate mistake: stretch',
      help: 'Stretches the picture to the whole size instead, a usual mistake, to see what it costs. Boxes are mapped back all the same.',
    }),
  },
  // What is found in the result is shown over the picture itself.
  outputs: { image: socket.image({ over: 'image' }) },
  shape: ({ image, ...box }) => (image ? { image: shapeFor(image, box) } : {}),
  run: async ({ image, width, height, fill, anchor, method, stretch }, { ops }) => {
    const box = { width, height, anchor, stretch }
    const { x, y, ...size } = placeOf(image, box)
    const shape = shapeFor(image, box)
    // One pixel, enlarged by a kernel: megabytes of numbers made here would be filled and collected on the engine's thread.
    const numbers = Array.from({ length: image.channels }, (_, c) =>
      image.alpha && c === image.channels - 1 ? 1 : fill,
    )
    const pixel = (await ops.fromNumbers({ shape: { ...shape, width: 1, height: 1 }, numbers })) as ImageValue
    const base = await ops.resize(pixel, { width, height, method: 'nearest' })
    const fitted = await averageSeen(ops, image, (picture) => ops.resize(picture, { ...size, method }))
    return { image: { ...(await ops.paste(base, fitted, { x, y })), placement: shape.placement } }
  },
  explain: {
    idea: 'Most networks take pictures of one size only. Stretching would change the shapes they have learned, so the picture keeps its proportions and what is left over is filled.',
    formula: String.raw`s = \min\left(\frac{\param{width}{W'}}{W},\ \frac{\param{height}{H'}}{H}\right), \qquad x' = s\,x + x_0, \quad y' = s\,y + y_0`,
    reference: 'YOLOX preproc (Megvii), Darknet letterbox_image; OpenCV resize and copyMakeBorder.',
    code: {
      by: 'anchor',
      of: {
        centre:
          'h, w = image.shape[:2]; s = min({width} / w, {height} / h); small = cv2.resize(image, (round(w * s), round(h * s))); boxed = np.full(({height}, {width}, *image.shape[2:]), {fill}, np.float32); y, x = ({height} - small.shape[0]) // 2, ({width} - small.shape[1]) // 2; boxed[y : y + small.shape[0], x : x + small.shape[1]] = small',
        corner:
          'h, w = image.shape[:2]; s = min({width} / w, {height} / h); small = cv2.resize(image, (round(w * s), round(h * s))); boxed = np.full(({height}, {width}, *image.shape[2:]), {fill}, np.float32); boxed[: small.shape[0], : small.shape[1]] = small',
      },
    },
  },
})
