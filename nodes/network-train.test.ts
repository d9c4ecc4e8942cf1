/** The training node: what it learns, that a seed is a run, that a stopped run comes to the same bits, and what it refuses. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobContext } from '../engine/graph/node.ts'
import type {
  ImageValue,
  NetworkValue,
  NumberValue,
  PlotValue,
  TableValue,
  TensorValue,
  Value,
} from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import { apartOf, fill, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { networkFindRate, steepest } from './network/find-rate.ts'
import { networkRun } from './network/run.ts'
import { networkTest } from './network/test.ts'
import { networkTrain } from './network/train.ts'
import { rateAt } from './rates.ts'
import { bytesOf, stateOf } from './training-state.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const count = 96
const size = 6

/** Pictures of stripes, upright (0), flat (1) or none (2), with noise. */
async function stripes(answers = (i: number): number => i % 3) {
  const numbers = new Float32Array(count * size * size)
  fill(numbers, 'noise', (u) => 0.3 * u)
  const targets = Int32Array.from({ length: count }, (_, i) => i % 3)
  for (let i = 0; i < numbers.length; i++) {
    const [n, y, x] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size]
    const along = targets[n] === 0 ? x : y
    if (targets[n] !== 2) numbers[i] = (numbers[i] ?? 0) + (along % 2 === 0 ? 0.5 : -0.5)
  }
  const { ops } = bench.device
  const shape = { kind: 'tensor', shape: [count, 1, size, size], axes: ['N', 'C', 'H', 'W'] } as const
  const rows = { kind: 'tensor', shape: [count], axes: ['N'], dtype: 'int32' } as const
  return {
    batch: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
    targets: (await ops.fromNumbers({ shape: rows, numbers: targets.map((_, i) => answers(i)) })) as TensorValue,
  }
}

function small(classes = 3): NetworkValue {
  const net = new NetBuilder([1, size, size])
  let x = net.add('conv', 'conv', [0], { out: 4, kernel: 3, bias: false })
  x = net.add('relu', 'relu', [net.add('bn', 'batchNorm', [x])])
  x = net.add('drop', 'dropout', [net.add('flat', 'flatten', [x])], { p: 0.1 })
  net.add('fc', 'linear', [x], { out: classes })
  return { kind: 'network', name: 'small', layers: net.layers }
}

const params = { epochs: 6, batchSize: 16, rate: 0.02, test: 0.25, seed: 5 }
const run = async (given: Readonly<Record<string, unknown>> = {}, job?: JobContext, network = small()) =>
  bench.run(networkTrain, { network, ...(await stripes()) }, { ...params, ...given }, job && { job })
const weightsOf = (made: Readonly<Record<string, unknown>>): Float32Array =>
  bench.device.read((made.network as NetworkValue).weights as TensorValue) as Float32Array

