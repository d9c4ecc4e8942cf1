/** Connected components of a binary picture (cv2.connectedComponents). */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { requireImage, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { everyNumber, explainWhole, type WholePicture } from '../whole.ts'

export interface ComponentsParams {
  /** Whether pixels that touch at a corner are connected. */
  readonly connectivity: 4 | 8
  /** Components of fewer pixels are background. Absent: 1. */
  readonly area?: number
}

const label = 'Connected components'
/** Rows of a strip. */
const STRIP = 32

function componentsShape(image: ImageShape, { connectivity, area = 1 }: ComponentsParams): TensorShape {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  if (connectivity !== 4 && connectivity !== 8) throw unsupported(label, `connectivity ${connectivity}`, '4 or 8')
  if (!Number.isInteger(area) || area < 1 || area >= 2 ** 31)
    throw unsupported(label, `a minimum area of ${area}`, 'a whole number of pixels from 1 on')
  return { kind: 'tensor', shape: [image.height, image.width], axes: ['H', 'W'], dtype: 'int32' }
}

/** The labels by flooding from each unlabelled pixel; then those of small components are left out. */
function flood({ width, height, numbers }: WholePicture, { connectivity, area = 1 }: ComponentsParams): Int32Array {
  const labels = new Int32Array(height * width)
  let count = 0
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== 0 || numbers[start] === 0) continue
    labels[start] = ++count
    const open = [start]
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const y: number = Math.floor(at / width) + dy
          const x: number = (at % width) + dx
          if (y < 0 || x < 0 || y >= height || x >= width || (connectivity === 4 && dx !== 0 && dy !== 0)) continue
          const next = y * width + x
          if (labels[next] !== 0 || numbers[next] === 0) continue
          labels[next] = count
          open.push(next)
        }
  }
  const areas = new Uint32Array(count + 1)
  for (const number of labels) areas[number] = (areas[number] ?? 0) + 1
  let next = 0
  const renumbered = Array.from(areas, (pixels, number) => (number > 0 && pixels >= area ? ++next : 0))
  return labels.map((number) => renumbered[number] ?? 0)
}

const explain = explainWhole(flood, (labels, { x }) => ({ says: 'the number of its component', value: labels[x] }))

/**
 * The number of the component that each pixel belongs to, 1, 2, … in the order of their first pixels, row by row; 0 where the
 * picture is 0 and in components of fewer than `area` pixels. Strips of rows are labelled separately, then joined pair by pair:
 * each step is short and restartable, so a stopped call costs nobody else anything. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 in; `labels` (H, W) int32 and their `count` out.
 * @throws op.unsupported for several channels, another connectivity, and an area that is no whole number from 1 on
 * @see OpenCV connectedComponentsWithStats (its partition and CC_STAT_AREA; it numbers in another order); Rosenfeld and Pfaltz 1966
 */
export const components = defineOp<
  readonly [ImageValue],
  ComponentsParams,
  { readonly labels: TensorValue; readonly count: number }
>({
  name: 'components',
  nonFinite: 'Foreground, as all that is not 0: numpy.nonzero counts NaN and infinities.',
  async cpu(context, [image], params) {
    const labels = context.tensor(componentsShape(image, params))
    const { width, height } = image
    const { device } = context
    const { area = 1 } = params
    const eight = params.connectivity === 8 ? 1 : 0
    // Kernels write all of these numbers, so they need not be zeroed here.
    const numbersOfPixels = () => context.address(context.tensor(componentsShape(image, params)))
    const parents = numbersOfPixels()
    const numbers = numbersOfPixels()
    const strips = [context.address(image), width, parents, eight, STRIP]
    await device.dispatch({ kernel: 'componentsStrips', args: strips, rows: height, grain: STRIP })
    if (area > 1)
      // The numbers come later: until then their place is free.
      await device.dispatch({
        kernel: 'componentsAreas',
        args: [parents, width, numbers],
        rows: height,
        grain: STRIP,
      })
    for (let half = 1; half * STRIP < height; half *= 2) {
      const args = [parents, width, height, eight, STRIP, half]
      await device.dispatch({ kernel: 'componentsMerge', args, rows: Math.ceil(height / (2 * half * STRIP)) })
    }
    let sums = 0
    if (area > 1) {
      sums = numbersOfPixels()
      await device.dispatch({ kernel: 'componentsSums', args: [parents, numbers, sums, width * height], rows: 1 })
    }
    const counts = context.temporary(height * 4)
    await device.dispatch({ kernel: 'componentsCount', args: [parents, width, sums, area, counts], rows: height })
    const bytes = context.uint8(counts, height * 4)
    let count = 0
    const firsts = Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset, height), (n) => {
      count += n
      return count - n + 1
    })
    await device.dispatch({
      kernel: 'componentsNumber',
      args: [parents, width, sums, area, context.upload(Uint32Array.from(firsts)), numbers],
      rows: height,
    })
    await device.dispatch({
      kernel: 'componentsLabels',
      args: [parents, width, numbers, context.address(labels)],
      rows: height,
    })
    return { labels, count }
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
