import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { expr, max } from '../../engine/ops/expr.ts'
import type { Ops } from '../../engine/types/ops.ts'
import type {
  BoxesValue,
  ImageValue,
  KeypointsValue,
  MaskValue,
  SequenceValue,
  Size,
  TensorValue,
  Value,
} from '../../engine/values/index.ts'
import { pictureOfMask } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import type { TableValue } from '../../engine/values/table.ts'
import { arraysOf, boxesFrom } from '../boxes.ts'

/** All of a collecting input, which gets a sequence of what its socket says. */
async function allOf<V extends Value>(value: V, { signal }: Pick<NodeContext, 'signal'>): Promise<readonly V[]> {
  const { length, at } = value as Value as SequenceValue
  const all: V[] = []
  for (let i = 0; i < length; i++) all.push((await at(i, signal)) as V)
  return all
}

/** The points one after the other, with the lines of each. */
async function pointsOf(parts: readonly KeypointsValue[], size: Size, ops: Ops): Promise<KeypointsValue> {
  const numbers: number[] = []
  const skeleton: (readonly [number, number])[] = []
  for (const part of parts) {
    const first = numbers.length / 5
    for (const [from, to] of part.skeleton ?? []) skeleton.push([first + from, first + to])
    for (const number of await ops.read(part.points, {})) numbers.push(number)
  }
  const shape = { kind: 'tensor', shape: [numbers.length / 5, 5], axes: ['N', 'C'] } as const
  const points = (await ops.fromNumbers({ shape, numbers })) as TensorValue
  // Of points with other names, the place of a point would not say what it is.
  const named = parts.filter((part) => part.points.shape[0] !== 0)
  const [names] = named.map((part) => part.names)
  const same = named.every((part) => part.names?.join('\n') === names?.join('\n'))
  return {
    ...{ kind: 'keypoints', ...size, points },
    ...(names && same && { names }),
    ...(skeleton.length > 0 && { skeleton }),
  }
}

async function boxesOf(parts: readonly BoxesValue[], size: Size, ops: Ops): Promise<BoxesValue> {
  const names = [...new Set(parts.flatMap((part) => part.names))]
  const found = await Promise.all(
    parts.map(async (part) => {
      const { boxes, scores, classes } = await arraysOf(part, ops)
      const own = Array.from(classes, (id) => Math.max(0, names.indexOf(part.names[id] ?? '')))
      return { boxes: Array.from(boxes), scores: Array.from(scores), classes: own }
    }),
  )
  const all = {
    boxes: found.flatMap(({ boxes }) => boxes),
    scores: found.flatMap(({ scores }) => scores),
    classes: found.flatMap(({ classes }) => classes),
  }
  return boxesFrom(all, { ...size, names }, ops)
}

/** A pixel belongs as much as to the mask it belongs to most. */
async function maskOf(parts: readonly MaskValue[], { width, height }: Size, ops: Ops): Promise<MaskValue> {
  const shape = { kind: 'image', width, height, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
  let whole: ImageValue | undefined
  for (const part of parts) {
    const own = await ops.resize(pictureOfMask(part), { width, height, method: 'bilinear' })
    whole = whole ? await ops.pointwise(whole, own, { formula: expr((a, b) => max(a, b)) }) : own
  }
  const { store } =
    whole ?? ((await ops.fromNumbers({ shape, numbers: new Float32Array(width * height) })) as ImageValue)
  return { kind: 'mask', width, height, pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store } }
}

function tableOf(parts: readonly TableValue[]): TableValue {
  const [first] = parts
  const rows = parts.flatMap((part, i) => part.rows.map((row) => [i + 1, ...row]))
  return { kind: 'table', columns: ['number', ...(first?.columns ?? [])], rows }
}

/**
 * What was found in one crop after the other, in one picture. Image (H, W, C) and, of each crop, points, boxes, mask and table in its
 * pixels in; one of each out. Of overlapping masks the larger number counts; without crops there are none.
 */
export const together = defineNode({
  type: 'pose/together',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Put together',
  alias: 'EndLoopCalculator',
  keywords: ['collect', 'combine', 'merge', 'join', 'several', 'many', 'crops', 'hands', 'persons', 'concatenate'],
  summary: 'Puts what was found in several crops together, over the picture they were cut from.',
  inputs: {
    image: socket.image({ help: 'The picture that the crops were cut from.' }),
    points: socket.keypoints({ collect: true, help: 'Of each crop.' }),
    boxes: socket.boxes({ collect: true, optional: true, help: 'Of each crop.' }),
    mask: socket.mask({ collect: true, optional: true, help: 'Of each crop, over the whole picture.' }),
    table: socket.table({ collect: true, optional: true, help: 'Of each crop.' }),
  },
  params: {},
  outputs: {
    points: socket.keypoints({ over: 'image' }),
    boxes: socket.boxes({ over: 'image' }),
    mask: socket.mask({ over: 'image' }),
    table: socket.table(),
  },
  shape: ({ image }) => {
    if (!image) return { table: { kind: 'table' } }
    const { width, height } = image
    return {
      points: { kind: 'keypoints', width, height },
      boxes: { kind: 'boxes', width, height },
      mask: { kind: 'mask', width, height },
      table: { kind: 'table' },
    }
  },
  run: async ({ image, points, boxes, mask, table }, context) => {
    const { ops, wants } = context
    const { width, height } = image
    const all = async <V extends Value>(value: V | undefined): Promise<readonly V[]> =>
      value ? allOf(value, context) : []
    return {
      points: await pointsOf(await all(points), { width, height }, ops),
      boxes: await boxesOf(await all(boxes), { width, height }, ops),
      ...(wants('mask') && { mask: await maskOf(await all(mask), { width, height }, ops) }),
      table: tableOf(await all(table)),
    }
  },
  explain: {
    idea: 'Each crop was looked at by itself, and its points were brought back to the photograph. Here they come into one list, so that all hands or all persons are seen at once.',
    formula: String.raw`P = P_1 \cup P_2 \cup \dots \cup P_n, \qquad m(y, x) = \max_i m_i(y, x)`,
    reference: 'MediaPipe, BeginLoopCalculator and EndLoopCalculator.',
    code: 'points = np.concatenate(parts)',
  },
})
