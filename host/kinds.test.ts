/** What every kind of value promises, and that a new kind is one declaration: nothing else knows of it. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineNode } from '../engine/graph/node.ts'
import { createEngine } from '../engine/run/create.ts'
import { Painter } from '../engine/run/paint.ts'
import { graphOf, testingServices } from '../engine/run/testing.ts'
import { param } from '../engine/types/param.ts'
import { type Numbers, numbersFrom } from '../engine/values/dtype.ts'
import { assemble, digest, headText } from '../engine/values/head.ts'
import {
  describeShape,
  kindOf,
  partsOf,
  rasterOf,
  shapeOf,
  storesOf,
  type TensorValue,
  type Value,
} from '../engine/values/index.ts'
import type { AnyKind, AnyValue, Kind, MakeTensor, Parts } from '../engine/values/kind.ts'
import { addKind, allKinds } from '../engine/values/registry.ts'
import { socket } from '../engine/values/sockets.ts'
import { createWriter } from './cli/outputs.ts'
import { createTestDevice, type TestDevice } from './testing/cpu.ts'

/** A kind that nothing knows of but this declaration. */
interface Pair extends AnyValue {
  readonly kind: 'pair'
  readonly title: string
  readonly left: TensorValue
  readonly right: TensorValue
}
const pair: Kind<Pair, { readonly kind: 'pair'; readonly count: number }> = {
  kind: 'pair',
  words: { title: 'Pair', one: 'a pair' },
  look: { light: '#333333', dark: '#cccccc', radius: '1px' },
  head: z.object({ kind: z.literal('pair'), title: z.string() }),
  parts: ({ left, right }): Parts => ({ left, right }),
  shape: ({ left }) => ({ kind: 'pair', count: left.shape[0] ?? 0 }),
  describe: ({ count }) => `a pair of ${count}`,
  face: async ({ left, right }, read) => ({
    json: {
      kind: 'table',
      columns: ['left', 'right'],
      rows: [[...(await read(left))], [...(await read(right))]],
    } as AnyValue,
  }),
  files: async ({ title, left }, read) => [
    { ext: 'json', text: JSON.stringify({ title, left: [...(await read(left))] }) },
    { ext: 'right.npy', tensor: left },
  ],
  sample: async (tensor) => [
    {
      kind: 'pair',
      title: 'two',
      left: await tensor({ kind: 'tensor', shape: [3], axes: ['N'] }, [1, 2, 3]),
      right: await tensor({ kind: 'tensor', shape: [5], axes: ['N'], dtype: 'uint8' }, [1, 2, 3, 4, 255]),
    },
  ],
}
addKind(pair as unknown as AnyKind)

