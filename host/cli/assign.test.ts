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
