import { expect, it } from 'vitest'
import type { Document } from './document.ts'
import { applyEdit, type Patch } from './edit.ts'
import { sameWork } from './meaning.ts'
import { doc, sub } from './test-graphs.ts'

const document: Document = {
  ...doc({ photo: 'io/photo', blur: ['filter/blur', { version: 2, params: { sigma: 2 } }], inner: 'graph/soft' }, [
    'photo.image > blur.image',
    'photo.image > inner.image',
  ]),
  graphs: {
    soft: sub({ image: ['blur.image'] }, { blur: ['filter/blur', { version: 2 }] }, [], { image: 'blur.image' }),
  },
}
const blur = { type: 'filter/blur', version: 2, params: { sigma: 2 }, position: { x: 9, y: 9 } }
const after = (...edit: object[]): Document => applyEdit(document, edit as Patch[]).document
const size = { width: 10, height: 10 }

it.each([
  ['a node moved', { table: 'nodes', id: 'blur', value: blur }],
  ['a node named and folded', { table: 'nodes', id: 'blur', value: { ...blur, title: 'Soft', collapsed: true } }],
  ['a note', { table: 'notes', id: 'n', value: { text: 'x', position: { x: 0, y: 0 }, size } }],
  ['a title', { table: 'title', id: '', value: 'x' }],
  ['a node moved in a subgraph', { graph: 'soft', table: 'nodes', id: 'blur', value: { ...blur, params: undefined } }],
])('%s is no work', (_, patch) => expect(sameWork(document, after(patch))).toBe(true))

it.each([
  ['a parameter', { table: 'nodes', id: 'blur', value: { ...blur, params: { sigma: 3 } } }],
  ['a bypass', { table: 'nodes', id: 'blur', value: { ...blur, bypass: true } }],
  ['a version', { table: 'nodes', id: 'blur', value: { ...blur, version: 1 } }],
  ['a node more', { table: 'nodes', id: 'other', value: blur }],
  ['a node less', { table: 'nodes', id: 'inner', value: null }],
  ['a wire less', { table: 'edges', id: 'blur.image', value: null }],
  ['a wire from elsewhere', { table: 'edges', id: 'blur.image', value: 'inner.image' }],
  ['a parameter in a subgraph', { graph: 'soft', table: 'nodes', id: 'blur', value: blur }],
  ['an output of a subgraph', { graph: 'soft', table: 'outputs', id: 'image', value: null }],
])('%s is', (_, patch) => expect(sameWork(document, after(patch))).toBe(false))