let device: TestDevice
let folder: string
beforeAll(async () => {
  device = await createTestDevice()
  folder = await mkdtemp(join(tmpdir(), 'kinds-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await device.close()
})

const make: MakeTensor = async (shape, numbers) => (await device.ops.fromNumbers({ shape, numbers })) as TensorValue
const read = (value: Value): Promise<Numbers> => device.ops.read(value as TensorValue, {})
const names = allKinds().map(({ kind }) => kind)
const samplesOf = (kind: string): Promise<readonly Value[]> =>
  kindOf({ kind }).sample(make) as Promise<readonly Value[]>

async function hashOf(value: Value): Promise<string> {
  const hash = createHash('sha256')
  await digest(value, read, (data) => {
    hash.update(typeof data === 'string' ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  })
  return hash.digest('hex')
}

/** The numbers of a .npy by its own header. */
function fromNpy(bytes: Buffer): { readonly shape: readonly number[]; readonly numbers: Numbers } {
  const length = bytes.readUInt16LE(8)
  const header = bytes.subarray(10, 10 + length).toString('latin1')
  const dtype = ({ '<f4': 'float32', '|u1': 'uint8', '<i4': 'int32' } as const)[
    /'descr': '([^']+)'/.exec(header)?.[1] as '<f4' | '|u1' | '<i4'
  ]
  const data = new Uint8Array(bytes.subarray(10 + length)).buffer
  const view =
    dtype === 'uint8' ? new Uint8Array(data) : dtype === 'int32' ? new Int32Array(data) : new Float32Array(data)
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').matchAll(/\d+/g)].map(Number)
  return { shape, numbers: numbersFrom(dtype, view) }
}

describe.each(names)('%s', (name) => {
  it('comes back from its head as JSON and its parts', async () => {
    for (const value of await samplesOf(name)) {
      const back = assemble(headText(value), partsOf(value))
      expect(headText(back)).toBe(headText(value))
      expect(storesOf(back)).toEqual(storesOf(value))
      expect(back).toEqual(value)
    }
    device.clear()
  })

  it('says what it is in words', async () => {
    const { words, look } = kindOf({ kind: name })
    expect(words.title).toMatch(/^[A-Z]/)
    expect(words.one).toMatch(/\w/)
    expect(look.radius).toMatch(/\w/)
    for (const value of await samplesOf(name)) expect(describeShape(shapeOf(value))).toMatch(/\w/)
    device.clear()
  })

  it('has a hash that is stable, and another where its head or a part differs', async () => {
    const hashes: string[] = []
    for (const value of await samplesOf(name)) {
      const hash = await hashOf(value)
      expect(await hashOf(assemble(headText(value), partsOf(value)))).toBe(hash)
      hashes.push(hash)
      const parts = partsOf(value)
      for (const [part, { store: _, ...shape }] of Object.entries(parts)) {
        const numbers = await read(parts[part] as TensorValue)
        if (numbers.length === 0) continue
        const other = await make(
          shape,
          numbers.map((v, i) => (i === 0 ? v + 1 : v)),
        )
        expect(await hashOf(assemble(headText(value), { ...parts, [part]: other })), part).not.toBe(hash)
      }
    }
    expect(new Set(hashes).size).toBe(hashes.length)
    device.clear()
  })

  it('is written to files that hold the same', async () => {
    for (const [i, value] of (await samplesOf(name)).entries()) {
      const node = `${name}${i}`
      const writer = createWriter({ folder, raw: true, ops: device.ops, signal: new AbortController().signal })
      await writer.write({ node, port: 'out', value }, [], read)
      const files = (await kindOf(value).files?.(value, read)) ?? []
      expect((await readdir(folder)).filter((file) => file.startsWith(`${node}.`))).toHaveLength(files.length)
      for (const file of files) {
        const bytes = await readFile(join(folder, `${node}.out.${file.ext}`))
        if ('text' in file) expect(bytes.toString()).toBe(file.text)
        if ('bytes' in file) expect(bytes).toEqual(Buffer.from(file.bytes))
        if ('tensor' in file) {
          expect(fromNpy(bytes)).toEqual({ shape: [...file.tensor.shape], numbers: await read(file.tensor) })
        }
        if ('gray' in file) {
          const wide = file.gray instanceof Uint16Array
          const { data, info } = await sharp(bytes)
            .toColourspace(wide ? 'grey16' : 'b-w')
            .raw({ depth: wide ? 'ushort' : 'uchar' })
            .toBuffer({ resolveWithObject: true })
          const pixels = wide ? new Uint16Array(new Uint8Array(data).buffer) : new Uint8Array(data)
          expect([info.width, info.height, info.channels]).toEqual([file.width, file.height, 1])
          expect(pixels).toEqual(file.gray)
        }
      }
    }
    device.clear()
  })

  it('is drawn: as a picture, marks or a small value', async () => {
    const view = {
      id: 'v',
      node: 'n',
      port: 'p',
      width: 64,
      height: 64,
      display: { mode: 'auto', flag: false },
    } as const
    for (const value of await samplesOf(name)) {
      if (value.kind === 'sequence') continue
      const painted = await new Painter().paint(device.ops, { value, shape: shapeOf(value), quality: 'full' }, view)
      expect(painted.pixels).toHaveLength(painted.width * painted.height * 4)
      if (rasterOf(value) || painted.marks) expect(painted.width).toBeGreaterThan(0)
      else expect(painted.value).toHaveProperty('kind')
    }
    device.clear()
  })
})

const explain = { idea: 'A node for tests.', reference: 'Sightline' }
const base = { version: 1, kind: 'pure', draft: 'scaled', title: 'Test', summary: 'For tests.', explain } as const
const tag = param.integer({ default: 0 })
const nodes = [
  defineNode({
    ...base,
    type: 'kinds/make',
    inputs: {},
    params: { of: param.text({ default: 'boxes' }), tag },
    outputs: { value: socket.any() },
    run: async ({ of, tag }, { ops }) => {
      const tensor: MakeTensor = async (shape, numbers) => (await ops.fromNumbers({ shape, numbers })) as TensorValue
      const samples = await kindOf({ kind: of }).sample(tensor)
      return { value: samples[tag % samples.length] as Value }
    },
  }),
  // A new value over the same parts, beside one that nobody keeps.
  defineNode({
    ...base,
    type: 'kinds/again',
    inputs: { value: socket.any() },
    params: { tag },
    outputs: { value: socket.any() },
    run: async ({ value }, { ops }) => {
      for (const part of Object.values(partsOf(value)))
        await ops.fromNumbers({
          shape: { kind: 'tensor', shape: [64], axes: ['N'] },
          numbers: new Float32Array(64).fill(part.shape.length),
        })
      return { value: assemble(headText(value), partsOf(value)) }
    },
  }),
  // Every part anew.
  defineNode({
    ...base,
    type: 'kinds/copy',
    inputs: { value: socket.any() },
    params: { tag },
    outputs: { value: socket.any() },
    run: async ({ value }, { ops }) => {
      const parts: Record<string, TensorValue> = {}
      for (const [name, part] of Object.entries(partsOf(value))) {
        const { store: _, ...shape } = part
        parts[name] = (await ops.fromNumbers({ shape, numbers: await ops.read(part, {}) })) as TensorValue
      }
      return { value: assemble(headText(value), parts) }
    },
  }),
  defineNode({
    ...base,
    type: 'kinds/repeat',
    inputs: { value: socket.any() },
    params: { tag },
    outputs: { values: socket.sequence({ type: 'any' }) },
    run: ({ value }) => ({
      values: { kind: 'sequence', length: 3, element: shapeOf(value), at: async () => value },
    }),
  }),
]

/** A small linear congruential generator: the same graphs every time. */
function randomly(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

it('leaves no store behind after random graphs of values with several parts, in much and in little memory', async () => {
  const made = names.filter((name) => name !== 'sequence')
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomly(seed)
    const used = device.arena.used
    const engine = createEngine({
      device: device.device,
      arena: device.arena,
      nodes,
      memory: seed % 2 ? 64 << 20 : 6000,
    })
    const graph: Record<string, [string, Record<string, string | number>]> = {}
    const wires: string[] = []
    for (let i = 0; i < 10; i++) {
      const kind = made[random(made.length)] as string
      const before = i === 0 ? undefined : random(i)
      const type = before === undefined || random(3) === 0 ? 'make' : (['again', 'copy', 'repeat'][random(3)] as string)
      graph[`n${i}`] = [`kinds/${type}`, type === 'make' ? { of: kind, tag: i } : { tag: i }]
      const from = graph[`n${before}`]?.[0] === 'kinds/repeat' ? 'values' : 'value'
      if (type !== 'make') wires.push(`n${before}.${from} > n${i}.value`)
    }
    const result = await engine.run(graphOf(graph, wires), { services: testingServices() })
    expect(result.problems).toEqual([])
    expect(result.ok, JSON.stringify(result.nodes)).toBe(true)
    for (const { value } of result.sinks) {
      const one = value.kind === 'sequence' ? await value.at(1, new AbortController().signal) : value
      if (one.kind === 'sequence') continue
      for (const part of Object.values(partsOf(one)))
        expect((await result.read(part)).length).toBe(part.shape.reduce((a, b) => a * b, 1))
    }
    result.release()
    await engine.close()
    expect(device.arena.used).toBe(used)
    expect(device.arena.counters.spilled).toBe(0)
  }
})
