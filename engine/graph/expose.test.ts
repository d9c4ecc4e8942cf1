/** Parameters inside a subgraph that are set on its node: saved, run, and kept right by every edit. */
import { describe, expect, it } from 'vitest'
import { param } from '../types/param.ts'
import { socket } from '../values/sockets.ts'
import { nodeInfo } from './catalogue.ts'
import { type Document, emptyDocument, type NodeRecord } from './document.ts'
import { applyEdit, type Edit } from './edit.ts'
import { setParam } from './edits.ts'
import { concealParam, exposeParam, placeOfParam } from './expose.ts'
import { formatFile, parseFile } from './file.ts'
import { copy, paste } from './fragment.ts'
import { group, ungroup } from './group.ts'
import { infoOf, subgraphAt } from './info.ts'
import { sameWork } from './meaning.ts'
import { defineNode } from './node.ts'
import { remove } from './remove.ts'
import { renameNode, renameSubgraph } from './rename.ts'
import { flatten } from './topology.ts'

const blur = defineNode({
  type: 'test/blur',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Blur',
  summary: 'For tests.',
  inputs: { image: socket.image() },
  params: {
    sigma: param.number({ default: 1, min: 0, max: 64, label: 'Sigma' }),
    sigmaX: param.number({ default: 0 }),
  },
  outputs: { image: socket.image() },
  run: () => ({}) as never,
  explain: { idea: 'For tests.', reference: 'Sightline' },
})
const catalogue = new Map([[blur.type, nodeInfo(blur)]])

const node = (params?: NodeRecord['params']): NodeRecord => ({
  type: 'test/blur',
  position: { x: 0, y: 0 },
  ...(params && { params }),
})
/** `a` and `b` in the subgraph `g`, used by `one` and `two`. */
const start: Document = {
  ...emptyDocument,
  nodes: { one: { type: 'graph/g', position: { x: 0, y: 0 } }, two: { type: 'graph/g', position: { x: 0, y: 9 } } },
  graphs: {
    g: {
      ...{ nodes: { a: node({ sigma: 2 }), b: node() }, edges: { 'b.image': 'a.image' }, frames: {}, notes: {} },
      ...{ inputs: { image: { to: ['a.image'] } }, outputs: { image: { from: 'b.image' } } },
    },
  },
}

/** With the edit done, undone, and done again: and as a file has it. */
function done(document: Document, edit: Edit): Document {
  const { document: next, inverse } = applyEdit(document, edit)
  expect(applyEdit(next, inverse).document).toEqual(document)
  expect(parseFile(formatFile(next))).toEqual(next)
  return next
}
const exposed = done(start, exposeParam(start, 'g', 'a.sigma').edit)
const infoAt = (document: Document, id: string) => infoOf(document, catalogue, document.nodes[id] as NodeRecord)
const set = (document: Document, id: string, name: string, value: number): Document =>
  done(document, setParam(document, id, name, value, infoAt(document, id)))
/** What the nodes run with. */
const sigmas = (document: Document) =>
  Object.fromEntries([...flatten(document, catalogue).nodes].map(([id, { record }]) => [id, record.params?.sigma]))
const setTwice = set(set(exposed, 'one', 'sigma', 5), 'two', 'sigma', 7)

