/** Networks with random weights that follow from their names, as network-outputs.py has them. */
import { randomFrom } from '../../engine/types/random.ts'
import type { NetworkValue, TensorValue } from '../../engine/values/index.ts'
import { totalsOf, weightsOfAll } from '../../engine/values/layers/graph.ts'
import { type Dims, sizeOf } from '../../engine/values/layers/layer.ts'
import type { NodeBench } from './nodes.ts'

/** As in network-outputs.py. */
function fill(out: Float32Array, name: string, of: (u: number) => number): void {
  let state = 2166136261
  for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619)
  const random = randomFrom(state)
  for (let i = 0; i < out.length; i++) out[i] = of(2 * random() - 1)
}

function spread(name: string, shape: Dims): (u: number) => number {
  if (name.endsWith('running_var')) return (u) => 1 + 0.5 * u
  if (shape.length === 1) return name.endsWith('weight') ? (u) => 1 + 0.25 * u : (u) => 0.1 * u
  if (!name.endsWith('weight')) return (u) => 0.5 * u
  const by = Math.sqrt(3 / sizeOf(shape.slice(1)))
  return (u) => u * by
}

export async function withWeights(
  bench: NodeBench,
  name: string,
  layers: NetworkValue['layers'],
): Promise<NetworkValue> {
  const numbers = new Float32Array(totalsOf(layers).numbers)
  for (const weight of weightsOfAll(layers)) {
    const part = numbers.subarray(weight.at, weight.at + sizeOf(weight.shape))
    fill(part, weight.name, spread(weight.name, weight.shape))
  }
  const shape = { kind: 'tensor', shape: [numbers.length], axes: ['N'] } as const
  const weights = (await bench.device.ops.fromNumbers({ shape, numbers })) as TensorValue
  return { kind: 'network', name, layers, weights, source: 'by name' }
}

/** Noise (C, H, W) as a picture of plain data. */
export async function noisePicture(bench: NodeBench, [channels = 1, height = 1, width = 1]: Dims) {
  const planes = new Float32Array(channels * height * width)
  fill(planes, 'input', (u) => u)
  const area = height * width
  const pixels = planes.map((_, i) => planes[(i % channels) * area + Math.floor(i / channels)] ?? 0)
  const shape = { kind: 'image', height, width, channels, space: 'data', alpha: false } as const
  return bench.device.image(shape, pixels)
}

/** The largest distance, of the largest number. */
export function apartOf(made: ArrayLike<number>, wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs))
  return Math.max(...wanted.map((v, i) => Math.abs(v - (made[i] ?? Number.NaN)))) / largest
}