describe('a network that is trained', () => {
  test('tells apart what it has not seen, and its numbers agree', async () => {
    const made = await run({ names: 'upright, flat' })
    expect((made.score as NumberValue).value).toBeGreaterThan(0.9)
    const { rows, columns } = made.matrix as TableValue
    expect(columns.slice(1)).toEqual(['upright', 'flat', '2'])
    const counts = rows.map((row) => row.slice(1) as number[])
    expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(count / 4)
    const hits = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
    expect(hits / (count / 4)).toBeCloseTo((made.score as NumberValue).value, 12)
    const history = (made.history as TableValue).rows
    expect(history).toHaveLength(params.epochs)
    expect(history.at(-1)?.[1]).toBeLessThan(history[0]?.[1] as number)
    expect(history.at(-1)?.[4]).toBe((made.score as NumberValue).value)
    const worst = (made.worst as TableValue).rows.map((row) => row.at(-1) as number)
    expect(worst).toEqual([...worst].sort((a, b) => b - a))
    const loss = made.loss as PlotValue
    expect(loss.series[0]?.values.at(-1)).toBeLessThan(loss.series[0]?.values[0] ?? 0)
  })

  test('is the network that runs after it', async () => {
    const made = await run()
    const { batch, targets } = await stripes()
    const numbers = bench.device.read(batch).slice(-size * size) as Float32Array
    const space = { kind: 'image', height: size, width: size, channels: 1, space: 'data', alpha: false } as const
    const image = await bench.device.image(space, numbers)
    const ran = await bench.run(networkRun, { network: made.network as NetworkValue, image }, { normalise: 'none' })
    const scores = bench.device.read(ran.tensor as TensorValue)
    expect(scores.indexOf(Math.max(...(scores as Float32Array)))).toBe(bench.device.read(targets).at(-1))
  })

  test('keeps examples of all classes for the test where it shuffles those that are sorted by class', async () => {
    const given = await stripes()
    const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => (a % 3) - (b % 3))
    const numbers = bench.device.read(given.batch)
    const each = size * size
    const batch = order.flatMap((n) => [...numbers.slice(n * each, (n + 1) * each)])
    const { ops } = bench.device
    const shape = { kind: 'tensor', shape: [count, 1, size, size], axes: ['N', 'C', 'H', 'W'] } as const
    const rows = { kind: 'tensor', shape: [count], axes: ['N'], dtype: 'int32' } as const
    const sorted = {
      batch: (await ops.fromNumbers({ shape, numbers: Float32Array.from(batch) })) as TensorValue,
      targets: (await ops.fromNumbers({ shape: rows, numbers: Int32Array.from(order, (n) => n % 3) })) as TensorValue,
      called: { kind: 'text', text: 'upright, flat, none' } as const,
    }
    const made = await bench.run(networkTrain, { network: small(), ...sorted }, { ...params, shuffle: true })
    const { rows: matrix, columns } = made.matrix as TableValue
    expect(columns.slice(1)).toEqual(['upright', 'flat', 'none'])
    for (const row of matrix) expect(row.slice(1).reduce<number>((a, b) => a + Number(b), 0)).toBeGreaterThan(0)
    expect((made.score as NumberValue).value).toBeGreaterThan(0.9)
    // Examples are named by their place in the input, where their class is known.
    const names = ['upright', 'flat', 'none']
    for (const [at, right] of (made.worst as TableValue).rows) expect(names[(order[Number(at)] ?? 0) % 3]).toBe(right)
  })

  test('is the same again by its seed, and another by another', async () => {
    const first = weightsOf(await run({ epochs: 2 })).slice()
    expect(weightsOf(await run({ epochs: 2 }))).toEqual(first)
    expect(weightsOf(await run({ epochs: 2, seed: 6 }))).not.toEqual(first)
  })

  test('comes to the same bits after it was stopped in the middle of an epoch', async () => {
    const options = { optimiser: 'adamw', epochs: 3, schedule: 'cosine', warmUp: 0.5, weightDecay: 0.01 }
    const whole = await run(options)
    const kept: Uint8Array[] = []
    const stop = new Error('stopped')
    const pausing: JobContext = {
      resume: undefined,
      get paused() {
        return true
      },
      checkpoint(bytes) {
        kept.push(bytes.slice())
        return kept.length === 6 ? Promise.reject(stop) : Promise.resolve()
      },
      emit: async () => undefined,
    }
    await expect(run(options, pausing)).rejects.toBe(stop)
    const resume = kept.at(-1) as Uint8Array
    expect(stateOf(resume).step).toBe(6)
    expect(bytesOf(stateOf(resume))).toEqual(resume)
    const quiet = { resume, paused: false, checkpoint: async () => undefined, emit: async () => undefined }
    const again = await run(options, quiet)
    expect(weightsOf(again)).toEqual(weightsOf(whole))
    expect(again.loss).toEqual(whole.loss)
    expect(again.history).toEqual(whole.history)
  })

  test('comes to the same by TensorFlow.js, and after it was stopped there', async () => {
    const options = { optimiser: 'sgd', epochs: 2, clip: 1, runtime: 'tensorflow' }
    const whole = await run(options)
    const other = await run({ ...options, runtime: 'onnxruntime' })
    expect(apartOf(weightsOf(whole), [...weightsOf(other)])).toBeLessThan(1e-4)
    const numbers = ({ history }: typeof whole) => (history as TableValue).rows.flat() as number[]
    expect(apartOf(numbers(whole), numbers(other))).toBeLessThan(1e-4)
    const kept: Uint8Array[] = []
    const stop = new Error('stopped')
    const pausing: JobContext = {
      ...{ resume: undefined, paused: true, emit: async () => undefined },
      checkpoint: (bytes) => (kept.push(bytes.slice()) === 3 ? Promise.reject(stop) : Promise.resolve()),
    }
    await expect(run(options, pausing)).rejects.toBe(stop)
    const resume = kept.at(-1) as Uint8Array
    const quiet = { resume, paused: false, checkpoint: async () => undefined, emit: async () => undefined }
    expect(weightsOf(await run(options, quiet))).toEqual(weightsOf(whole))
  })

  test('learns the same beside another training of the same network as alone', async () => {
    const others = await stripes((i) => (i + 1) % 3)
    const own = await stripes()
    const learn = (inputs: typeof own) => bench.run(networkTrain, { network: small(), ...inputs }, params)
    const alone = [weightsOf(await learn(own)), weightsOf(await learn(others))]
    const both = await Promise.all([learn(own), learn(others)])
    expect(both.map(weightsOf)).toEqual(alone)
  })

  test('with a frozen body changes its last layer alone', async () => {
    const network = await withWeights(bench, 'small', small().layers)
    const before = bench.device.read(network.weights as TensorValue).slice()
    const after = weightsOf(await run({ epochs: 1, freeze: 'body' }, undefined, network))
    const last = (4 * 4 * 4 + 1) * 3
    expect(after.slice(0, -last)).toEqual(before.slice(0, -last))
    expect(apartOf(after.slice(-last), [...before.slice(-last)])).toBeGreaterThan(0.01)
  })

  test('freezes up to a layer or stage, and learns single layers at rates of their own', async () => {
    const net = new NetBuilder([1, size, size])
    let x = net.add('stage1.conv', 'conv', [0], { out: 4, kernel: 3 })
    x = net.add('flat', 'flatten', [net.add('stage2.conv', 'conv', [x], { out: 4, kernel: 3 })])
    net.add('fc', 'linear', [x], { out: 3 })
    const network = await withWeights(bench, 'stages', net.layers)
    const before = bench.device.read(network.weights as TensorValue).slice()
    const changes = async (given: Readonly<Record<string, unknown>>): Promise<readonly number[]> => {
      const after = weightsOf(
        await run({ epochs: 1, optimiser: 'sgd', momentum: 0, batchSize: 72, ...given }, undefined, network),
      )
      return [0, 40, 188].map((from, i) => {
        const part = after.slice(from, [40, 188][i]).map((v, k) => Math.abs(v - (before[from + k] as number)))
        return Math.max(...part)
      })
    }
    const plain = await changes({})
    expect(Math.min(...plain)).toBeGreaterThan(1e-5)
    const frozen = await changes({ freeze: 'to', frozenTo: 'stage1' })
    expect(frozen[0]).toBe(0)
    expect(frozen.slice(1).map((v, i) => v / (plain[i + 1] ?? 0))).toEqual([expect.closeTo(1, 2), expect.closeTo(1, 2)])
    // One step of all examples: w ← w − f η g, so that each part moves as far as its factor says.
    const slower = await changes({ groups: 'stage1 0.5, stage* = 0.25' })
    expect(slower.map((v, i) => v / (plain[i] ?? 0))).toEqual([0.5, 0.25, 1].map((v) => expect.closeTo(v, 2)))
    for (const [given, code] of [
      [{ groups: 'stage9 0.5' }, 'network.layer-unknown'],
      [{ groups: 'stage1' }, 'network.groups'],
      [{ freeze: 'to', frozenTo: 'stag' }, 'network.layer-unknown'],
    ] as const)
      await expect(changes(given)).rejects.toMatchObject({ code })
  })

  test('stops early where the test no longer gets better, and gives the best network', async () => {
    // Without a sensible rate the loss of the test goes up and down.
    const wild = { epochs: 30, optimiser: 'sgd', rate: 0.5, momentum: 0.9, patience: 3, keep: 'best' }
    const made = await run(wild)
    const losses = (made.history as TableValue).rows.map((row) => row[2] as number)
    const best = losses.indexOf(Math.min(...losses))
    expect(losses.length).toBe(best + 4)
    const shorter = weightsOf(await run({ ...wild, epochs: best + 1, patience: 0, keep: 'last' }))
    expect(weightsOf(made)).toEqual(shorter)
    expect((made.score as NumberValue).value).toBe((made.history as TableValue).rows[best]?.[4])
  })

  test('that was stopped still knows its best epoch', async () => {
    const options = { epochs: 8, optimiser: 'sgd', rate: 0.5, momentum: 0.9, keep: 'best' }
    const whole = await run(options)
    const kept: Uint8Array[] = []
    const stop = new Error('stopped')
    const pausing: JobContext = {
      ...{ resume: undefined, paused: true, emit: async () => undefined },
      checkpoint: (bytes) => (kept.push(bytes.slice()) === 25 ? Promise.reject(stop) : Promise.resolve()),
    }
    await expect(run(options, pausing)).rejects.toBe(stop)
    const quiet = {
      resume: kept.at(-1) as Uint8Array,
      paused: false,
      checkpoint: async () => undefined,
      emit: async () => undefined,
    }
    expect(weightsOf(await run(options, quiet))).toEqual(weightsOf(whole))
  })

  test.each(['focal', 'dice', 'crossEntropyDice', 'mse', 'bce'])('learns by the loss %s', async (loss) => {
    const made = await run({ loss, balance: 'balanced' })
    expect((made.score as NumberValue).value).toBeGreaterThan(0.8)
  })

  test('stops where the loss is no number, with the last network that was kept or not at all', async () => {
    // The first step leaves the numbers of floats; batch norm would bring them back.
    const net = new NetBuilder([1, size, size])
    net.add('fc', 'linear', [net.add('flat', 'flatten', [0])], { out: 3 })
    const network: NetworkValue = { kind: 'network', layers: net.layers }
    const wild = { optimiser: 'sgd', rate: 100, momentum: 0.999, loss: 'mse', weightDecay: 10 }
    await expect(run({ ...wild, batchSize: 1 }, undefined, network)).rejects.toMatchObject({
      code: 'network.loss-lost',
      params: { epoch: 1 },
    })
  })
})

