/** Feature maps side by side. */
import type { Ops } from '../engine/ops/calls.ts'
import type { TensorValue } from '../engine/values/index.ts'

/** More are not told apart. */
const mostMaps = 64
/** A larger one is thinned out. */
const mostSide = 96
/** Pixels between two maps. */
const gap = 1

interface Maps {
  readonly count: number
  readonly height: number
  readonly width: number
}

/** A result of one example as maps: channels × height × width; one map of rows × features; a row of numbers in several lines. */
function mapsOf([, ...dims]: readonly number[]): Maps {
  if (dims.length === 1) {
    const [length = 1] = dims
    const width = Math.min(length, Math.max(16, Math.ceil(Math.sqrt(length))))
    return { count: 1, height: Math.ceil(length / width), width }
  }
  const [width = 1, height = 1] = [dims.at(-1), dims.at(-2)]
  return { count: dims.slice(0, -2).reduce((all, length) => all * length, 1), height, width }
}

/** Rows and columns of the grid, and how many pixels of a map each of its pixels stands for. */
export function layoutOf({ count, height, width }: Maps, across?: number) {
  const shown = Math.min(count, across === undefined ? mostMaps : count)
  const columns = across ?? Math.min(shown, Math.ceil(Math.sqrt((shown * height) / width)))
  const step = Math.max(1, Math.ceil(Math.max(height, width) / (shown === 1 ? 4 * mostSide : mostSide)))
  const [rows, h, w] = [Math.ceil(shown / columns), Math.ceil(height / step), Math.ceil(width / step)]
  return { shown, columns, step, h, w, size: [rows * (h + gap) - gap, columns * (w + gap) - gap] as const }
}

/**
 * The first maps, each from its smallest number (0) to its largest (1). Numbers of (1, ...) in, (height, width) and its sides out.
 * @param across how many maps are beside each other; then all of them are shown
 */
export function gridNumbers(numbers: ArrayLike<number>, shape: readonly number[], across?: number) {
  const maps = mapsOf(shape)
  const { shown, columns, step, h, w, size } = layoutOf(maps, across)
  const out = new Float32Array(size[0] * size[1])
  const area = maps.height * maps.width
  for (let map = 0; map < shown; map++) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const end = Math.min(numbers.length, (map + 1) * area)
    for (let i = map * area; i < end; i++) {
      const value = numbers[i] ?? 0
      if (value < least) least = value
      if (value > most) most = value
    }
    const by = most > least ? 1 / (most - least) : 0
    const [top, left] = [Math.floor(map / columns) * (h + gap), (map % columns) * (w + gap)]
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const from = map * area + y * step * maps.width + x * step
        out[(top + y) * size[1] + left + x] = from < end ? ((numbers[from] ?? least) - least) * by : 0
      }
  }
  return { size, numbers: out }
}

/** As a picture of one channel, (height, width). */
export async function gridOf(maps: TensorValue, ops: Ops): Promise<TensorValue> {
  const { size, numbers } = gridNumbers(await ops.read(maps, {}), maps.shape)
  return (await ops.fromNumbers({ shape: { kind: 'tensor', shape: size, axes: ['H', 'W'] }, numbers })) as TensorValue
}
