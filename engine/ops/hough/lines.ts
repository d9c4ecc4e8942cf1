/** Straight lines across a picture by voting (cv2.HoughLines). */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { requireImage, requireInteger, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { same } from '../rows.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { edgesOf, type HoughSteps, houghLineOf, houghTable, middleOf, houghLines as plainLines } from './plain.ts'

export interface HoughLinesParams extends HoughSteps {
  /** A line needs more votes than this. */
  readonly threshold: number
  /** How many lines are given at most: those with the most votes. */
  readonly most: number
}

/** Throws op.unsupported for what voting does not take. */
export function checkHough(label: string, image: ImageShape, { rho, theta }: HoughSteps): void {
  requireImage(label, image)
  if (image.channels !== 1) throw unsupported(label, `${image.channels} channels`, 'a picture of one channel')
  if (!(rho >= 0.01 && rho <= 1e6)) throw unsupported(label, `a step of ρ of ${rho}`, '0.01 to 1,000,000 px')
  if (!(theta >= 1e-4 && theta <= Math.PI)) throw unsupported(label, `a step of θ of ${theta}`, '0.0001 to π')
}

/** Places by their votes, most first, of equal ones in their order. */
function byVotes(votes: Int32Array, most: number): Int32Array {
  const largest = votes.reduce((a, b) => Math.max(a, b), 0)
  const starts = new Int32Array(largest + 2)
  for (const v of votes) starts[largest - v + 1] = (starts[largest - v + 1] ?? 0) + 1
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0)
  const order = new Int32Array(votes.length)
  for (const [i, v] of votes.entries()) {
    const to = starts[largest - v] ?? 0
    starts[largest - v] = to + 1
    order[to] = i
  }
  return order.subarray(0, most)
}

const explain = explainWhole(
  ({ width, height, numbers }, params: HoughLinesParams) => plainLines(edgesOf(numbers, width, height), params),
  (lines, { x }) => {
    const line = lines[Math.floor(x / 3)]
    const value = line && [line.rho, line.theta, line.votes][x % 3]
    return { says: 'distance, direction or votes of a line', value }
  },
)

/**
 * Lines x cos θ + y sin θ = ρ with more edge pixels than `threshold`, and more than their neighbours in the table; most votes first.
 * The origin is the top left corner. It has no GPU kernel.
 *
 * Image (H, W, 1) float32 in: what is above 0 is an edge; (N, 3) float32 out: ρ in pixels, θ in radians, votes.
 * @throws op.unsupported for several channels and steps out of range
 * @see OpenCV HoughLines; R. Duda and P. Hart, Use of the Hough transformation to detect lines and curves, 1972
 */
export const houghLines = defineOp<readonly [ImageValue], HoughLinesParams, TensorValue>({
  name: 'houghLines',
  nonFinite: 'Compared with 0, as by NumPy: NaN is no edge, infinity is one.',
  async cpu(context, [image], params) {
    checkHough('Hough lines', image, params)
    requireInteger('Hough lines', 'how many', params.most, 1, 10_000_000)
    const { width, height } = image
    const { device } = context
    const table = houghTable(image, params, true)
    const { angles, places } = table
    const [counts, columns] = [workspace(context, 4 * height), workspace(context, 4 * width * height)]
    await device.dispatch({
      kernel: 'houghEdges',
      args: [context.address(image), width, counts, columns],
      rows: height,
      reads: [context.reading(image, same)],
    })
    const line = places + 2
    const votes = workspace(context, 4 * (angles + 2) * line)
    for (const n of [0, angles + 1]) context.uint8(votes + 4 * n * line, 4 * line).fill(0)
    const [cos, sin] = [context.upload(table.cos), context.upload(table.sin)]
    const args = [counts, columns, width, height, cos, sin, votes, line, middleOf(table) + 1]
    await device.dispatch({ kernel: 'houghVotes', args, rows: angles })
    // Two neighbours are never both found.
    const half = (places >> 1) + 1
    const [sums, found] = [workspace(context, 4 * angles), workspace(context, 8 * angles * half)]
    await device.dispatch({
      kernel: 'houghPeaks',
      args: [votes, line, places, params.threshold, sums, found, half],
      rows: angles,
    })
    const peaks: (readonly [n: number, r: number, votes: number])[] = []
    for (const [n, count] of context.int32(sums, angles).slice().entries()) {
      if (count === 0) continue
      const own = context.int32(found + 8 * n * half, 2 * count).slice()
      for (let i = 0; i < 2 * count; i += 2) peaks.push([n, own[i] ?? 0, own[i + 1] ?? 0])
    }
    const order = byVotes(
      Int32Array.from(peaks, ([, , votes]) => votes),
      params.most,
    )
    const out = context.tensor({ kind: 'tensor', shape: [order.length, 3], axes: ['N', 'C'] })
    const numbers = context.float32(context.address(out), 3 * order.length)
    for (const [to, at] of order.entries()) {
      const [n, r, votes] = peaks[at] ?? [0, 0, 0]
      const { rho, theta } = houghLineOf(table, params, n, r)
      numbers.set([rho, theta, votes], 3 * to)
    }
    return out
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
