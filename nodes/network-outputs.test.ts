/** Networks of layers, run by ONNX Runtime, against torch: the whole output, with random weights. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TensorValue } from '../engine/values/index.ts'
import { totalsOf } from '../engine/values/layers/graph.ts'
import { apartOf, noisePicture, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { architecture, architectureNames, inputOf } from './network/architectures/index.ts'
import { networkRun } from './network/run.ts'

interface Told {
  readonly size: number
  /** Default: 5. */
  readonly classes?: number
  readonly shape: readonly number[]
  readonly output: readonly number[]
}

const truth = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures', 'network-outputs.json'), 'utf8'),
) as Readonly<Record<string, Told>>

/** Larger ones are for a machine that has time and memory: the weights of ViT-H take 2.5 GB. */
const all = process.env.SIGHTLINE_ALL_NETWORKS !== undefined
const most = all ? Infinity : 6e6

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname, { memory: all ? 3.5 * 2 ** 30 : undefined })
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

test('every architecture has its output', () => {
  expect(Object.keys(truth).sort()).toEqual([...architectureNames].sort())
})

describe('the whole output, as torch gives it', () => {
  for (const [name, { size, classes = 5, shape, output }] of Object.entries(truth)) {
    const [channels = 3] = inputOf(name)
    const layers = architecture(name, classes, [channels, size, size])
    test.runIf(totalsOf(layers).parameters < most)(name, { timeout: all ? 600_000 : 120_000 }, async () => {
      const network = await withWeights(bench, name, layers)
      const given = { network, image: await noisePicture(bench, [channels, size, size]) }
      const { tensor } = await bench.run(networkRun, given, { normalise: 'none' })
      expect((tensor as TensorValue).shape).toEqual(shape)
      const made = bench.device.read(tensor as TensorValue)
      const apart = apartOf(made, output)
      if (all) process.stdout.write(`${name} ${apart.toExponential(1)}\n`)
      expect(apart).toBeLessThan(1e-5)
    })
  }
})