describe('a trained network that is tested', () => {
  const tested = async (more: Readonly<Record<string, unknown>> = {}, inputs: Readonly<Record<string, Value>> = {}) => {
    const trained = await run()
    const { batch, targets } = await stripes()
    const network = trained.network as NetworkValue
    return { made: await bench.run(networkTest, { network, batch, targets, ...inputs }, { shown: 4, ...more }) }
  }

  test('has the score, the matrix and the worst examples that its own numbers say, with their pictures', async () => {
    const { made } = await tested()
    const { batch, targets } = await stripes()
    const right = bench.device.read(targets)
    const rows = (made.matrix as TableValue).rows.map((row) => row.slice(1) as number[])
    expect(rows.flat().reduce((a, b) => a + b, 0)).toBe(count)
    expect((made.score as NumberValue).value).toBeCloseTo(
      rows.reduce((sum, row, i) => sum + (row[i] ?? 0), 0) / count,
      12,
    )
    expect((made.score as NumberValue).value).toBeGreaterThan(0.9)
    const worst = (made.worst as TableValue).rows
    for (const [at, name] of worst) expect(String(right[Number(at)])).toBe(name)
    const losses = worst.map((row) => row.at(-1) as number)
    expect(losses).toEqual([...losses].sort((a, b) => b - a))
    // Six pictures of 6 × 6 pixels in a row, each pixel eight pixels large: the worst is the first.
    const grid = made.grid as ImageValue
    expect([grid.height, grid.width]).toEqual([48, 6 * 50 - 2])
    const first = bench.device.read(batch).slice(Number(worst[0]?.[0]) * size ** 2)[0] as number
    expect(bench.device.read(grid as unknown as TensorValue)[0]).toBeCloseTo(Math.min(1, Math.max(0, first)), 6)
  })

  test('may look several times: at what does not change, the answer stays', async () => {
    const steps = [{ type: 'flip', set: { axis: 'horizontal', p: 0 } }]
    const { made } = await tested({ draws: 2 }, { augment: { kind: 'augmentation', steps } })
    const { made: once } = await tested()
    expect((made.loss as NumberValue).value).toBeCloseTo((once.loss as NumberValue).value, 6)
    const turned = [{ type: 'rotate', set: { degrees: 30, method: 'bilinear' } }]
    // Stripes have numbers below 0.
    await expect(tested({}, { augment: { kind: 'augmentation', steps: turned } })).rejects.toMatchObject({
      code: 'augment.range',
    })
    const mixed = [{ type: 'mixUp', set: { alpha: 1, p: 1 } }]
    await expect(tested({}, { augment: { kind: 'augmentation', steps: mixed } })).rejects.toMatchObject({
      code: 'op.unsupported',
    })
  })
})

