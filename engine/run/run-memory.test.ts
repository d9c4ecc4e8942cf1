import { describe, expect, it, vi } from 'vitest'
import { testRuns } from '../../host/testing/runs.ts'
import type { MadeModel, Models } from '../graph/models.ts'
import { defineNode } from '../graph/node.ts'
import { Arena } from '../memory/arena.ts'
import { type ModelDevice, ModelStore } from '../models/device.ts'
import type { Ops } from '../ops/calls.ts'
import { param } from '../types/param.ts'
import type { ImageShape, TensorValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf } from './testing.ts'

const bench = testRuns()
const { log, nodes, run, services } = bench

describe('memory', () => {
  const small = async (
    memory: number,
    budget: number,
    work: (engine: Engine, arena: Arena) => Promise<void>,
    limit?: number,
  ) => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget, ...(limit && { limit }) })
    const own = createEngine({ device: bench.device.device, arena, nodes, memory })
    try {
      await work(own, arena)
    } finally {
      await own.close()
      expect(arena.used).toBe(0)
    }
  }
  const side = { width: 512, height: 512 }
  const mb = 1 << 20
  const images = (count: number) =>
    graphOf(
      {
        photo: ['test/image', side],
        ...Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`g${i}`, ['test/gain', { factor: i + 1 }] as const]),
        ),
      },
      Array.from({ length: count }, (_, i) => `${i === 0 ? 'photo' : `g${i - 1}`}.image > g${i}.image`),
    )

  it('frees what nodes make and do not give, and what nobody keeps', async () => {
    await small(64 * mb, 64 * mb, async (own, arena) => {
      const result = await own.run(
        graphOf({ photo: ['test/image', side], gain: ['test/gain', { waste: true }] }, ['photo.image > gain.image']),
        { services },
      )
      expect(arena.used).toBe(2 * mb)
      expect(own.counters.bytes).toBeGreaterThanOrEqual(2 * mb)
      result.release()
    })
  })

  it('stays under its budget by throwing away what is least worth keeping', async () => {
    await small(4 * mb, 64 * mb, async (own, arena) => {
      const result = await own.run(images(20), { services })
      expect(result.ok).toBe(true)
      result.release()
      expect(own.counters.evictions).toBeGreaterThan(10)
      expect(own.counters.bytes).toBeLessThanOrEqual(4 * mb)
      expect(arena.used).toBeLessThanOrEqual(4 * mb)
      // Discarded results are computed again, and nothing more than that.
      log.clear()
      const again = await own.run(images(21), { services })
      expect(again.ok).toBe(true)
      expect(log.count('gain')).toBeLessThan(21)
      again.release()
    })
  })

  it('moves aside what was dear to make when the arena is full', async () => {
    await small(64 * mb, 4 * mb, async (own, arena) => {
      const document = graphOf({ photo: ['test/image', side], dear: ['test/gain', { factor: 2, ms: 60 }] }, [
        'photo.image > dear.image',
      ])
      ;(await own.run(document, { services })).release()
      const others = images(6)
      ;(await own.run(others, { services })).release()
      expect(own.counters.spills).toBeGreaterThan(0)
      log.clear()
      const again = await own.run(document, { services })
      expect(log.lines).toEqual([])
      const [sink] = again.sinks
      expect(sink && (await again.read(sink.value))[0]).toBe(1)
      again.release()
      expect(arena.used).toBeLessThanOrEqual(4 * mb)
    })
  })

  it('moves some aside before the arena is full, and goes on with the rest', async () => {
    await small(64 * mb, 4 * mb, async (own, arena) => {
      const document = graphOf({ photo: ['test/image', side], dear: ['test/gain', { factor: 2, ms: 60 }] }, [
        'photo.image > dear.image',
      ])
      ;(await own.run(document, { services })).release()
      // Leaves less than an eighth, but as much as was asked for.
      const rest = arena.alloc(Math.floor(3.6 * mb) - arena.used)
      expect(own.counters.spills).toBe(0)
      await vi.waitFor(() => expect(own.counters.spills).toBeGreaterThan(0))
      arena.free(rest)
      log.clear()
      const again = await own.run(document, { services })
      expect(log.lines).toEqual([])
      const [sink] = again.sinks
      expect(sink && (await again.read(sink.value))[0]).toBe(1)
      again.release()
    })
  })

  it('says when there is not enough, and goes on afterwards', async () => {
    await small(64 * mb, 4 * mb, async (own) => {
      const large = graphOf({ photo: ['test/image', { width: 2048, height: 1024 }] })
      const result = await own.run(large, { services })
      expect(result.nodes[0]?.problem?.code).toBe('memory.full')
      const next = await own.run(images(2), { services })
      expect(next.ok).toBe(true)
      next.release()
    })
  })

  it('says so too when spilled values take the rest, and never has more than its limit', async () => {
    const limit = 12 * mb
    await small(
      64 * mb,
      4 * mb,
      async (own, arena) => {
        // The run holds all sinks until it is released.
        const wide = (count: number) =>
          graphOf(
            Object.fromEntries(
              Array.from({ length: count }, (_, i) => [`p${i}`, ['test/image', { ...side, value: i / 32 }] as const]),
            ),
          )
        const result = await own.run(wide(20), { services })
        const codes = result.nodes.flatMap(({ problem }) => problem?.code ?? [])
        expect(new Set(codes)).toEqual(new Set(['memory.full']))
        expect(arena.used + arena.counters.spilled).toBeLessThanOrEqual(limit)
        expect(arena.counters.spilled).toBeGreaterThan(0)
        expect(result.sinks.length).toBeGreaterThan(8)
        result.release()
        // What is only kept gives way, also where it was spilled.
        const next = await own.run(wide(8), { services })
        expect(next.ok).toBe(true)
        next.release()
        const others = await own.run(images(12), { services })
        expect(others.ok).toBe(true)
        others.release()
        expect(arena.used + arena.counters.spilled).toBeLessThanOrEqual(limit)
      },
      limit,
    )
  })

  it('completes a result that lacks an output', async () => {
    const document = graphOf({ start: 'test/number', both: 'test/both', add: 'test/add' }, [
      'start.number > both.a',
      'both.left > add.a',
    ])
    await run(document)
    expect(log.lines).toEqual(['number', 'both left right', 'add'])
  })

  /** Gives a megabyte of ones, whatever comes. */
  const ones: ModelDevice = {
    version: () => undefined,
    describe: () => Promise.reject(new Error('it lies in no file')),
    network: () => Promise.reject(new Error('it lies in no file')),
    weights: async () => [],
    load: async (file) => new ModelStore(file, 0, () => undefined),
    async run(_, { place }) {
      for (const numbers of place([{ name: 'out', dtype: 'float32', shape: [512, 512] }])) numbers.fill(1)
    },
    unload: async () => undefined,
    close: async () => undefined,
  }
  const made: MadeModel = {
    ...{ id: 'ones', name: 'ones', graph: new Uint8Array(1), opset: 1, operators: 1, inputs: [], bytes: 0 },
    outputs: [{ name: 'out', dtype: 'float32', shape: [512, 512] }],
    weights: async () => new Float32Array(0),
  }

  it.each(['ops', 'models'])('frees what %s make apart before the node ends', async (by) => {
    const shape: ImageShape = { kind: 'image', width: 512, height: 512, channels: 1, space: 'gray', alpha: false }
    const explain = { idea: 'A node for tests.', reference: 'Sightline' }
    const sums = defineNode({
      ...{ type: 'test/sums', version: 1, kind: 'pure', draft: 'exact', title: 'Test', summary: 'For tests.', explain },
      inputs: {},
      params: { apart: param.boolean({ default: true, label: 'Apart' }) },
      outputs: { number: socket.number() },
      run: async ({ apart }, context) => {
        let value = 0
        const step = async (ops: Ops, models: Models): Promise<void> => {
          const image =
            by === 'ops'
              ? await ops.fromNumbers({ shape, numbers: new Float32Array(512 * 512).fill(1) })
              : ((await models.runMade(made, {})).out as TensorValue)
          value += (await ops.read(image, {}))[0] ?? 0
        }
        // 32 pictures of a megabyte, where 16 have room.
        for (let i = 0; i < 32; i++) await (apart ? context.apart(step) : step(context.ops, context.models))
        return { number: { kind: 'number', value } }
      },
    })
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 16 * mb, limit: 16 * mb })
    const own = createEngine({ device: bench.device.device, arena, nodes: [sums], memory: 16 * mb, models: ones })
    const given = async (apart: boolean) => {
      const result = await own.run(graphOf({ sums: ['test/sums', { apart }] }), { services })
      const [sink] = result.sinks
      result.release()
      return { value: sink?.value, code: result.nodes[0]?.problem?.code }
    }
    expect(await given(true)).toEqual({ value: { kind: 'number', value: 32 }, code: undefined })
    expect((await given(false)).code).toBe('memory.full')
    await own.close()
    expect(arena.used).toBe(0)
  })
})
