/** Windows that pass a cascade of boosted features, at all sizes (cv2.CascadeClassifier before boxes are grouped). */
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { checkGray } from '../orb/corners.ts'
import { bytesOf } from '../orb/fast.ts'
import { bytesIn, resizedIn } from '../orb/resized.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import {
  type CascadeSize,
  type CascadeSizes,
  type CascadeWindow,
  cascadeSizes,
  cascadeWindowsOf,
  type FlatCascade,
  windowAt,
} from './plain.ts'

export interface CascadeParams extends CascadeSizes {
  readonly cascade: FlatCascade
}

const label = 'The cascade'
/** Words of 32 bits a node, as in kernel.as.ts. */
const HAAR_NODE = 18
const LBP_NODE = 26

function check(image: ImageShape, { cascade, scale, least, most }: CascadeParams): void {
  checkGray(label, image)
  if (!(scale > 1 && Number.isFinite(scale))) throw unsupported(label, `a step of ${scale}`, 'one above 1')
  if (!(least >= 0 && most >= 0)) throw unsupported(label, `windows from ${least} to ${most} px`, 'sides from 0')
  if (cascade.width < 3 || cascade.height < 3)
    throw unsupported(label, `a window of ${cascade.width} × ${cascade.height} px`, 'sides of at least 3 px')
  if (image.width > 65_535) throw unsupported(label, `a picture of ${image.width} px`, 'at most 65,535 px')
}

/** The nodes, with places in a table of sums that has `line` numbers a row. */
function nodesFor({ kind, features, thresholds, sets, next, rectangles }: FlatCascade, line: number): Int32Array {
  const words = kind === 'HAAR' ? HAAR_NODE : LBP_NODE
  const table = new Int32Array(words * features.length)
  const floats = new Float32Array(table.buffer)
  const of = (at: number): number => rectangles[at] ?? 0
  for (let i = 0; i < features.length; i++) {
    const to = words * i
    const feature = features[i] ?? 0
    if (kind === 'HAAR') {
      for (let k = 0; k < 3; k++) {
        const from = 15 * feature + 5 * k
        const first = 4 * (of(from + 1) * line + of(from))
        const [right, under] = [4 * of(from + 2), 4 * of(from + 3) * line]
        table[to + 4 * k] = first
        table[to + 4 * k + 1] = first + right
        table[to + 4 * k + 2] = first + under
        table[to + 4 * k + 3] = first + under + right
        floats[to + 12 + k] = of(from + 4)
      }
      floats[to + 15] = thresholds[i] ?? 0
    } else {
      const from = 4 * feature
      for (let k = 0; k < 16; k++)
        table[to + k] = 4 * ((of(from + 1) + (k >> 2) * of(from + 3)) * line + of(from) + (k & 3) * of(from + 2))
      for (let k = 0; k < 8; k++) table[to + 16 + k] = sets[8 * i + k] ?? 0
    }
    table[to + words - 2] = next[2 * i] ?? 0
    table[to + words - 1] = next[2 * i + 1] ?? 0
  }
  return table
}

interface Tables {
  readonly stages: number
  readonly limits: number
  readonly trees: number
  readonly leaves: number
}

/** What is the same at all sizes. */
function tablesOf(context: CpuContext, { ends, limits, nodes, firstLeaves, leaves }: FlatCascade): Tables {
  const trees = Int32Array.from({ length: 2 * nodes.length }, (_, i) => (i & 1 ? firstLeaves : nodes)[i >> 1] ?? 0)
  return {
    stages: context.upload(ends),
    limits: context.upload(limits),
    trees: context.upload(trees),
    leaves: context.upload(leaves),
  }
}

interface Memory {
  readonly smaller: number
  readonly sums: number
  readonly squares: number
  readonly counts: number
  readonly found: number
}

/** The windows of one size that pass. */
async function windowsOf(
  context: CpuContext,
  image: ImageShape,
  bytes: number,
  size: CascadeSize,
  cascade: FlatCascade,
  tables: Tables,
  memory: Memory,
): Promise<readonly CascadeWindow[]> {
  const { width, height, step } = size
  const { device } = context
  const columns = width - cascade.width
  const rows = Math.ceil((height - cascade.height) / step)
  if (columns <= 0 || rows <= 0) return []
  const picture = await resizedIn(context, { ...image, bytes }, size, { made: memory.smaller })
  const { sums, squares, counts, found } = memory
  const line = width + 1
  await device.dispatch({ kernel: 'cascadeRowSums', args: [picture, width, sums, squares], rows: height })
  const whole = [sums, squares, line, height]
  await device.dispatch({ kernel: 'cascadeColumnSums', args: whole, rows: Math.ceil(line / 64) })
  const { stages, limits, trees, leaves } = tables
  const nodes = context.upload(nodesFor(cascade, line))
  await device.dispatch({
    kernel: 'cascadeRows',
    args: [
      ...[sums, squares, line, columns, step, cascade.kind === 'HAAR' ? 1 : 0, cascade.width, cascade.height],
      ...[stages, limits, cascade.limits.length, trees, nodes, leaves, counts, found],
    ],
    rows,
  })
  const places = Math.ceil(columns / step)
  const { buffer, byteOffset } = context.uint8(counts, 4 * rows)
  const passed = new Uint32Array(buffer, byteOffset, rows)
  const list = new Uint16Array(buffer, found, rows * places)
  const windows: CascadeWindow[] = []
  for (const [r, n] of passed.entries())
    for (let i = 0; i < n; i++) windows.push(windowAt(cascade, size, list[r * places + i] ?? 0, r * step))
  return windows
}

const explain = explainWhole(
  ({ width, height, numbers }, { cascade, ...sizes }: CascadeParams) =>
    cascadeWindowsOf(cascade, { width, height, pixels: bytesOf(numbers) }, sizes),
  (windows, { x }) => ({
    says: 'x, y, width or height of a window that passes',
    value: windows[Math.floor(x / 4)]?.[x % 4],
  }),
)

/**
 * Windows that pass all stages of a cascade, at all sizes: the picture is made smaller step by step, sums over rectangles come from
 * tables, as in cv2.CascadeClassifier. Numbers are rounded to 8 bits first. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, 1) float32 of 0 to 1 in; (N, 4) int32 out: x, y, width and height, size by size, row by row.
 * @throws op.unsupported for several channels and sizes out of range
 * @see OpenCV CascadeClassifier::detectMultiScale; P. Viola and M. Jones 2001
 */
export const cascadeWindows = defineOp<readonly [ImageValue], CascadeParams, TensorValue>({
  name: 'cascadeWindows',
  nonFinite: 'NaN is 0, as numpy.nan_to_num has it; infinities are the darkest and the brightest byte.',
  async cpu(context, [image], params) {
    check(image, params)
    const { cascade } = params
    const { width, height } = image
    const sizes = cascadeSizes(cascade, width, height, params)
    const bytes = await bytesIn(context, image)
    const tables = tablesOf(context, cascade)
    const pixels = (width + 1) * (height + 1)
    const memory = {
      smaller: workspace(context, width * height),
      sums: workspace(context, 4 * pixels),
      squares: workspace(context, 8 * pixels),
      counts: workspace(context, 4 * height),
      found: workspace(context, 2 * pixels),
    }
    const windows: CascadeWindow[] = []
    for (const size of sizes)
      for (const one of await windowsOf(context, image, bytes, size, cascade, tables, memory)) windows.push(one)
    const made = context.tensor({ kind: 'tensor', shape: [windows.length, 4], axes: ['N', 'C'], dtype: 'int32' })
    context.int32(context.address(made), 4 * windows.length).set(windows.flat())
    return made
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