describe('the search for a learning rate', () => {
  const search = async (given: Readonly<Record<string, unknown>> = {}) =>
    bench.run(
      networkFindRate,
      { network: small(), ...(await stripes()) },
      { batchSize: 32, steps: 60, most: 100, ...given },
    )

  test('finds where the loss falls fastest, and ends where it explodes', async () => {
    const made = await search({ optimiser: 'sgd' })
    const { value } = made.rate as NumberValue
    const rows = (made.table as TableValue).rows as (readonly [number, number])[]
    expect(rows.length).toBeLessThan(60)
    expect(rows[0]?.[0]).toBeCloseTo(1e-6, 12)
    // By the same factor from step to step.
    expect((rows[2]?.[0] ?? 0) / (rows[1]?.[0] ?? 1)).toBeCloseTo((rows[1]?.[0] ?? 0) / (rows[0]?.[0] ?? 1), 6)
    const lowest = rows.reduce((best, row) => (row[1] < best[1] ? row : best))
    expect(value).toBeLessThan(lowest[0])
    expect(value).toBeGreaterThan(1e-4)
    const { series, x } = made.loss as PlotValue
    expect(series[0]?.values).toHaveLength(rows.length)
    expect(x.range[0]).toBeCloseTo(-6, 6)
    // With that rate it learns.
    const trained = await run({ optimiser: 'sgd', rate: value })
    expect((trained.score as NumberValue).value).toBeGreaterThan(0.8)
  })

  test('leaves the network as it is, and is the same again by its seed', async () => {
    expect((await search()).table).toEqual((await search()).table)
    await expect(search({ least: 1, most: 0.1 })).rejects.toMatchObject({ code: 'param.invalid' })
  })

  test('takes the middle of the steepest part', () => {
    const losses = [5, 5, 4.9, 4, 2, 1.5, 1.4, 3, 9]
    expect(steepest(losses.map((loss, i) => ({ loss, rate: i })))).toBe(3)
  })
})