describe('an exposed parameter', () => {
  it('is the group’s, with what it has inside as its default', () => {
    expect(exposed.graphs.g?.params).toEqual({ sigma: { to: ['a.sigma'] } })
    expect(infoAt(start, 'one')?.params).toEqual({})
    expect(infoAt(exposed, 'one')?.params).toMatchObject({
      sigma: { type: 'number', default: 2, max: 64, label: 'Sigma' },
    })
    expect(sigmas(exposed)).toMatchObject({ 'one/a': 2, 'two/a': 2 })
    expect(exposeParam(exposed, 'g', 'a.sigma')).toEqual({ edit: [], name: 'sigma' })
  })

  it('is set for each use by itself, and is other work', () => {
    expect(sigmas(setTwice)).toEqual({ 'one/a': 5, 'one/b': undefined, 'two/a': 7, 'two/b': undefined })
    expect(sameWork(exposed, setTwice)).toBe(false)
    expect(set(setTwice, 'one', 'sigma', 2).nodes.one?.params).toBeUndefined()
    expect(() => set(exposed, 'one', 'sigma', 65)).toThrow(/does not take/)
  })

  it('is called after its node where several have the name', () => {
    const both = done(exposed, exposeParam(exposed, 'g', 'b.sigma').edit)
    expect(Object.keys(both.graphs.g?.params ?? {})).toEqual(['sigma', 'b-sigma'])
    expect(infoAt(both, 'one')?.params['b-sigma']?.label).toBe('Blur: Sigma')
    const other = done(both, exposeParam(both, 'g', 'b.sigmaX').edit)
    expect(other.graphs.g?.params?.sigmaX).toEqual({ to: ['b.sigmaX'] })
  })

  it('is set inside again when it is hidden, with the value it had there', () => {
    const hidden = done(setTwice, concealParam(setTwice, 'g', 'a.sigma', 5))
    expect(hidden.graphs.g).not.toHaveProperty('params')
    expect(sigmas(hidden)).toMatchObject({ 'one/a': 5, 'two/a': 5 })
    expect(hidden.nodes).toEqual(start.nodes)
  })

  it('goes with its node, and with what was set for it', () => {
    const gone = done(setTwice, remove(setTwice, { nodes: ['a'] }, 'g'))
    expect(gone.graphs.g).not.toHaveProperty('params')
    expect(gone.nodes).toEqual(start.nodes)
  })

  it('follows new names of its node and of the subgraph', () => {
    const renamed = done(setTwice, renameNode(setTwice, 'a', 'soft', 'g'))
    expect(sigmas(renamed)).toMatchObject({ 'one/soft': 5, 'two/soft': 7 })
    expect(sigmas(done(setTwice, renameSubgraph(setTwice, 'g', 'h')))).toEqual(sigmas(setTwice))
  })

  it('stays what it is when nodes inside are grouped, and taken apart again', () => {
    const { edit, id } = group(setTwice, { nodes: ['a'] }, { catalogue }, 'g')
    const deep = done(setTwice, edit)
    expect(sigmas(deep)).toMatchObject({ [`one/${id}/a`]: 5, [`two/${id}/a`]: 7 })
    expect(infoAt(deep, 'one')?.params).toEqual(infoAt(setTwice, 'one')?.params)
    // From the inside out, to the node that has it.
    const nameOf = (path: readonly string[]) => subgraphAt(deep, path.join('/'))
    expect(placeOfParam(deep, ['one', id, 'a'], 'sigma', nameOf)).toEqual({ path: ['one'], param: 'sigma' })
    expect(placeOfParam(deep, ['one', id, 'a'], 'sigmaX', nameOf).path).toHaveLength(3)
    expect(sigmas(done(deep, ungroup(deep, id, 'g').edit))).toEqual(sigmas(setTwice))
    // The outer one removed by the inner one's end.
    const gone = done(deep, remove(deep, { nodes: ['a'] }, subgraphAt(deep, `one/${id}`)))
    expect(gone.nodes).toEqual(start.nodes)
  })

  it('is written into the nodes when the group is taken apart', () => {
    expect(sigmas(done(setTwice, ungroup(setTwice, 'one').edit))).toMatchObject({ a: 5, 'two/a': 7 })
  })

  it('is copied with the group, into another pipeline too', () => {
    const there = applyEdit(emptyDocument, paste(emptyDocument, copy(setTwice, { nodes: ['two'] })).edit).document
    expect(sigmas(there)).toMatchObject({ 'two/a': 7 })
  })
})
