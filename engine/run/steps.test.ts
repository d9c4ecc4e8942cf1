import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineNode } from '../graph/node.ts'
import type { MethodResult } from '../protocol/methods.ts'
import { param } from '../types/param.ts'
import { pixelsOf } from '../values/image.ts'
import type { ImageShape, ImageValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
let engine: Engine
let window: TestWindow
let told = 0

/** Sorts the pixels of a row by exchanges of neighbours (bubble sort), as the textbook has it. */
const sort = defineNode({
  type: 'test/sort',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Sort',
  summary: 'For tests.',
  inputs: { image: socket.image({ channels: [1] }) },
  params: { endless: param.boolean({ default: false }) },
  outputs: { image: socket.image().like('image') },
  run: async ({ image }, { ops }) => {
    const { store: _, ...shape } = image
    return { image: (await ops.fromNumbers({ shape: shape as ImageShape, numbers: [] })) as ImageValue }
  },
  steps: {
    over: 'image',
    async *of({ image, endless }, { read }) {
      const row = [...(await read(pixelsOf(image)))]
      for (let rest = row.length - 1; rest > 0; rest--)
        for (let i = 0; i < rest; i++) {
          told++
          const [a = 0, b = 0] = [row[i], row[i + 1]]
          const swap = a > b
          if (swap) row.splice(i, 2, b, a)
          yield {
            say: `${a} ${swap ? '> ' : '≤ '}${b}: ${swap ? 'they change places' : 'they stay'}.`,
            state: { row: [...row] },
            marks: [{ kind: 'rect' as const, box: [i, 0, i + 2, 1] as [number, number, number, number] }],
          }
        }
      while (endless) {
        told++
        yield { say: 'And so on.' }
      }
    },
  },
  explain: { idea: 'Neighbours change places.', reference: 'Knuth, volume 3, 5.2.2' },
})

beforeAll(async () => {
  device = (await createTestDevices()).single
  engine = createEngine({
    device: device.device,
    arena: device.arena,
    nodes: [...testingNodes(new Log()), sort],
    memory: 64 << 20,
  })
  window = new TestWindow(engine, testingServices())
})
afterAll(async () => {
  window.session.close()
  await engine.close()
  await device.close()
})

const open = (width: number, height = 1, params = {}) =>
  window.open(
    graphOf({ photo: ['test/image', { width, height, ramp: true }], sort: ['test/sort', params] }, [
      'photo.image > sort.image',
    ]),
  )
const ask = (node = 'sort') => window.session.request('steps', { node }) as Promise<MethodResult<'steps'>>

it('tells the steps of an algorithm with their numbers, and over which picture they lie', async () => {
  await open(4)
  const { steps, over, cut } = await ask()
  // n (n - 1) / 2 comparisons.
  expect(steps).toHaveLength(6)
  expect(steps[0]).toEqual({
    say: '0 ≤ 0.25: they stay.',
    state: { row: [0, 0.25, 0.5, 0.75] },
    marks: [{ kind: 'rect', box: [0, 0, 2, 1] }],
  })
  expect(over).toEqual({ node: 'photo', port: 'image' })
  expect(cut).toBe(false)
})

it('ends after some hundred steps, and refuses what is not small', async () => {
  await open(4, 1, { endless: true })
  const { steps, cut } = await ask()
  expect(steps).toHaveLength(500)
  expect(cut).toBe(true)
  await open(300, 300)
  await expect(ask()).rejects.toMatchObject({ code: 'steps.too-large', params: { given: 90_000 } })
  await expect(ask('photo')).rejects.toMatchObject({ code: 'steps.none' })
})

it('answers the newest request only', async () => {
  await open(4, 1, { endless: true })
  const first = ask()
  const second = ask()
  await expect(first).rejects.toMatchObject({ code: 'run.cancelled' })
  expect((await second).steps).toHaveLength(500)
  const before = told
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(told).toBe(before)
})
