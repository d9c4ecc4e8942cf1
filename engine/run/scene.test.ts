/** A scene of splats in the window: a small picture of it with what is said of it, and its numbers in parts. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineNode } from '../graph/node.ts'
import type { MethodResult } from '../protocol/methods.ts'
import { param } from '../types/param.ts'
import { type SplatArrays, splatsFrom, type TensorValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, testingServices } from './testing.ts'
import { TestWindow } from './testing-window.ts'

const size = 0.1
const opacity = 0.998
const c0 = 0.28209479177387814

/** `count` red splats at one place, numbered by their opacities. */
function redSplats(count: number): SplatArrays {
  const each = (numbers: readonly number[]) =>
    Float32Array.from({ length: count * numbers.length }, (_, i) => numbers[i % numbers.length] ?? 0)
  const opacities = Float32Array.from({ length: count }, (_, i) => (i === 0 ? opacity : i / 2 ** 20))
  const sh = each([0.5 / c0, -0.5 / c0, -0.5 / c0])
  return { means: each([1, 2, 3]), quats: each([1, 0, 0, 0]), scales: each([size, size, size]), opacities, sh }
}

const source = defineNode({
  ...{ type: 'test/splats', version: 1, kind: 'pure', draft: 'exact', title: 'Splats', summary: 'For tests.' },
  inputs: {},
  params: { count: param.integer({ default: 1, min: 0, max: 1e6, help: 'How many.' }) },
  outputs: { splats: socket.splats() },
  shape: ({ count }) => ({ splats: { kind: 'splats', count } }),
  run: async ({ count }, { ops }) => ({
    splats: await splatsFrom(
      redSplats(count),
      { degree: 0, antialiased: true, space: 'rgb' },
      async (shape, numbers) => (await ops.fromNumbers({ shape, numbers })) as TensorValue,
    ),
  }),
  explain: { idea: 'A node for tests.', reference: 'Sightline' },
})

let device: TestDevice
let engine: Engine
let window: TestWindow
beforeAll(async () => {
  device = (await createTestDevices()).threads
  engine = createEngine({ device: device.device, arena: device.arena, nodes: [source], memory: 256 << 20 })
  window = new TestWindow(engine, testingServices(new Map()))
  window.views([{ id: 'small', node: 'scene', port: 'splats', width: 120, height: 80 }])
  await window.open(graphOf({ scene: ['test/splats', {}] }))
})
afterAll(async () => {
  window.session.close()
  await engine.close()
  await device.close()
})

type Part = MethodResult<'splats'> & { readonly bytes: Uint8Array }
const ask = (from: number) => window.session.request('splats', { node: 'scene', port: 'splats', from }) as Promise<Part>
const picture = () => window.pictures.get('small')

it('is drawn in the middle, as large as a pinhole camera sees it that has room around it', () => {
  const item = picture()
  expect(item).toMatchObject({ width: 120, height: 80, sketch: true, value: { kind: 'splats', count: 1 } })
  // Fitted: the sphere of twice the size, with 6 % around it, by a field of view of 50° in height.
  const half = (25 * Math.PI) / 180
  const distance = (1.06 * 2 * size) / Math.sin(half)
  const focal = 40 / Math.tan(half)
  const radius = ((focal * size) / distance) * Math.sqrt(2 * Math.log(2 * opacity))
  // Down to 1/255 the disc reaches √(2 ln 255 o) instead of √(2 ln 2 o).
  const reach = radius * Math.sqrt(Math.log(255 * opacity) / Math.log(2 * opacity))
  // Where nothing is, the pixels are clear; where it is, they are red.
  const red = item?.red ?? []
  const row = red.slice(40 * 120, 41 * 120)
  expect(row[60]).toBe(255)
  expect(Math.abs(row.filter((v) => v > 0).length / 2 - reach)).toBeLessThan(1)
  expect(row.filter((v) => v > 0).every((v) => v === 255)).toBe(true)
  expect(red.length).toBe(120 * 80)
})

it('says where most of it is, and what it was trained for', () => {
  const { value } = picture() as { value: object }
  expect(value).toMatchObject({ degree: 0, antialiased: true, space: 'rgb' })
  const { core } = value as { core: { centre: number[]; radius: number } }
  expect(core.centre).toEqual([1, 2, 3])
  expect(core.radius).toBeCloseTo(2 * size, 6)
})

it('comes in parts, under the name of its picture, until another takes its place', async () => {
  const first = await ask(0)
  expect(first).toMatchObject({ from: 0, to: 1, count: 1, degree: 0, antialiased: true })
  expect(first.name).toBe((picture()?.value as { name: string } | undefined)?.name)

  const count = 100_000
  window.set('scene', { count })
  await window.idle()
  const parts: Part[] = []
  for (let from = 0; from < count; from = parts.at(-1)?.to ?? count) parts.push(await ask(from))
  expect(parts.length).toBe(2)
  expect(parts[0]?.name).not.toBe(first.name)
  expect(parts[1]?.name).toBe(parts[0]?.name)
  const wanted = redSplats(count).opacities
  let at = 0
  for (const { from, to, bytes } of parts) {
    expect(from).toBe(at)
    expect(bytes.length).toBe(56 * (to - from))
    expect(bytes.length).toBeLessThanOrEqual(4 * 1024 * 1024)
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset)
    const n = to - from
    expect([...floats.subarray(0, 3)]).toEqual([1, 2, 3])
    expect(floats.subarray(10 * n, 11 * n)).toEqual(wanted.subarray(from, to))
    at = to
  }
  expect(await ask(count + 5)).toMatchObject({ from: count, to: count })
})

it('has no picture when it is empty, and says that', async () => {
  window.set('scene', { count: 0 })
  await window.idle()
  expect(picture()).toMatchObject({ width: 0, value: { kind: 'splats', count: 0 } })
  expect((await ask(0)).bytes.length).toBe(0)
})

it('is told of splats alone', async () => {
  await expect(window.session.request('splats', { node: 'none', port: 'splats', from: 0 })).rejects.toMatchObject({
    code: 'input.waiting',
  })
})
