import { describe, expect, it } from 'vitest'
import { graphOf, Log, testingNodes } from '../run/testing.ts'
import { analyse, check } from './analyse.ts'
import { type Catalogue, catalogueSchema, nodeInfo } from './catalogue.ts'
import { canConnect } from './connect.ts'
import { splitPort } from './document.ts'
import { applyEdit, patchSchema } from './edit.ts'
import { formatFile, parseFile } from './file.ts'
import { group, ungroup } from './group.ts'
import { bypassOf, infoOf } from './info.ts'
import type { Sockets } from './node.ts'
import { remove } from './remove.ts'
import { problemsOf } from './report.ts'
import { shownSockets, socketsKey, typeOf, withSockets } from './sockets.ts'
import { flatten } from './topology.ts'

/** As the window has it: through JSON. */
const bare: Catalogue = new Map(
  catalogueSchema
    .parse(JSON.parse(JSON.stringify(testingNodes(new Log()).map(nodeInfo))))
    .map((info) => [info.type, info]),
)
const number = { type: 'number' } as const
const model: Sockets = { inputs: { '/in.1': number, 'input:0': number }, outputs: { 'sum:0': number } }
const at = (path: string) => ({ type: 'test/model', params: { path } })
const keyOf = (path: string): string => {
  const info = bare.get('test/model')
  const key = info && socketsKey(info, at(path))
  if (key === undefined) throw new Error('no key')
  return key
}
const told = withSockets(bare, new Map([[keyOf('a.onnx'), model]]))

const pipeline = graphOf({ n: 'test/number', net: ['test/model', { path: 'a.onnx' }], after: 'test/add' }, [
  'n.number > net./in.1',
  'n.number > net.input:0',
  'net.sum:0 > after.a',
])
const states = (catalogue: Catalogue, document = pipeline) =>
  Object.fromEntries(
    [...check(document, catalogue).nodes].map(([id, { state, problem }]) => [
      id,
      problem ? `${state} ${problem.code}` : state,
    ]),
  )

describe('names of ports', () => {
  it('are split from the node at the first dot', () => {
    expect(splitPort('net./head/out.1')).toEqual(['net', '/head/out.1'])
    expect(splitPort('net.input:0')).toEqual(['net', 'input:0'])
  })

  it.each(['input:0', '/model/out.1', 'serving default', 'a.b.c', '出力', 'x"y', "it's", '\\'])(
    'come back from a file and through an edit: %s',
    (name) => {
      const document = graphOf({ n: 'test/number', net: ['test/model', { path: 'a' }], after: 'test/add' }, [
        `n.number > net.${name}`,
        `net.${name} > after.a`,
      ])
      expect(parseFile(formatFile(document))).toEqual(document)
      const patch = { table: 'edges', id: `net.${name}`, value: `n.${name}` } as const
      expect(patchSchema.parse(patch)).toEqual(patch)
    },
  )

  it('have no control characters', () => {
    const document = graphOf({ n: 'test/number', net: 'test/model' }, ['n.number > net.a\nb'])
    expect(() => parseFile(formatFile(document))).toThrow()
  })
})

