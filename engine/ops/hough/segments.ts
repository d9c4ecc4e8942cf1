/** Straight segments by voting in random order (cv2.HoughLinesP). */
import type { ImageValue, TensorValue } from '../../values/index.ts'
import { requireInteger } from '../check.ts'
import { defineOp } from '../op.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { checkHough } from './lines.ts'
import { edgesOf, houghTable, houghSegments as plainSegments, type SegmentParams } from './plain.ts'

const label = 'Hough segments'
/** How many votes a part of the search gives: some ten milliseconds, which stopping it may take. */
const votesAtOnce = 8e6
/** Bytes of the head of the state, as in kernel.as.ts: how many pixels wait, how many segments are found, the random state. */
const HEAD = 16

/** Bytes of the state: its head, pixels that are left, pixels that wait, votes. */
const stateBytes = (pixels: number, places: number): number => HEAD + 5 * pixels + 4 * places + 48

const explain = explainWhole(
  ({ width, height, numbers }, params: SegmentParams) => plainSegments(edgesOf(numbers, width, height), params),
  (segments, { x }) => ({ says: 'x or y of an end of a segment', value: segments[Math.floor(x / 4)]?.[x % 4] }),
)

/**
 * Edge pixels vote in random order. As soon as a line has `threshold` votes, it is followed both ways over gaps of at most `gap` pixels;
 * its pixels vote no more. In the order in which segments are found, which is OpenCV's. It has no GPU kernel and runs on one thread.
 *
 * Image (H, W, 1) float32 in: what is above 0 is an edge; (N, 4) int32 out: x and y of both ends.
 * @throws op.unsupported for several channels and numbers out of range
 * @see OpenCV HoughLinesP; J. Matas, C. Galambos and J. Kittler 2000
 */
export const houghSegments = defineOp<readonly [ImageValue], SegmentParams, TensorValue>({
  name: 'houghSegments',
  nonFinite: 'Compared with 0, as by NumPy: NaN is no edge, infinity is one.',
  async cpu(context, [image], params) {
    checkHough(label, image, params)
    const { threshold, length, gap } = params
    for (const [name, value] of Object.entries({ threshold, length, gap }))
      requireInteger(label, name, value, name === 'threshold' ? 1 : 0, 2 ** 30)
    requireInteger(label, 'how many', params.most, 1, 10_000_000)
    const { width, height } = image
    const most = Math.min(params.most, width * height)
    const { angles, places, cos, sin } = houghTable(image, params, false)
    const bytes = stateBytes(width * height, angles * places)
    const segments = workspace(context, 16 * most)
    const given = [context.address(image), width, height, context.upload(cos), context.upload(sin), angles, places]
    let [from, to, found] = [0, workspace(context, bytes), 0]
    for (;;) {
      const args = [...given, threshold, length, gap, most, votesAtOnce, from, to, segments]
      await context.device.dispatch({ kernel: 'houghSegments', args, rows: 1 })
      const [waiting = 0, count = 0] = context.int32(to, 2)
      found = count
      if (waiting === 0 || found >= most) break
      // Two states take turns; the second is needed only where one part is not enough.
      const free = from || workspace(context, bytes)
      from = to
      to = free
    }
    const out = context.tensor({ kind: 'tensor', shape: [found, 4], axes: ['N', 'C'], dtype: 'int32' })
    context.uint8(context.address(out), 16 * found).set(context.uint8(segments, 16 * found))
    return out
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
