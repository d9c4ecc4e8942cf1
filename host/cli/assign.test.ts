/** What `--input` and `--set` accept, and their errors. */
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { type Document, emptyDocument } from '../../engine/graph/document.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { assign, parseInput, parseSet } from './assign.ts'

const type = defineNode({
  type: 'a/b',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'B',
  summary: 'B.',
  inputs: {},
  params: {
    path: param.file({ default: '' }),
    sigma: param.number({ default: 1, min: 0, max: 64 }),
    on: param.boolean({ default: true }),
    mode: param.choice({ default: 'x', of: ['x', 'y=z'] }),
    kernel: param.matrix({ default: [[1]], minSize: 1, maxSize: 9 }),
  },
  outputs: {},
  run: () => ({}),
  explain: { idea: '', reference: '' },
})
const position = { x: 0, y: 0 }
const document: Document = {
  ...emptyDocument,
  nodes: { n: { type: 'a/b', params: { sigma: 3 }, position }, gone: { type: 'not/here', position } },
}
const paramsAfter = (...given: string[]) => assign(document, given.map(parseSet), [type]).nodes.n?.params

it('sets numbers, choices, texts and matrices, and leaves the rest and the given document alone', () => {
  expect(paramsAfter('n.on=false')).toEqual({ sigma: 3, on: false })
  expect(paramsAfter('n.sigma=2.5', 'n.sigma=4')).toEqual({ sigma: 4 })
  expect(paramsAfter('n.mode=y=z')).toMatchObject({ mode: 'y=z' })
  expect(paramsAfter('n.path=a b.png')).toMatchObject({ path: 'a b.png' })
  expect(paramsAfter('n.kernel=[[0,1],[2,3]]')).toMatchObject({
    kernel: [
      [0, 1],
      [2, 3],
    ],
  })
  expect(document.nodes.n?.params).toEqual({ sigma: 3 })
})

it('takes the path of an input from where the user is', () => {
  const { nodes } = assign(document, [parseInput('n=pictures/a=b.png')], [type])
  expect(nodes.n?.params).toMatchObject({ path: resolve('pictures/a=b.png') })
})

it.each([
  ['n', 'cli.usage'],
  ['n.sigma', 'cli.usage'],
  ['=1', 'cli.usage'],
  ['a.b.c=1', 'cli.usage'],
  ['m.sigma=1', 'cli.unknown-node'],
  ['__proto__.sigma=1', 'cli.unknown-node'],
  ['gone.sigma=1', 'node.unknown-type'],
  ['n.size=1', 'param.unknown'],
  ['n.constructor=1', 'param.unknown'],
  ['n.sigma=many', 'param.invalid'],
  ['n.sigma=65', 'param.invalid'],
  ['n.sigma=', 'param.invalid'],
  ['n.mode=z', 'param.invalid'],
])('refuses --set %s: %s', (text, code) => {
  expect(() => paramsAfter(text)).toThrow(expect.objectContaining({ code }))
})

it.each(['n', '=x', 'n='])('refuses --input %s', (text) => {
  expect(() => parseInput(text)).toThrow(expect.objectContaining({ code: 'cli.usage' }))
})

const one = (title?: string) => ({ type: 'a/b', position, ...(title && { title }) })
const use = (name: string) => ({ type: `graph/${name}`, position })
const bare = { ...emptyDocument, inputs: {}, outputs: {} }
const nested: Document = {
  ...emptyDocument,
  nodes: { group: use('outer'), other: use('outer'), top: one('Twice') },
  graphs: {
    outer: { ...bare, nodes: { again: use('inner'), in: one('Twice') } },
    inner: { ...bare, nodes: { n: one() } },
    alone: { ...bare, nodes: { n: one('Only here') } },
  },
}
const used = { ...nested, nodes: { ...nested.nodes, alone: use('alone') } }

/** The parameters of every node, by its path. */
function allParams(document: Document, nodes = document.nodes, prefix = ''): Record<string, unknown> {
  const found = Object.entries(nodes).flatMap(([id, { type, params }]): [string, unknown][] => {
    const graph = document.graphs[type.replace('graph/', '')]
    return graph ? Object.entries(allParams(document, graph.nodes, `${prefix}${id}/`)) : [[prefix + id, params]]
  })
  return Object.fromEntries(found)
}

it('sets a node inside subgraphs, of the named use alone, by its path or a title that only it has', () => {
  const after = (...given: string[]) => allParams(assign(used, given.map(parseSet), [type]))
  const before = allParams(used)
  expect(after('group/again/n.sigma=3')).toEqual({ ...before, 'group/again/n': { sigma: 3 } })
  expect(after('group/in.sigma=3', 'other/again/n.sigma=4')).toEqual({
    ...before,
    'group/in': { sigma: 3 },
    'other/again/n': { sigma: 4 },
  })
  expect(after('Only here.sigma=5')).toEqual({ ...before, 'alone/n': { sigma: 5 } })
  expect(() => after('Twice.sigma=1')).toThrow('top, group/in, other/in')
  expect(() => after('group/none.sigma=1')).toThrow(expect.objectContaining({ code: 'cli.unknown-node' }))
})

it('sets what a subgraph exposes at its node, also by the name inside', () => {
  const inner = { edges: {}, frames: {}, notes: {}, inputs: {}, outputs: {}, params: { soft: { to: ['in.sigma'] } } }
  const given: Document = {
    ...emptyDocument,
    nodes: { group: { type: 'graph/g', params: { soft: 9 }, position } },
    graphs: { g: { ...inner, nodes: { in: { type: 'a/b', params: { sigma: 2 }, position } } } },
  }
  for (const text of ['group.soft=5', 'group/in.sigma=5']) {
    const { nodes, graphs } = assign(given, [parseSet(text)], [type])
    expect([nodes.group?.params, graphs.g?.nodes.in?.params]).toEqual([{ soft: 5 }, { sigma: 2 }])
  }
  expect(() => assign(given, [parseSet('group.soft=65')], [type])).toThrow(/64/)
  expect(() => assign(given, [parseSet('group.hard=1')], [type])).toThrow(
    expect.objectContaining({ code: 'param.unknown' }),
  )
})
