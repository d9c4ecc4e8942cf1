import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { applyEdit } from '../graph/edit.ts'
import type { Services } from '../types/services.ts'
import type { Value } from '../values/index.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
let engine: Engine
const log = new Log()
let files: Map<string, number>
let services: Services
let windows: TestWindow[] = []

beforeAll(async () => {
  device = (await createTestDevices()).threads
})
afterAll(() => device.close())
beforeEach(() => {
  log.clear()
  windows = []
  files = new Map([
    ['a.onnx', 2],
    ['b.onnx', 1],
  ])
  services = testingServices(files)
  engine = createEngine({ device: device.device, arena: device.arena, nodes: testingNodes(log), memory: 64 << 20 })
})
afterEach(async () => {
  for (const { session } of windows) session.close()
  await engine.close()
})

function openWindow(world = services): TestWindow {
  const window = new TestWindow(engine, world)
  windows.push(window)
  return window
}

const model = (path: string, wires: readonly string[] = ['n.number > net.path', 'n.number > net./in.1']) =>
  graphOf({ n: ['test/number', { value: 21 }], net: ['test/model', { path }], after: 'test/add' }, [
    ...wires,
    'net.sum:0 > after.a',
  ])
const numberIn = (value: Value | undefined): number | undefined => (value?.kind === 'number' ? value.value : undefined)
const socketsTold = (window: TestWindow) => window.of('analysis').at(-1)?.sockets
const wiresTold = (window: TestWindow) => window.of('analysis').at(-1)?.wires

describe('a run', () => {
  it('finds the sockets of its nodes, and gives what arrives by name', async () => {
    const result = await engine.run(model('a.onnx'), { services })
    expect(result.problems).toEqual([])
    expect(log.lines).toContain('model a.onnx path /in.1')
    expect(numberIn(result.sinks[0]?.value)).toBe(42)
    expect(result.nodes.find(({ id }) => id === 'net')?.outputs).toEqual({ 'sum:0': { kind: 'number' } })
    result.release()
  })

  it('gives as many outputs as its parameter says, each a sink of its own', async () => {
    const document = graphOf({ n: ['test/number', { value: 5 }], fan: ['test/fan', { count: 3 }] }, [
      'n.number > fan.a',
    ])
    const result = await engine.run(document, { services })
    expect(result.sinks.map(({ port, value }) => [port, numberIn(value)])).toEqual([
      ['out:0', 5],
      ['out:1', 6],
      ['out:2', 7],
    ])
    result.release()
  })

  it('names the wire that ends where there is no socket, and runs the rest', async () => {
    const result = await engine.run(model('b.onnx'), { services })
    expect(result.ok).toBe(false)
    expect(result.problems).toEqual([
      { code: 'wire.no-port', params: { node: 'net', side: 'input', port: '/in.1', known: 'path' } },
    ])
    expect(log.count('number')).toBe(1)
    result.release()
  })

  it('says why a file cannot be read', async () => {
    const result = await engine.run(model('gone.onnx'), { services })
    expect(result.problems).toEqual([{ code: 'file.missing', params: { path: 'gone.onnx' } }])
    expect(result.nodes.find(({ id }) => id === 'net')?.status).toBe('error')
    result.release()
  })

  it('runs once for each element of a sequence', async () => {
    const document = graphOf(
      { range: ['test/range', { length: 3, from: 1 }], fan: ['test/fan', { count: 1 }], sum: 'test/sum' },
      ['range.numbers > fan.a', 'fan.out:0 > sum.numbers'],
    )
    const result = await engine.run(document, { services })
    expect(numberIn(result.sinks[0]?.value)).toBe(6)
    result.release()
  })
})