describe('it refuses', () => {
  test.each([
    ['a class that the network does not have', { network: small(2), shape: undefined }, 'data.targets'],
    ['examples of another size', { network: small(), shape: [1, size, size + 1] }, 'network.examples'],
  ])('%s', async (_, { network, shape }, code) => {
    const given = await stripes()
    const batch = shape ? { ...given.batch, shape: [count, ...shape] } : given.batch
    const inputs = { network, ...given, batch }
    const checked = shape ? bench.shape(networkTrain, inputs, params) : bench.run(networkTrain, inputs, params)
    await expect(checked).rejects.toMatchObject({ code })
  })

  test('right answers for pixels where the network gives one', async () => {
    const { batch } = await stripes()
    const targets = { ...batch, shape: [count, size, size], axes: ['N', 'H', 'W'], dtype: 'int32' } as TensorValue
    await expect(bench.shape(networkTrain, { network: small(), batch, targets }, params)).rejects.toMatchObject({
      code: 'network.answers',
    })
  })
})

describe('learning rates', () => {
  const plain = { schedule: 'constant', rate: 0.1, epochs: 8, warmUp: 0, stepEpochs: 3, stepFactor: 0.5 } as const
  const all = (given: Partial<Parameters<typeof rateAt>[0]>, steps: number): number[] =>
    Array.from({ length: 8 * steps }, (_, step) => rateAt({ ...plain, ...given }, step, steps))
  // torch.optim.lr_scheduler of torch 1.13.1: StepLR(o, 3, 0.5) and CosineAnnealingLR(o, 8), one step an epoch.
  test.each([
    ['step', [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025]],
    ['cosine', [0.1, 0.0961939766, 0.0853553391, 0.0691341716, 0.05, 0.0308658284, 0.0146446609, 0.0038060234]],
  ] as const)('%s as torch has them', (schedule, wanted) => {
    for (const [i, rate] of all({ schedule }, 1).entries()) expect(rate).toBeCloseTo(wanted[i] ?? 0, 9)
  })

  test('grow evenly while they warm up', () => {
    expect(all({ warmUp: 1 }, 4).slice(0, 6)).toEqual([0.02, 0.04, 0.06, 0.08, 0.1, 0.1].map((v) => expect.closeTo(v)))
  })
})
