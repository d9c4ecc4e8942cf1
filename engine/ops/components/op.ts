/** Connected components of a binary picture (cv2.connectedComponents). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, shapeOf, unsupported } from '../check.ts'
import { type At, defineOp, type Readable, type StoredShape, type Terms } from '../op.ts'
import { functionOf, pixel, termAt } from '../terms.ts'

export interface ComponentsParams {
  /** Whether pixels that touch at a corner are connected. */
  readonly connectivity: 4 | 8
}

const label = 'Connected components'
/** Rows of a strip. */
const STRIP = 32
/** Beyond it float32 cannot represent every integer. */
const LARGEST = 2 ** 24

function componentsShape(image: ImageShape, { connectivity }: ComponentsParams): ImageShape {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  if (connectivity !== 4 && connectivity !== 8) throw unsupported(label, `connectivity ${connectivity}`, '4 or 8')
  const { range: _, ...shape } = shapeOf(image)
  return { ...shape, space: 'data', alpha: false }
}

const sitesOf = (shape: StoredShape | undefined) =>
  shape?.kind === 'image'
    ? Array.from({ length: shape.height * shape.width }, (_, i) =>
        pixel(Math.floor(i / shape.width), i % shape.width, 0),
      )
    : []

/** The labels by flooding from each unlabelled pixel. */
function flood(image: Readable, { connectivity }: ComponentsParams): Int32Array {
  const { height, width } = image.shape as ImageShape
  const labels = new Int32Array(height * width)
  let count = 0
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== 0 || image.at(Math.floor(start / width), start % width, 0) === 0) continue
    labels[start] = ++count
    const open = [start]
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const y: number = Math.floor(at / width) + dy
          const x: number = (at % width) + dx
          if (y < 0 || x < 0 || y >= height || x >= width || (connectivity === 4 && dx !== 0 && dy !== 0)) continue
          const next = y * width + x
          if (labels[next] !== 0 || image.at(y, x, 0) === 0) continue
          labels[next] = count
          open.push(next)
        }
  }
  return labels
}

function explain({ y, x }: At, inputs: readonly Readable[], params: ComponentsParams): Terms {
  const [image] = inputs
  if (image?.shape.kind !== 'image') return functionOf([], 'no picture', Number.NaN)
  const terms = sitesOf(image.shape).map((site) => termAt(inputs, site))
  return functionOf(terms, 'the number of its component', flood(image, params)[y * image.shape.width + x] ?? Number.NaN)
}

/**
 * The number of the component that each pixel belongs to, 1, 2, … in the order of their first pixels, row by row; 0 where the
 * picture is 0. Strips of rows are labelled separately, then joined pair by pair: each step is short and restartable, so a
 * stopped call costs nobody else anything. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 in; `labels` (H, W, 1), in `data`, and their `count` out.
 * @throws op.unsupported for several channels, another connectivity, and for more than 2^24 components
 * @see OpenCV connectedComponents (its partition; it numbers in another order); Rosenfeld and Pfaltz 1966
 */
export const components = defineOp<
  readonly [ImageValue],
  ComponentsParams,
  { readonly labels: ImageValue; readonly count: number }
>({
  name: 'components',
  nonFinite: 'Foreground, as all that is not 0: numpy.nonzero counts NaN and infinities.',
  async cpu(context, [image], params) {
    const labels = context.image(componentsShape(image, params))
    const { width, height } = image
    const { device } = context
    const eight = params.connectivity === 8 ? 1 : 0
    const parents = context.temporary(width * height * 4)
    const strips = [context.address(image), width, parents, eight, STRIP]
    await device.dispatch({ kernel: 'componentsStrips', args: strips, rows: height, grain: STRIP })
    for (let half = 1; half * STRIP < height; half *= 2) {
      const args = [parents, width, height, eight, STRIP, half]
      await device.dispatch({ kernel: 'componentsMerge', args, rows: Math.ceil(height / (2 * half * STRIP)) })
    }
    const counts = context.temporary(height * 4)
    await device.dispatch({ kernel: 'componentsCount', args: [parents, width, counts], rows: height })
    const bytes = context.uint8(counts, height * 4)
    let count = 0
    const firsts = Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset, height), (n) => {
      count += n
      return count - n + 1
    })
    if (count > LARGEST) throw unsupported(label, `${count} components`, `at most ${LARGEST}`)
    const numbers = context.temporary(width * height * 4)
    const args = [parents, width, context.upload(Uint32Array.from(firsts)), numbers]
    await device.dispatch({ kernel: 'componentsNumber', args, rows: height })
    await device.dispatch({
      kernel: 'componentsLabels',
      args: [parents, width, numbers, context.address(labels)],
      rows: height,
    })
    return { labels, count }
  },
  whole: true,
  reach: (_, [shape]) => sitesOf(shape),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
