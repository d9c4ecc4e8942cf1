/** Contours of a mask (cv2.findContours), with their measures. */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { requireImage, requireInteger, unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { outlinesOf } from './plain.ts'

export interface ContoursParams {
  /** Only those that have none around them. */
  readonly external: boolean
  /** Of straight pieces only the ends. */
  readonly simple: boolean
  /** Contours around less than this are left out. */
  readonly area: number
  /** How many are given at most, the largest. */
  readonly most: number
}

export interface FoundContours {
  /** (P, 2) x and y of all points, contour after contour. */
  readonly points: TensorValue
  /** (N) int32: how many points each has. */
  readonly lengths: TensorValue
  /** (N, 10): area, perimeter, x and y of the centre, left, top, width, height, angle in degrees, and 1 if it goes around a hole. */
  readonly measures: Float64Array
}

const label = 'Contours'
/** Bytes of a contour and numbers of its measures, as in kernel.as.ts. */
const CONTOUR = 16
const MEASURES = 11
/** Numbers of a contour in `measures`. */
export const measuresOf = 10

function check(image: ImageShape, { area, most }: ContoursParams): void {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  if (!(area >= 0)) throw unsupported(label, `an area of ${area}`, 'one from 0')
  requireInteger(label, 'how many', most, 1, 10_000_000)
}

/** All contours with their points. Room is guessed, and if it was too little, made as large as it has to be. */
async function follow(context: CpuContext, image: ImageValue, external: boolean) {
  const { width, height } = image
  const work = workspace(context, 4 * (width + 2) * (height + 2) + 192)
  const told = workspace(context, 8)
  let [contours, points] = [256 + Math.ceil((width * height) / 64), 1024 + Math.ceil((width * height) / 8)]
  for (;;) {
    const [list, places] = [workspace(context, CONTOUR * contours), workspace(context, 8 * points)]
    const given = [context.address(image), width, height, external ? 1 : 0, work]
    await context.device.dispatch({
      kernel: 'contours',
      args: [...given, list, contours, places, points, told],
      rows: 1,
    })
    const [found = 0, used = 0] = context.int32(told, 2)
    if (found <= contours && used <= points) return { list, places, count: found }
    contours = Math.max(contours, found)
    points = Math.max(points, used)
  }
}

const explain = explainWhole(
  ({ width, numbers }, params: ContoursParams) => outlinesOf(numbers, width, params),
  ({ places, lengths }, { x, output }) =>
    output === 'lengths'
      ? { says: 'how many points a contour has', value: lengths[x] }
      : { says: 'x or y of a point of a contour', value: places[x] },
)

/**
 * The contours of what is not 0, with the background always at the same hand, largest first, and their measures. It has no GPU kernel,
 * and walks on one thread.
 *
 * Image (H, W, 1) float32 in; points (P, 2) float32, lengths (N) int32 and measures out.
 * @throws op.unsupported for several channels and numbers out of range
 * @see OpenCV findContours (RETR_TREE, RETR_EXTERNAL); S. Suzuki and K. Abe 1985
 */
export const contours = defineOp<readonly [ImageValue], ContoursParams, FoundContours>({
  name: 'contours',
  nonFinite: 'Not 0, as all that numpy.nonzero counts: NaN and infinities belong to a part.',
  async cpu(context, [image], params) {
    check(image, params)
    const { external, simple, area, most } = params
    const { device } = context
    const { list, places, count } = await follow(context, image, external)
    const measures = workspace(context, 8 * MEASURES * count)
    await device.dispatch({ kernel: 'contourMeasures', args: [list, places, simple ? 1 : 0, measures], rows: count })
    const numbers = context.float64(measures, MEASURES * count).slice()
    const kept: number[] = []
    for (let i = 0; i < count; i++) if ((numbers[MEASURES * i] ?? 0) >= area) kept.push(i)
    kept.sort((a, b) => (numbers[MEASURES * b] ?? 0) - (numbers[MEASURES * a] ?? 0))
    const wanted = Int32Array.from(kept.slice(0, most))
    const lengths = context.tensor({ kind: 'tensor', shape: [wanted.length], axes: ['N'], dtype: 'int32' })
    let total = 0
    const own = wanted.map((i) => numbers[MEASURES * i + 10] ?? 0)
    const starts = own.map((length) => {
      total += length
      return total - length
    })
    context.uint8(context.address(lengths), own.byteLength).set(new Uint8Array(own.buffer))
    const points = context.tensor({ kind: 'tensor', shape: [total, 2], axes: ['N', 'C'] })
    const given = [
      list,
      places,
      context.upload(wanted),
      simple ? 1 : 0,
      context.upload(starts),
      context.address(points),
    ]
    await device.dispatch({ kernel: 'contourPoints', args: given, rows: wanted.length })
    const contours = context.int32(list, 4 * count).slice()
    const told = new Float64Array(measuresOf * wanted.length)
    for (const [n, i] of wanted.entries()) {
      const from = MEASURES * i
      told.set(numbers.subarray(from, from + 8), measuresOf * n)
      told[measuresOf * n + 8] = (Math.atan2(numbers[from + 8] ?? 0, numbers[from + 9] ?? 0) * 90) / Math.PI
      told[measuresOf * n + 9] = contours[4 * i + 2] ?? 0
    }
    return { points, lengths, measures: told }
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