describe('a window', () => {
  it('is told the sockets, by what they follow from', async () => {
    const window = openWindow()
    await window.open(model('a.onnx'))
    expect(window.status()).toMatchObject({ net: 'done', after: 'done' })
    expect(socketsTold(window)).toEqual({
      'test/model ["a.onnx"]': {
        inputs: { path: { type: 'number' }, '/in.1': { type: 'number' } },
        outputs: { 'sum:0': { type: 'number' } },
      },
    })
  })

  it('keeps wires while the model is being read, and goes on when it is', async () => {
    const read = Promise.withResolvers<void>()
    const slow: Services = {
      ...services,
      identity: async (path, signal) => {
        if (path === 'a.onnx') await read.promise
        return services.identity(path, signal)
      },
    }
    // Without an identity of its own, so that only its sockets are waited for.
    const nodes = testingNodes(log).map((node) => {
      const { identity: _, ...rest } = node
      return node.type === 'test/model' ? rest : node
    })
    await engine.close()
    engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 64 << 20 })
    const window = openWindow(slow)
    await window.open(model('a.onnx'))
    expect(window.status()).toEqual({ n: 'done', net: 'waiting', after: 'waiting' })
    expect(wiresTold(window)).toEqual({
      'net.path': { waiting: true },
      'net./in.1': { waiting: true },
      'after.a': { waiting: true },
    })
    expect(window.reports.get('net')?.problem?.code).toBe('sockets.reading')
    // Meanwhile the rest runs.
    window.set('n', { value: 1 })
    await window.idle()
    expect(window.status().n).toBe('done')
    read.resolve()
    await window.until('the model', () => window.status().after === 'done')
    expect(wiresTold(window)).toEqual({})
    expect(log.lines.at(-1)).toMatch(/^add/)
  })

  it('reports wires that a changed file no longer has, keeps them, and takes them again', async () => {
    const window = openWindow()
    await window.open(model('a.onnx'))
    files.set('a.onnx', 1)
    window.session.changed('a.onnx')
    await window.until('the refusal', () => window.status().net === 'error')
    expect(wiresTold(window)?.['net./in.1']?.problem?.code).toBe('wire.no-port')
    expect(window.session.document.edges).toMatchObject({ 'net./in.1': 'n.number' })
    files.set('a.onnx', 3)
    window.session.changed('a.onnx')
    await window.until('the input that is missing', () => window.status().net === 'waiting')
    files.set('a.onnx', 2)
    window.session.changed('a.onnx')
    await window.until('the result', () => window.status().net === 'unchanged')
    expect(window.watched.at(-1)).toEqual(['a.onnx'])
  })

  it('asks nobody when another parameter changes, and knows the old ones after an undo', async () => {
    const window = openWindow()
    const document = graphOf({ n: 'test/number', fan: ['test/fan', { count: 2 }] }, ['n.number > fan.a'])
    await window.open(document)
    expect(log.count('sockets')).toBe(1)
    window.set('fan', { plus: 5 })
    await window.idle()
    expect(log.count('sockets')).toBe(1)
    const edit = [{ table: 'nodes', id: 'fan', value: { ...document.nodes.fan, params: { count: 4 } } }] as never
    const { inverse } = applyEdit(window.session.document, edit)
    window.edit(edit)
    await window.idle()
    expect(Object.keys(Object.values(socketsTold(window) ?? {})[0]?.outputs ?? {})).toHaveLength(4)
    window.edit(inverse)
    await window.idle()
    expect(Object.keys(Object.values(socketsTold(window) ?? {})[0]?.outputs ?? {})).toHaveLength(2)
    expect(window.status().fan).toBe('unchanged')
  })

  it('says why a file cannot be read, and looks again when it is there', async () => {
    const window = openWindow()
    await window.open(model('new.onnx'))
    expect(window.reports.get('net')).toMatchObject({ status: 'error', problem: { code: 'file.missing' } })
    expect(wiresTold(window)?.['net.path']).toEqual({ waiting: true })
    files.set('new.onnx', 2)
    window.session.changed('new.onnx')
    await window.until('the result', () => window.status().after === 'done')
  })
})
