/** Pictures of one size side by side. */
import type { ImageShape, TensorShape } from '../engine/values/index.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { rangeOf } from '../engine/values/prepared.ts'

const gap = 2
/** Pixels of smaller pictures are drawn as squares. */
const leastSide = 48

/** The shape of the grid: gray, or in colour where pictures have three channels; of others the first channel is shown. */
export function gridShape(count: number, [channels = 1, height = 1, width = 1]: readonly number[], across: number) {
  const by = Math.max(1, Math.ceil(leastSide / Math.max(height, width)))
  const rows = Math.max(1, Math.ceil(count / across))
  const shape: ImageShape = {
    kind: 'image',
    height: rows * (height * by + gap) - gap,
    width: across * (width * by + gap) - gap,
    ...(channels === 3 ? { channels: 3, space: 'rgb' } : { channels: 1, space: 'gray' }),
    ...{ alpha: false, range: [0, 1] },
  }
  return { by, shape }
}

/**
 * Row by row, on white.
 * @param pictures (channels, height, width) each, from 0 to 1
 */
export function gridOf(pictures: readonly Float32Array[], shape: readonly number[], across: number) {
  const [, height = 1, width = 1] = shape
  const { by, shape: whole } = gridShape(pictures.length, shape, across)
  const planes = whole.channels
  const out = new Float32Array(whole.height * whole.width * planes).fill(1)
  for (const [n, numbers] of pictures.entries()) {
    const [top, left] = [Math.floor(n / across) * (height * by + gap), (n % across) * (width * by + gap)]
    for (let y = 0; y < height * by; y++)
      for (let x = 0; x < width * by; x++)
        for (let c = 0; c < planes; c++) {
          const from = (c * height + Math.floor(y / by)) * width + Math.floor(x / by)
          const at = (top + y) * whole.width + left + x
          out[at * planes + c] = Math.min(1, Math.max(0, numbers[from] ?? 0))
        }
  }
  return { shape: whole, numbers: out }
}

/** Numbers of pictures from 0 to 1 again, channel by channel. */
export const unprepared = (
  numbers: Float32Array,
  [channels = 1, ...sides]: readonly number[],
  { prepared }: Pick<TensorShape, 'prepared'>,
): Float32Array => (prepared ? rangeOf(prepared, channels, sizeOf(sides)).plain(numbers) : numbers)