describe('sockets that follow from parameters', () => {
  it('are those of nodes with these parameters', () => {
    expect(typeOf(bare, at('a.onnx'))?.open).toBe(true)
    const info = typeOf(told, at('a.onnx'))
    expect(info?.inputs).toEqual(model.inputs)
    expect(info?.outputs).toEqual(model.outputs)
    expect(info?.open).toBeUndefined()
    expect(typeOf(told, at('b.onnx'))?.open).toBe(true)
    expect(typeOf(told, { type: 'test/add' })).toBe(bare.get('test/add'))
  })

  it('ask for nothing where another parameter changes', () => {
    const fan = bare.get('test/fan')
    expect(fan && socketsKey(fan, { type: 'test/fan', params: { plus: 3 } })).toBe(
      fan && socketsKey(fan, { type: 'test/fan', params: { count: 2 } }),
    )
    expect(fan && socketsKey(fan, { type: 'test/fan', params: { count: 3 } })).not.toBe(
      fan && socketsKey(fan, { type: 'test/fan' }),
    )
  })

  it('are the same objects as long as they say the same', () => {
    const again = withSockets(told, new Map([[keyOf('a.onnx'), structuredClone(model)]]))
    expect(again).toBe(told)
    const more = withSockets(
      told,
      new Map([
        [keyOf('a.onnx'), structuredClone(model)],
        [keyOf('b.onnx'), model],
      ]),
    )
    expect(typeOf(more, at('a.onnx'))).toBe(typeOf(told, at('a.onnx')))
    const swapped = { ...model, inputs: { 'input:0': number, '/in.1': number } }
    expect(withSockets(told, new Map([[keyOf('a.onnx'), swapped]]))).not.toBe(told)
  })

  it('keep wires that wait until they are known: no problem, nothing dropped', () => {
    expect(states(bare)).toEqual({ n: 'ready', net: 'waiting sockets.reading', after: 'waiting input.waiting' })
    const analysis = check(pipeline, bare)
    expect(problemsOf(analysis)).toEqual([])
    expect(Object.fromEntries(analysis.wires)).toEqual({
      'net./in.1': { waiting: true },
      'net.input:0': { waiting: true },
      'after.a': { waiting: true },
    })
    expect(states(told)).toEqual({ n: 'ready', net: 'ready', after: 'ready' })
    expect(check(pipeline, told).wires.size).toBe(0)
  })

  it('wait for the choice of a file first', () => {
    const empty = graphOf({ n: 'test/number', net: 'test/model' }, ['n.number > net.input:0'])
    expect(states(bare, empty).net).toBe('waiting file.none')
  })

  it('say why they cannot be known', async () => {
    const socketsProblem = () => ({ code: 'file.missing', params: { path: 'a.onnx' } }) as const
    const { nodes, wires } = await analyse(flatten(pipeline, bare), bare, { socketsProblem })
    expect(nodes.get('net')).toMatchObject({ state: 'error', problem: { code: 'file.missing' } })
    expect(nodes.get('after')).toMatchObject({ state: 'skipped', failed: 'net' })
    expect(wires.get('net.input:0')).toEqual({ waiting: true })
  })

  it('refuse wires to what they are not, at either end', () => {
    const other = withSockets(bare, new Map([[keyOf('a.onnx'), { inputs: { x: number }, outputs: { y: number } }]]))
    const { wires } = check(pipeline, other)
    expect(wires.get('net.input:0')?.problem).toEqual({
      code: 'wire.no-port',
      params: { node: 'net', side: 'input', port: 'input:0', known: 'x' },
    })
    expect(wires.get('after.a')?.problem).toEqual({
      code: 'wire.no-port',
      params: { node: 'net', side: 'output', port: 'sum:0', known: 'y' },
    })
    const info = typeOf(other, at('a.onnx'))
    expect(Object.keys(shownSockets(pipeline, 'net', info).inputs)).toEqual(['x', '/in.1', 'input:0'])
    expect(Object.keys(shownSockets(pipeline, 'net', info).outputs)).toEqual(['y', 'sum:0'])
  })

  it('are shown by the wires where they are not known', () => {
    const shown = shownSockets(pipeline, 'net', typeOf(bare, at('a.onnx')))
    expect(shown).toEqual({
      inputs: { '/in.1': { type: 'any' }, 'input:0': { type: 'any' } },
      outputs: { 'sum:0': { type: 'any' } },
    })
    const info = typeOf(told, at('a.onnx'))
    expect(shownSockets(pipeline, 'net', info)).toBe(info)
  })

  it('let wires be drawn to what is known, and to anything while it is not', () => {
    expect(canConnect(pipeline, told, {}, 'n.number', 'net.input:0')).toEqual({ ok: true })
    expect(canConnect(pipeline, told, {}, 'n.number', 'net.nothing')).toMatchObject({ ok: false })
    expect(canConnect(pipeline, bare, {}, 'n.number', 'net.input:0')).toEqual({ ok: true })
  })
})

describe('a subgraph with such a node', () => {
  const grouped = (catalogue: Catalogue) => {
    const made = group(pipeline, { nodes: ['net'] }, { title: 'Net', catalogue })
    return { ...made, document: applyEdit(pipeline, made.edit).document }
  }

  it('has names that a boundary may have, known or not', () => {
    for (const catalogue of [bare, told]) {
      const { document, name } = grouped(catalogue)
      const inner = document.graphs[name]
      expect(Object.values(inner?.inputs ?? {}).flatMap(({ to }) => to)).toEqual(['net./in.1', 'net.input:0'])
      expect(parseFile(formatFile(document))).toEqual(document)
    }
  })

  it('gets the sockets behind its boundary when they are known', () => {
    const { document, id } = grouped(bare)
    const record = document.nodes[id]
    const types = (catalogue: Catalogue) =>
      Object.values((record && infoOf(document, catalogue, record)?.outputs) ?? {}).map(({ type }) => type)
    expect(types(bare)).toEqual(['any'])
    expect(types(told)).toEqual(['number'])
    expect(states(bare, document)[`${id}/net`]).toBe('waiting sockets.reading')
    expect(states(told, document)).toEqual({ n: 'ready', after: 'ready', [`${id}/net`]: 'ready' })
  })

  it('comes apart with all its wires', () => {
    const { document, id } = grouped(bare)
    const apart = applyEdit(document, ungroup(document, id).edit).document
    expect(apart.edges).toEqual(pipeline.edges)
  })
})

describe('a bypassed node, and one that is removed', () => {
  it('passes on what its known sockets say', () => {
    const info = typeOf(told, at('a.onnx'))
    expect(info && bypassOf(info)).toEqual({ 'sum:0': '/in.1' })
    const document = {
      ...pipeline,
      nodes: { ...pipeline.nodes, net: { ...pipeline.nodes.net, bypass: true } },
    } as never
    expect(flatten(document, told).nodes.get('after')?.inputs).toMatchObject({ a: { node: 'n', port: 'number' } })
    expect(states(bare, document)).toEqual({ n: 'ready', net: 'bypassed', after: 'waiting input.waiting' })
  })

  it('heals through them, and comes back by undo with its wires', () => {
    const edit = remove(pipeline, { nodes: ['net'] }, undefined, told)
    const { document, inverse } = applyEdit(pipeline, edit)
    expect(document.edges).toEqual({ 'after.a': 'n.number' })
    expect(applyEdit(document, inverse).document).toEqual(pipeline)
  })
})
