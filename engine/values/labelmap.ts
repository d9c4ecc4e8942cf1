/** Label maps: for every pixel of a picture the number of its class or object. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import { sizeAt } from './image.ts'
import type { Kind } from './kind.ts'
import type { TensorValue } from './tensor.ts'

export interface LabelmapShape {
  readonly kind: 'labelmap'
  readonly height: number
  readonly width: number
}

export interface LabelmapValue extends LabelmapShape {
  /** The name of each number. */
  readonly names: readonly string[]
  /** (H, W) int32. */
  readonly labels: TensorValue
}

const count = z.number().int().nonnegative()

/** The numbers that occur, with their names and how many pixels have them. */
function countLabels(numbers: ArrayLike<number>, names: readonly string[]) {
  const pixels = new Map<number, number>()
  for (let i = 0; i < numbers.length; i++) {
    const id = numbers[i] ?? 0
    pixels.set(id, (pixels.get(id) ?? 0) + 1)
  }
  return [...pixels].sort(([a], [b]) => a - b).map(([id, pixels]) => ({ id, name: names[id] ?? String(id), pixels }))
}

export const labelmap: Kind<LabelmapValue, LabelmapShape> = {
  kind: 'labelmap',
  words: { title: 'Label map', one: 'a label map' },
  look: { light: '#8a3fa8', dark: '#d49bea', radius: '2px 50%' },
  head: z.object({ kind: z.literal('labelmap'), height: count, width: count, names: z.array(z.string()) }),
  parts: ({ labels }) => ({ labels }),
  shape: ({ height, width }) => ({ kind: 'labelmap', height, width }),
  describe: ({ height, width }) => `${height} × ${width} label map`,
  size: ({ width, height }) => ({ width, height }),
  sized: (shape, size) => ({ ...shape, ...size }),
  /** The nearest pixel: numbers of classes have no average. */
  async scaled(value, by, { read, tensor }) {
    const { width, height } = sizeAt(value, by)
    const numbers = await read(value.labels)
    const out = new Int32Array(width * height)
    for (let y = 0; y < height; y++) {
      const from = Math.min(value.height - 1, Math.floor(((y + 0.5) * value.height) / height)) * value.width
      for (let x = 0; x < width; x++)
        out[y * width + x] =
          numbers[from + Math.min(value.width - 1, Math.floor(((x + 0.5) * value.width) / width))] ?? 0
    }
    const labels = await tensor({ kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' }, out)
    return { ...value, width, height, labels }
  },
  raster: ({ labels }) => labels,
  display: 'labels',
  pictured: ({ height, width }) => ({
    kind: 'image',
    ...{ height, width, channels: 1, space: 'data', alpha: false },
  }),
  meaning: ({ names }, number) => names[number],
  sides: ({ height, width }) => [height, width, 1],
  async files(value, read) {
    const { width, height, names, labels } = value
    const numbers = await read(labels)
    const found = countLabels(numbers, names)
    const most = Math.max(0, ...found.map(({ id }) => id))
    // A PNG holds 8 or 16 bits. Numbers that it cannot hold are only in the .npy.
    const fits = most < 65536 && found.every(({ id }) => id >= 0)
    const gray = most < 256 ? Uint8Array.from(numbers) : Uint16Array.from(numbers)
    return [
      ...(fits ? [{ ext: 'png' as const, gray, width, height }] : []),
      { ext: 'json', text: `${jsonText({ width, height, labels: found })}\n` },
      { ext: 'npy', tensor: labels, ...(fits && { raw: true as const }) },
    ]
  },
  report: async (value, read) => ({ labels: countLabels(await read(value.labels), value.names) }),
  async sample(tensor) {
    const labels = await tensor(
      { kind: 'tensor', shape: [2, 3], axes: ['H', 'W'], dtype: 'int32' },
      [0, 1, 1, 2, 0, 300],
    )
    return [{ kind: 'labelmap', height: 2, width: 3, names: ['background', 'cat', 'dog'], labels }]
  },
}
