import { describe, expect, it } from 'vitest'
import { testRuns } from '../../host/testing/runs.ts'
import { Arena } from '../memory/arena.ts'
import type { SequenceValue } from '../values/index.ts'
import { createEngine } from './create.ts'
import type { RunResult } from './engine.ts'
import { graphOf } from './testing.ts'

const bench = testRuns()
const { log, nodes, numberOf, run, services, statuses } = bench

describe('sequences', () => {
  const elements = async (result: RunResult, node: string) => {
    const value = result.sinks.find((sink) => sink.node === node)?.value as SequenceValue
    const signal = new AbortController().signal
    const found: unknown[] = []
    for (let i = 0; i < value.length; i++) {
      const element = await value.at(i, signal)
      found.push(
        element.kind === 'number'
          ? element.value
          : element.kind === 'image'
            ? (await result.read(element))[0]
            : element,
      )
    }
    return found
  }

  it('runs a node for each element, and keeps each', async () => {
    const document = graphOf({ range: ['test/range', { length: 4 }], add: ['test/add', { plus: 10 }] }, [
      'range.numbers > add.a',
    ])
    const result = await run(document)
    expect(statuses(result)).toEqual({ range: 'done', add: 'done' })
    expect(log.count('add')).toBe(4)
    expect(await elements(result, 'add')).toEqual([10, 11, 12, 13])
    expect(log.count('add')).toBe(4)
    expect(log.count('element')).toBe(4)
    result.release()
    const again = await run(document)
    expect(log.count('add')).toBe(4)
    again.release()
  })

  it('goes through several together, and keeps single values the same for each', async () => {
    const result = await run(
      graphOf(
        {
          one: ['test/range', { length: 3, from: 10, tag: 'one' }],
          two: ['test/range', { length: 3, from: 100, tag: 'two' }],
          pair: 'test/add',
          five: ['test/number', { value: 5 }],
          each: 'test/add',
        },
        ['one.numbers > pair.a', 'two.numbers > pair.b', 'pair.number > each.a', 'five.number > each.b'],
      ),
    )
    expect(await elements(result, 'each')).toEqual([115, 117, 119])
    result.release()
  })

  it('refuses different lengths, at their node', async () => {
    const result = await run(
      graphOf(
        { one: ['test/range', { length: 3 }], two: ['test/range', { length: 4 }], pair: 'test/add', after: 'test/add' },
        ['one.numbers > pair.a', 'two.numbers > pair.b', 'pair.number > after.a'],
      ),
    )
    expect(statuses(result)).toMatchObject({ pair: 'error', after: 'skipped' })
    expect(result.problems).toEqual([{ code: 'sequence.lengths', params: { a: 'a', b: 'b', na: 3, nb: 4 } }])
  })

  it('ends where it is collected', async () => {
    const result = await run(
      graphOf(
        { range: ['test/range', { length: 5 }], add: ['test/add', { plus: 1 }], sum: 'test/sum', after: 'test/add' },
        ['range.numbers > add.a', 'add.number > sum.numbers', 'sum.number > after.a'],
      ),
    )
    expect(numberOf(result, 'after')).toBe(15)
    expect(log.count('sum')).toBe(1)
    expect(log.count('add')).toBe(6)
  })

  it('takes a single value for a sequence of one where it collects', async () => {
    const result = await run(graphOf({ photo: 'test/image', mean: 'test/mean' }, ['photo.image > mean.images']))
    expect(result.ok).toBe(true)
    expect((await result.read(result.sinks[0]?.value as never))[0]).toBe(0.5)
    result.release()
  })

  it('keeps the single value that it collects for the elements that are made of it', async () => {
    const { device, arena } = bench.device
    // Nothing is kept that nobody holds.
    const own = createEngine({ device, arena, nodes, memory: 1 })
    const document = graphOf({ photo: 'test/image', halves: 'test/halves', mean: 'test/mean' }, [
      'photo.image > halves.images',
      'halves.images > mean.images',
    ])
    const result = await own.run(document, { services })
    expect(result.problems).toEqual([])
    expect((await result.read(result.sinks[0]?.value as never))[0]).toBe(0.375)
    result.release()
    await own.close()
  })

  it('nests, and collects the innermost', async () => {
    const document = graphOf(
      {
        range: ['test/range', { length: 3, from: 1 }],
        repeat: ['test/repeat', { times: 2 }],
        add: ['test/add', { plus: 1000 }],
        sum: 'test/sum',
      },
      ['range.numbers > repeat.a', 'repeat.numbers > add.a', 'add.number > sum.numbers'],
    )
    const result = await run(document)
    expect(await elements(result, 'sum')).toEqual([10 + 11 + 2000, 20 + 21 + 2000, 30 + 31 + 2000])
    expect(log.count('repeat')).toBe(3)
    expect(log.count('add')).toBe(6)
    expect(log.count('sum')).toBe(3)
    result.release()
  })

  it('is nested only so deep', async () => {
    const own = createEngine({
      device: bench.device.device,
      arena: bench.device.arena,
      nodes,
      memory: 1 << 20,
      sequenceDepth: 2,
    })
    const result = await own.run(
      graphOf({ range: 'test/range', two: 'test/repeat', three: 'test/repeat', add: 'test/add', sum: 'test/sum' }, [
        'range.numbers > two.a',
        'two.numbers > three.a',
        'three.numbers > add.a',
        'add.number > sum.numbers',
      ]),
      { services },
    )
    expect(result.problems).toEqual([{ code: 'sequence.too-deep', params: { depth: 3, limit: 2 } }])
    await own.close()
  })

  it('hands a part of a sequence on', async () => {
    const result = await run(
      graphOf({ range: ['test/range', { length: 4 }], rest: 'test/rest', add: 'test/add', sum: 'test/sum' }, [
        'range.numbers > rest.numbers',
        'rest.numbers > add.a',
        'add.number > sum.numbers',
      ]),
    )
    expect(numberOf(result, 'sum')).toBe(6)
  })

  it('streams all elements through effects, one at a time, in the memory of a few', async () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 8 << 20 })
    const own = createEngine({ device: bench.device.device, arena, nodes, memory: 6 << 20 })
    const reports: string[] = []
    const seen: string[] = []
    const result = await own.run(
      graphOf(
        { images: ['test/images', { length: 40, side: 512 }], gain: ['test/gain', { factor: 2 }], write: 'test/write' },
        ['images.images > gain.image', 'gain.image > write.value'],
      ),
      {
        services,
        onReport: (node, { progress }) => {
          if (node === 'write' && progress?.say) reports.push(progress.say)
        },
        onSink: ({ node, path }) => {
          seen.push(`${node} ${path}`)
        },
      },
    )
    expect(result.ok).toBe(true)
    expect(log.lines.filter((line) => line.startsWith('write'))).toHaveLength(40)
    expect(log.lines.filter((line) => line.startsWith('write')).at(-1)).toBe('write 512x512 1.950')
    // Picture 3 is written before picture 5 is read; 4 is read meanwhile.
    expect(log.lines.indexOf('write 512x512 0.150')).toBeLessThan(log.lines.indexOf('picture 5'))
    expect(log.lines.indexOf('picture 4')).toBeLessThan(log.lines.indexOf('write 512x512 0.150'))
    expect(reports.filter((say, i) => say !== reports[i - 1])).toEqual(
      Array.from({ length: 40 }, (_, i) => `${i + 1}/40`),
    )
    expect(seen).toEqual([])
    result.release()
    await own.close()
    expect(arena.used).toBe(0)
  })

  it('makes the next element while one is worked on, but changes nothing before its turn', async () => {
    const document = graphOf(
      {
        range: ['test/range', { length: 4 }],
        first: ['test/sleep', { ms: 5, tag: 'first' }],
        second: ['test/sleep', { ms: 5, tag: 'second' }],
        write: 'test/write',
      },
      ['range.numbers > first.a', 'first.number > second.a', 'second.number > write.value'],
    )
    log.most = 0
    const result = await run(document)
    expect(result.ok).toBe(true)
    // Two at the same time, each once.
    expect(log.most).toBe(2)
    expect(log.count('sleep')).toBe(8)
    expect(log.count('write')).toBe(4)
    // What was made early counts as run, not as found.
    expect(result.nodes.map(({ id, status }) => [id, status])).toEqual([
      ['range', 'done'],
      ['first', 'done'],
      ['second', 'done'],
      ['write', 'done'],
    ])
    result.release()
  })

  it('hands every element of a sink out while it streams', async () => {
    const seen: string[] = []
    const result = await run(
      graphOf({ images: ['test/images', { length: 3, side: 2 }], gain: ['test/gain', { factor: 3 }] }, [
        'images.images > gain.image',
      ]),
      {
        onSink: async ({ node, port, value, path }, read) =>
          void seen.push(`${node}.${port} ${path} ${(await read(value))[0]?.toFixed(1)}`),
      },
    )
    expect(seen).toEqual(['gain.image 0 0.0', 'gain.image 1 1.0', 'gain.image 2 2.0'])
    expect(await elements(result, 'gain')).toEqual([0, 1, 2])
    result.release()
  })

  it('goes on with the others when one element fails, and says so at the node that failed', async () => {
    const result = await run(
      graphOf({ images: ['test/images', { length: 4, broken: 1 }], gain: 'test/gain', write: 'test/write' }, [
        'images.images > gain.image',
        'gain.image > write.value',
      ]),
    )
    expect(log.count('write')).toBe(3)
    expect(statuses(result)).toEqual({ images: 'error', gain: 'done', write: 'done' })
    expect(result.problems).toMatchObject([{ code: 'file.missing', params: { path: '1.png' } }])
    result.release()
  })

  it('is cancelled between elements', async () => {
    const stop = new AbortController()
    const result = run(
      graphOf({ range: ['test/range', { length: 1000 }], sum: ['test/sum', { ms: 2 }] }, [
        'range.numbers > sum.numbers',
      ]),
      { signal: stop.signal },
    )
    setTimeout(() => stop.abort(), 30)
    await expect(result).rejects.toMatchObject({ code: 'run.cancelled' })
    expect(log.count('element')).toBeLessThan(100)
  })

  it('keeps what a sequence is made from as long as the sequence', async () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 16 << 20 })
    const own = createEngine({ device: bench.device.device, arena, nodes, memory: 4 << 20 })
    const tiles = graphOf(
      {
        photo: ['test/image', { width: 256, height: 256 }],
        tiles: ['test/tiles', { times: 4 }],
        gain: 'test/gain',
        mean: 'test/mean',
      },
      ['photo.image > tiles.image', 'tiles.images > gain.image', 'gain.image > mean.images'],
    )
    const result = await own.run(tiles, { services })
    expect((await result.read(result.sinks[0]?.value as never))[0]).toBe(0.75)
    result.release()
    await own.close()
    expect(arena.used).toBe(0)
  })

  it('has no elements when it is empty', async () => {
    const result = await run(
      graphOf({ range: ['test/range', { length: 0 }], add: 'test/add', write: 'test/write' }, [
        'range.numbers > add.a',
        'add.number > write.value',
      ]),
    )
    expect(result.ok).toBe(true)
    expect(log.lines).toEqual(['range'])
  })
})
