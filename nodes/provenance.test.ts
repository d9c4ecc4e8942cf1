/** Provenance as a window asks for it: through nodes, converters, subgraphs and sequences, on real nodes. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../engine/graph/document.ts'
import { type MethodResult, methods } from '../engine/protocol/methods.ts'
import { createEngine } from '../engine/run/create.ts'
import type { Engine } from '../engine/run/engine.ts'
import { graphOf, warmUp } from '../engine/run/testing.ts'
import { TestWindow } from '../engine/run/testing-window.ts'
import { createServices, type FileServices } from '../host/files/services.ts'
import { createTestDevices, type TestDevice } from '../host/testing/cpu.ts'
import { catalogue } from './catalogue.ts'

let folder: string
let services: FileServices
let device: TestDevice
let engine: Engine
let window: TestWindow
let used = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-provenance-'))
  services = createServices({ base: folder })
  await copyFile(services.sample('coffee'), join(folder, 'a.jpg'))
  await copyFile(services.sample('still-life'), join(folder, 'b.jpg'))
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(async () => {
  await device.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  used = device.arena.used
  engine = createEngine({ device: device.device, arena: device.arena, nodes: catalogue, memory: 512 << 20 })
  window = new TestWindow(engine, services)
})
afterEach(async () => {
  window.session.close()
  await engine.close()
  expect(device.arena.used, 'what an explanation needed is let go of').toBe(used)
})

type Provenance = MethodResult<'provenance'>
async function ask(node: string, port: string, x: number, y: number, c = 0): Promise<Provenance> {
  const told = await window.session.request('provenance', { node, port, x, y, c })
  // As the window gets it.
  return methods.provenance.result.parse(JSON.parse(JSON.stringify(told)))
}
const outlineOf = ({ outlines }: Provenance, node: string) => outlines.find((outline) => outline.node === node)

async function probed(node: string, port: string, x: number, y: number, c = 0): Promise<number> {
  const { values } = (await window.session.request('probe', { node, port, x, y })) as { values: number[] }
  return values[c] ?? Number.NaN
}

const edges: Document = graphOf(
  {
    photo: ['io/sample-image', { name: 'coffee' }],
    gray: ['colour/convert', { to: 'gray' }],
    blur: ['filter/gaussian-blur', { sigma: 1 }],
    edges: ['edge/sobel', {}],
    strong: ['math/threshold', { mode: 'otsu' }],
  },
  ['photo.image > gray.image', 'gray.image > blur.image', 'blur.image > edges.image', 'edges.magnitude > strong.image'],
)

describe('through a pipeline', () => {
  it('each step back is outlined in its own pixels', async () => {
    await window.open(edges)
    const told = await ask('edges', 'magnitude', 100, 50)
    expect(told.value).toBeCloseTo(await probed('edges', 'magnitude', 100, 50), 6)
    expect(told.steps).toHaveLength(1)
    const [step] = told.steps
    const x = step?.parts?.x?.terms.reduce((sum, { weight, value }) => sum + Number(weight) * Number(value), 0) ?? 0
    const y = step?.parts?.y?.terms.reduce((sum, { weight, value }) => sum + Number(weight) * Number(value), 0) ?? 0
    expect(Math.hypot(x, y)).toBeCloseTo(Number(told.value), 6)
    expect(told.cut).toBe(false)
    expect(outlineOf(told, 'edges')?.boxes).toEqual([{ x: 100, y: 50, width: 1, height: 1 }])
    // Without the centre, which Sobel does not read.
    expect(outlineOf(told, 'blur')).toMatchObject({ port: 'image', exact: true, size: { width: 600, height: 400 } })
    expect(outlineOf(told, 'blur')?.boxes).toContainEqual({ x: 99, y: 49, width: 3, height: 1 })
    expect(outlineOf(told, 'blur')?.boxes.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(8)
    // Nine taps a side around each of them.
    expect(outlineOf(told, 'gray')?.boxes).toEqual([{ x: 95, y: 45, width: 11, height: 11 }])
    expect(outlineOf(told, 'photo')?.boxes).toEqual([{ x: 95, y: 45, width: 11, height: 11 }])
    expect(outlineOf(told, 'strong')).toBeUndefined()
  })

  it('runs no node again that is there, and tells nothing of what it does', async () => {
    await window.open(edges)
    const { runs } = engine.counters
    window.forget()
    await ask('edges', 'magnitude', 100, 50)
    await ask('edges', 'magnitude', 101, 50)
    expect(engine.counters.runs).toBe(runs)
    expect(window.messages).toEqual([])
  })

  it('the next pixel is told from what is there, as it would be told anew', async () => {
    await window.open(edges)
    await ask('edges', 'magnitude', 100, 50)
    const beside = await ask('edges', 'magnitude', 101, 50)
    const { steps } = await ask('strong', 'image', 3, 4)
    window.session.close()
    window = new TestWindow(engine, services)
    await window.open(edges)
    expect(await ask('edges', 'magnitude', 101, 50)).toEqual(beside)
    await ask('strong', 'image', 9, 9)
    expect((await ask('strong', 'image', 3, 4)).steps).toEqual(steps)
  })

  it('a measured threshold comes from everywhere, and says what was measured', async () => {
    await window.open(edges)
    const told = await ask('strong', 'image', 3, 4)
    expect(told.steps[0]).toMatchObject({ op: 'pointwise', combine: 'function' })
    expect(told.steps[1]).toMatchObject({ op: 'statistics', count: 600 * 400 })
    expect(outlineOf(told, 'edges')).toMatchObject({
      exact: false,
      boxes: [{ x: 0, y: 0, width: 600, height: 400 }],
    })
    const number = await ask('strong', 'threshold', 0, 0)
    expect(number.value).toBeCloseTo(await probed('strong', 'threshold', 0, 0), 6)
    expect(number.steps[0]).toMatchObject({ combine: 'function', count: 600 * 400 })
    expect(outlineOf(number, 'photo')?.boxes).toEqual([{ x: 0, y: 0, width: 600, height: 400 }])
  })

  it('a picture that is opened says which byte it was', async () => {
    await window.open(edges)
    const { value, steps } = await ask('photo', 'image', 10, 20, 1)
    expect(value).toBeCloseTo(await probed('photo', 'image', 10, 20, 1), 6)
    expect(steps).toMatchObject([{ op: 'fromPicture', terms: [{ weight: 1 / 255 }] }])
    expect(Number.isInteger(steps[0]?.terms[0]?.value)).toBe(true)
  })

  it('leaves out the terms that count least, and says what they come to', async () => {
    await window.open(
      graphOf({ photo: ['io/sample-image', {}], blur: ['filter/gaussian-blur', { sigma: 6 }] }, [
        'photo.image > blur.image',
      ]),
    )
    const { value, steps } = await ask('blur', 'image', 300, 200)
    const [step] = steps
    const shown = step?.terms.reduce((sum, { weight, value }) => sum + Number(weight) * Number(value), 0) ?? 0
    expect(step?.count).toBe(49 * 49)
    expect((step?.terms.length ?? 0) + (step?.rest?.count ?? 0)).toBe(49 * 49)
    expect(shown + Number(step?.rest?.sum)).toBeCloseTo(Number(value), 5)
  })

  it('says what is not there', async () => {
    await window.open(edges)
    await expect(ask('edges', 'magnitude', 600, 0)).rejects.toMatchObject({ code: 'shape.out-of-bounds' })
    await expect(ask('edges', 'magnitude', 0, 0, 1)).rejects.toMatchObject({ code: 'shape.out-of-bounds' })
    await expect(ask('none', 'image', 0, 0)).rejects.toMatchObject({ code: 'input.waiting' })
  })
})

it('goes through converters on wires, which have no outline of their own', async () => {
  await window.open(
    graphOf(
      { photo: ['io/sample-image', {}], gray: ['colour/convert', { to: 'gray' }], sum: ['tensor/normalise', {}] },
      ['photo.image > gray.image', 'gray.image > sum.image'],
    ),
  )
  const told = await ask('sum', 'tensor', 7, 9, 2)
  expect(told.channels).toBe(3)
  expect(told.value).toBeCloseTo(await probed('sum', 'tensor', 7, 9, 2), 5)
  expect(told.steps.map(({ op }) => op)).toEqual(['toTensor', 'pointwise'])
  expect(outlineOf(told, 'gray')?.boxes).toEqual([{ x: 7, y: 9, width: 1, height: 1 }])
  expect(told.outlines.map(({ node }) => node)).toEqual(['sum', 'gray', 'photo'])
})

it('of a sequence, the element that is shown', async () => {
  await window.open(
    graphOf({ all: ['io/folder', { path: '.' }], blur: ['filter/gaussian-blur', { sigma: 1 }] }, [
      'all.image > blur.image',
    ]),
  )
  window.views([{ id: 'v', node: 'blur' }])
  const first = await ask('blur', 'image', 20, 30)
  window.say({ type: 'scrub', node: 'all', index: 1 })
  const second = await ask('blur', 'image', 20, 30)
  expect(second.value).not.toBe(first.value)
  expect(second.value).toBeCloseTo(await probed('blur', 'image', 20, 30), 5)
  expect(outlineOf(second, 'all')?.boxes).toEqual([{ x: 16, y: 26, width: 9, height: 9 }])
  const source = await ask('all', 'image', 20, 30)
  expect(source.steps[0]?.op).toBe('fromPicture')
  expect(source.value).toBeCloseTo(await probed('all', 'image', 20, 30), 5)
})

it('the numbers of a part, clipped to the picture', async () => {
  await window.open(edges)
  const part = await window.session.request('numbers', {
    node: 'photo',
    port: 'image',
    x: 598,
    y: -1,
    width: 5,
    height: 3,
  })
  const { values, ...place } = part as MethodResult<'numbers'>
  expect(place).toEqual({ x: 598, y: 0, width: 2, height: 2, channels: 3, draft: false })
  expect(values).toHaveLength(12)
  expect(values[3]).toBeCloseTo(await probed('photo', 'image', 599, 0, 0), 6)
})
