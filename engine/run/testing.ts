/** For tests: nodes that count, sleep, fail, allocate and give sequences, graphs in shorthand, and services of an imaginary world. */
import type { Document, NodeRecord } from '../graph/document.ts'
import { emptyDocument } from '../graph/document.ts'
import { defineNode, type NodeDefinition } from '../graph/node.ts'
import type { Ops } from '../ops/calls.ts'
import { readPixels } from '../ops/context.ts'
import { param } from '../types/param.ts'
import { SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { ProblemCode } from '../types/words.ts'
import type { ImageShape, ImageValue, NumberValue, SequenceValue, TensorValue, Value } from '../values/index.ts'
import { socket } from '../values/sockets.ts'

/** What the testing nodes did: one line per run. */
export class Log {
  readonly lines: string[] = []
  /** Runs now sleeping, and the largest number at one time. */
  sleeping = 0
  most = 0

  add(type: string, tag: string): void {
    this.lines.push(tag ? `${type} ${tag}` : type)
  }

  /** How often a type ran (with this tag). */
  count(type: string, tag?: string): number {
    return this.lines.filter((line) => (tag === undefined ? line.split(' ')[0] === type : line === `${type} ${tag}`))
      .length
  }

  clear(): void {
    this.lines.length = 0
  }
}

const explain = { idea: 'A node for tests.', reference: 'Sightline' }
const fan = (count: number): string[] => Array.from({ length: count }, (_, i) => `out:${i}`)
const number = (value: number): NumberValue => ({ kind: 'number', value })

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    if (signal.aborted) return stop()
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** Long enough for messages under way to arrive. */
export const rest = (): Promise<void> => sleep(60, new AbortController().signal)

const grayShape = (width: number, height: number): ImageShape => ({
  kind: 'image',
  width,
  height,
  channels: 1,
  space: 'gray',
  alpha: false,
  range: [0, 1],
})

/** The testing nodes; `log` records every run. */
export function testingNodes(log: Log): NodeDefinition[] {
  const tag = param.text({ default: '' })
  const base = { version: 1, kind: 'pure', draft: 'scaled', title: 'Test', summary: 'For tests.', explain } as const
  return [
    defineNode({
      ...base,
      type: 'test/number',
      inputs: {},
      params: { value: param.number({ default: 1 }), tag },
      outputs: { number: socket.number() },
      run: ({ value, tag }) => {
        log.add('number', tag)
        return { number: number(value) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/add',
      inputs: { a: socket.number(), b: socket.number({ optional: true }) },
      params: { plus: param.number({ default: 0, min: -1000, max: 1000 }), tag },
      outputs: { number: socket.number() },
      run: ({ a, b, plus, tag }) => {
        log.add('add', tag)
        return { number: number(a.value + (b?.value ?? 0) + plus) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/sleep',
      inputs: { a: socket.number() },
      params: { ms: param.number({ default: 20 }), tag },
      outputs: { number: socket.number() },
      run: async ({ a, ms, tag }, { signal, progress }) => {
        log.add('sleep', tag)
        log.most = Math.max(log.most, ++log.sleeping)
        try {
          progress(0.5, 'half')
          await sleep(ms, signal)
        } finally {
          log.sleeping--
        }
        log.add('slept', tag)
        return { number: a }
      },
    }),
    defineNode({
      ...base,
      type: 'test/fail',
      inputs: { a: socket.number({ optional: true }) },
      params: { code: param.text({ default: '' }), below: param.number({ default: Number.MAX_VALUE }), tag },
      outputs: { number: socket.number() },
      run: ({ a, code, below, tag }) => {
        log.add('fail', tag)
        if (a && a.value >= below) return { number: a }
        if (code) throw new SightlineError(code as ProblemCode)
        throw new Error('broken')
      },
    }),
    defineNode({
      ...base,
      type: 'test/both',
      inputs: { a: socket.number() },
      params: { tag },
      outputs: { left: socket.number(), right: socket.number() },
      run: ({ a, tag }, { wants }) => {
        log.add('both', [tag, wants('left') ? 'left' : '', wants('right') ? 'right' : ''].filter(Boolean).join(' '))
        return {
          ...(wants('left') && { left: number(a.value - 1) }),
          ...(wants('right') && { right: number(a.value + 1) }),
        }
      },
    }),
    defineNode({
      ...base,
      type: 'test/image',
      kind: 'source',
      inputs: {},
      params: {
        width: param.integer({ default: 8 }),
        height: param.integer({ default: 8 }),
        value: param.number({ default: 0.5 }),
        ramp: param.boolean({ default: false }),
        tag,
      },
      outputs: { image: socket.image({ channels: [1], spaces: ['gray'] }) },
      shape: ({ width, height }) => ({ image: grayShape(width, height) }),
      run: async ({ width, height, value, ramp, tag }, { ops }) => {
        log.add('image', tag)
        const numbers = Float32Array.from({ length: width * height }, (_, i) => (ramp ? (i % width) / width : value))
        return { image: (await ops.fromNumbers({ shape: grayShape(width, height), numbers })) as ImageValue }
      },
    }),
    defineNode({
      ...base,
      type: 'test/gain',
      inputs: { image: socket.image() },
      params: {
        factor: param.number({ default: 1 }),
        radius: param.number({ default: 8, min: 0, max: 100, unit: 'px' }),
        waste: param.boolean({ default: false }),
        ms: param.number({ default: 0 }),
        tag,
      },
      outputs: { image: socket.image().like('image') },
      run: async ({ image, factor, radius, waste, ms, tag }, { ops, scale, signal }) => {
        // First, so that a sketch of the node does not count as a run.
        const pixels = readPixels(image)
        log.add(
          'gain',
          [tag, scale < 1 ? `${image.width}x${image.height} radius ${radius}` : ''].filter(Boolean).join(' '),
        )
        if (ms > 0) await sleep(ms, signal)
        const { store: _, ...shape } = image
        const numbers = pixels.map((v) => v * factor)
        if (waste) await ops.fromNumbers({ shape, numbers })
        return { image: (await ops.fromNumbers({ shape, numbers })) as ImageValue }
      },
    }),
    defineNode({
      ...base,
      type: 'test/times',
      inputs: { image: socket.image() },
      params: { path: param.file({ default: '' }) },
      outputs: { image: socket.image().like('image') },
      identity: ({ path }, { services, signal }) => services.identity(path, signal),
      watches: ({ path }) => [path],
      run: async ({ image, path }, { ops, scale, services, signal }) => {
        const version = Number((await services.identity(path, signal)).split(' ')[1])
        log.add('times', `${version}${scale < 1 ? ' draft' : ''}`)
        const { store: _, ...shape } = image
        const numbers = readPixels(image).map((v) => v * version)
        return { image: (await ops.fromNumbers({ shape, numbers })) as ImageValue }
      },
    }),
    defineNode({
      ...base,
      type: 'test/exact',
      draft: 'exact',
      inputs: { image: socket.image() },
      params: { factor: param.number({ default: 1 }), tag },
      outputs: { image: socket.image().like('image') },
      run: async ({ image, factor, tag }, { ops }) => {
        log.add('exact', `${tag}${image.width}x${image.height}`)
        const { store: _, ...shape } = image
        return {
          image: (await ops.fromNumbers({ shape, numbers: readPixels(image).map((v) => v * factor) })) as ImageValue,
        }
      },
    }),
    defineNode({
      ...base,
      type: 'test/slow',
      draft: 'none',
      inputs: { image: socket.image() },
      params: { factor: param.number({ default: 1 }) },
      outputs: { image: socket.image().like('image') },
      run: ({ image }) => {
        log.add('slow', '')
        return { image }
      },
    }),
    defineNode({
      ...base,
      type: 'test/even',
      inputs: { image: socket.image() },
      params: {},
      outputs: { image: socket.image().like('image') },
      run: ({ image }, { scale }) => {
        log.add('even', String(image.width))
        if (scale < 1 && image.width % 2)
          throw new SightlineError('op.unsupported', { op: 'even', given: 'odd', wanted: 'even' })
        return { image }
      },
    }),
    defineNode({
      ...base,
      type: 'test/file',
      kind: 'source',
      inputs: {},
      params: { path: param.file({ default: '' }) },
      outputs: { number: socket.number() },
      identity: ({ path }, { services, signal }) => services.identity(path, signal),
      watches: ({ path }) => [path],
      run: ({ path }) => {
        log.add('file', path)
        return { number: number(path.length) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/fan',
      inputs: { a: socket.number() },
      params: { count: param.integer({ default: 2, min: 0, max: 16 }), plus: param.number({ default: 0 }) },
      outputs: {},
      sockets: {
        by: ['count'],
        of: ({ count }) => {
          log.add('sockets', String(count))
          return { inputs: {}, outputs: Object.fromEntries(fan(count).map((port) => [port, socket.number()])) }
        },
      },
      run: ({ a, count, plus }) => {
        log.add('fan', String(count))
        return Object.fromEntries(fan(count).map((port, i) => [port, number(a.value + i + plus)]))
      },
    }),
    defineNode({
      ...base,
      type: 'test/model',
      kind: 'source',
      inputs: {},
      params: { path: param.file({ default: '' }) },
      outputs: {},
      // A file of version n is a model of n inputs. They may have any name, even that of a parameter.
      sockets: {
        by: ['path'],
        of: async ({ path }, { services, signal }) => {
          const version = Number((await services.identity(path, signal)).split(' ')[1])
          const names = ['path', '/in.1', 'input:0'].slice(0, version)
          return {
            inputs: Object.fromEntries(names.map((name) => [name, socket.number()])),
            outputs: { 'sum:0': socket.number() },
          }
        },
      },
      identity: ({ path }, { services, signal }) => services.identity(path, signal),
      watches: ({ path }) => [path],
      run: ({ path }, { inputs }) => {
        const values = Object.values(inputs) as NumberValue[]
        log.add('model', `${path} ${Object.keys(inputs).join(' ')}`)
        return { 'sum:0': number(values.reduce((sum, { value }) => sum + value, 0)) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/range',
      kind: 'source',
      inputs: {},
      params: { length: param.integer({ default: 3 }), from: param.number({ default: 0 }), tag },
      outputs: { numbers: socket.sequence(socket.number()) },
      run: ({ length, from, tag }) => {
        log.add('range', tag)
        return {
          numbers: {
            kind: 'sequence',
            length,
            element: { kind: 'number' },
            at: async (index) => {
              log.add('element', [tag, index].filter((part) => part !== '').join(' '))
              return number(from + index)
            },
          },
        }
      },
    }),
    defineNode({
      ...base,
      type: 'test/images',
      kind: 'source',
      inputs: {},
      params: {
        length: param.integer({ default: 3 }),
        side: param.integer({ default: 8 }),
        broken: param.integer({ default: -1 }),
      },
      outputs: { images: socket.sequence(socket.image({ channels: [1], spaces: ['gray'] })) },
      run: ({ length, side, broken }, { ops }) => ({
        images: {
          kind: 'sequence',
          length,
          element: grayShape(side, side),
          labels: Array.from({ length }, (_, i) => `picture ${i}`),
          at: async (index) => {
            log.add('picture', String(index))
            if (index === broken) throw new SightlineError('file.missing', { path: `${index}.png` })
            // One that nobody keeps.
            await ops.fromNumbers({ shape: grayShape(side, side), numbers: new Float32Array(side * side) })
            const numbers = new Float32Array(side * side).fill(index / length)
            return ops.fromNumbers({ shape: grayShape(side, side), numbers })
          },
        },
      }),
    }),
    defineNode({
      ...base,
      type: 'test/repeat',
      inputs: { a: socket.number() },
      params: { times: param.integer({ default: 2 }) },
      outputs: { numbers: socket.sequence(socket.number()) },
      run: ({ a, times }) => {
        log.add('repeat', '')
        const element = { kind: 'number' } as const
        return { numbers: { kind: 'sequence', length: times, element, at: async (i) => number(a.value * 10 + i) } }
      },
    }),
    defineNode({
      ...base,
      type: 'test/tiles',
      inputs: { image: socket.image() },
      params: { times: param.integer({ default: 2 }) },
      outputs: { images: socket.sequence(socket.image()) },
      run: async ({ image, times }, { ops }) => {
        log.add('tiles', '')
        const { store: _, ...shape } = image
        const doubled = (await ops.fromNumbers({ shape, numbers: readPixels(image).map((v) => 2 * v) })) as ImageValue
        return {
          images: {
            kind: 'sequence',
            length: times,
            element: shape,
            at: async (i) => ops.fromNumbers({ shape, numbers: readPixels(i % 2 ? doubled : image) }),
          },
        }
      },
    }),
    defineNode({
      ...base,
      type: 'test/rest',
      inputs: { numbers: socket.sequence(socket.number()) },
      params: { skip: param.integer({ default: 1 }) },
      outputs: { numbers: socket.sequence(socket.number()) },
      run: ({ numbers, skip }) => ({
        numbers: {
          kind: 'sequence',
          length: numbers.length - skip,
          element: numbers.element,
          at: (index, signal) => numbers.at(index + skip, signal),
        },
      }),
    }),
    defineNode({
      ...base,
      type: 'test/sum',
      inputs: { numbers: socket.sequence(socket.number()) },
      params: { ms: param.number({ default: 0 }) },
      outputs: { number: socket.number() },
      run: async ({ numbers, ms }, { signal }) => {
        log.add('sum', '')
        let sum = 0
        for (let i = 0; i < numbers.length; i++) {
          if (ms > 0) await sleep(ms, signal)
          sum += ((await numbers.at(i, signal)) as NumberValue).value
        }
        return { number: number(sum) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/mean',
      inputs: { images: { ...socket.image(), collect: true } as unknown as ReturnType<typeof socket.sequence> },
      params: {},
      outputs: { image: socket.image() },
      run: async ({ images }, { ops, signal }) => {
        log.add('mean', '')
        let sum: Float32Array | undefined
        let shape: ImageShape | undefined
        for (let i = 0; i < images.length; i++) {
          const { store, ...rest } = (await images.at(i, signal)) as ImageValue
          const numbers = readPixels({ store, ...rest })
          shape = rest
          sum = sum ? sum.map((v, at) => v + (numbers[at] ?? 0)) : numbers
        }
        if (!sum || !shape) throw new Error('nothing to average')
        return { image: (await ops.fromNumbers({ shape, numbers: sum.map((v) => v / images.length) })) as ImageValue }
      },
    }),
    defineNode({
      ...base,
      type: 'test/halves',
      inputs: { images: { ...socket.image(), collect: true } as unknown as ReturnType<typeof socket.sequence> },
      params: {},
      outputs: { images: socket.sequence(socket.image()) },
      run: async ({ images }, { ops }) => ({
        images: {
          kind: 'sequence',
          length: 2,
          element: images.element,
          at: async (index, signal) => {
            const { store, ...shape } = (await images.at(0, signal)) as ImageValue
            const numbers = readPixels({ store, ...shape }).map((v) => v / (1 + index))
            return (await ops.fromNumbers({ shape, numbers })) as ImageValue
          },
        },
      }),
    }),
    defineNode({
      ...base,
      type: 'test/write',
      kind: 'effect',
      inputs: { value: socket.any() },
      params: { tag },
      outputs: {},
      run: ({ value, tag }) => {
        log.add('write', [tag, words(value)].filter(Boolean).join(' '))
        return {}
      },
    }),
    defineNode({
      ...base,
      type: 'test/train',
      kind: 'job',
      inputs: { a: socket.number() },
      params: { ms: param.number({ default: 5 }) },
      outputs: { number: socket.number() },
      run: async ({ a, ms }, { progress, signal }) => {
        log.add('train', '')
        for (let epoch = 1; epoch <= 3; epoch++) {
          progress(epoch / 3, `epoch ${epoch}`)
          await sleep(ms, signal)
        }
        return { number: number(a.value * 100) }
      },
    }),
    defineNode({
      ...base,
      type: 'test/values',
      inputs: {},
      params: {},
      outputs: {
        text: socket.text(),
        table: socket.table(),
        plot: socket.plot(),
        nan: socket.number(),
        tensor: socket.tensor({ axes: ['CHW'] }),
        batch: socket.tensor({ axes: ['NHW'] }),
      },
      run: async (_, { ops }) => ({
        text: { kind: 'text', text: 'x'.repeat(50_000) },
        table: { kind: 'table', columns: ['a', 'b'], rows: Array.from({ length: 2000 }, (_, i) => [i, 'row']) },
        plot: { kind: 'plot', x: { label: 'x', range: [0, 1] }, series: [{ name: 's', values: [1, 2] }] },
        nan: number(Number.NaN),
        tensor: (await ops.fromNumbers({
          shape: { kind: 'tensor', shape: [3, 1, 2], axes: ['C', 'H', 'W'] },
          numbers: [0, 1, 0.5, 0.5, 1, 0],
        })) as TensorValue,
        batch: (await ops.fromNumbers({
          shape: { kind: 'tensor', shape: [5, 1, 1], axes: ['N', 'H', 'W'] },
          numbers: [1, 2, 3, 4, 5],
        })) as TensorValue,
      }),
    }),
    defineNode({
      ...base,
      type: 'test/double',
      inputs: { image: socket.image({ channels: [1] }) },
      params: { tag },
      outputs: { image: socket.image({ channels: [1], spaces: ['data'] }) },
      converts: [
        {
          from: socket.image({ spaces: ['gray'] }),
          to: socket.image({ channels: [1], spaces: ['data'] }),
          params: {},
          label: 'gray → data',
        },
      ],
      run: async ({ image, tag }, { ops }) => {
        log.add('double', tag)
        const { store: _, ...shape } = image
        const numbers = readPixels(image).map((v) => 2 * v)
        return { image: (await ops.fromNumbers({ shape: { ...shape, space: 'data' }, numbers })) as ImageValue }
      },
    }),
    defineNode({
      ...base,
      type: 'test/data',
      inputs: { image: socket.image({ channels: [1], spaces: ['data'] }) },
      params: { tag },
      outputs: { image: socket.image().like('image') },
      run: ({ image, tag }) => {
        log.add('data', tag)
        return { image }
      },
    }),
  ]
}

function words(value: Value): string {
  if (value.kind === 'number') return String(value.value)
  if (value.kind === 'image') return `${value.width}x${value.height} ${readPixels(value)[0]?.toFixed(3)}`
  if (value.kind === 'sequence') return `${(value as SequenceValue).length} elements`
  return value.kind
}

/** For `graphOf`: a node that gives a square picture. */
export const photo = (side = 8) => ['test/image', { width: side, height: side, ramp: true }] as const

/** `{ 'blur': ['test/gain', { factor: 2 }] }` and `['photo.image > blur.image']` */
export function graphOf(
  nodes: Readonly<Record<string, string | readonly [type: string, params: NonNullable<NodeRecord['params']>]>>,
  wires: readonly string[] = [],
): Document {
  const edges = wires.map((wire) => wire.split(' > ') as [string, string])
  return {
    ...emptyDocument,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, node], i) => {
        const [type, params] = typeof node === 'string' ? [node, {}] : node
        return [id, { type, params, position: { x: 100 * i, y: 0 } }]
      }),
    ),
    edges: Object.fromEntries(edges.map(([from, to]) => [to, from])),
  }
}

/** n1 → n2 → ... → `count` nodes that add 1. */
export function chainOf(count: number): Document {
  const names = Array.from({ length: count }, (_, i) => `n${i + 1}`)
  return graphOf(
    Object.fromEntries(
      names.map((name, i) => [name, i === 0 ? ['test/number', { tag: name }] : ['test/add', { plus: 1, tag: name }]]),
    ) as Parameters<typeof graphOf>[0],
    names.slice(1).map((name, i) => `n${i + 1}.number > ${name}.a`),
  )
}

/** Services of a world where files are names with a version. */
export function testingServices(files: Map<string, number> = new Map()): Services {
  const none = (path: string): never => {
    throw new SightlineError('file.missing', { path })
  }
  return {
    identity: async (path) => `${path} ${files.get(path) ?? none(path)}`,
    probe: async (path) => none(path),
    decode: async (path) => none(path),
    encode: async (path) => none(path),
    splats: async (path) => none(path),
    saveSplats: async (path) => none(path),
    scenePage: async (_, { name }) => none(name),
    saveBytes: async (path) => none(path),
    text: async (path) => none(path),
    bytes: async (path) => none(path),
    open: async (path) => none(path),
    openPart: async (_, name) => none(name),
    list: async (path) => none(path),
    places: async (paths) => paths,
    sample: none,
    samples: [],
    uses: () => undefined,
  }
}

interface Warm {
  readonly ops: Ops
  image(shape: ImageShape, numbers: ArrayLike<number>): Promise<ImageValue>
  clear(): void
}

/** Lets the device's scratch memory grow to what tests need, so that memory use is the same afterwards. */
export async function warmUp(device: Warm): Promise<void> {
  const wide = { kind: 'image', width: 4096, height: 4, channels: 4, space: 'data', alpha: false } as const
  const value = await device.image(wide, new Float32Array(4096 * 4 * 4))
  await device.ops.preview(value, { width: 2048, height: 2, display: {} })
  await device.ops.resize(value, { width: 2048, height: 2, method: 'area' })
  device.clear()
}
