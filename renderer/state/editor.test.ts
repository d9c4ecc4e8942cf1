/** The effect of saving on the window's document, its history and its saved state. */
import { beforeEach, expect, it } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument } from '../../engine/graph/document.ts'
import { applyEdit, type Edit } from '../../engine/graph/edit.ts'
import { catalogue } from '../../nodes/catalogue.ts'
import { addNode } from '../commands/insert.ts'
import { setParam, setTitle } from './actions.ts'
import {
  edit,
  isDirty,
  markSaved,
  onChange,
  openDocument,
  pastFiles,
  redo,
  setCatalogue,
  settle,
  undo,
  useEditor,
} from './editor.ts'

const get = useEditor.getState
let mirror: Document = emptyDocument
onChange((change) => {
  if (change.kind === 'open') mirror = get().document
  if (change.kind === 'edit') mirror = applyEdit(mirror, change.edit).document
})
beforeEach(() => {
  setCatalogue(new Map(catalogue.map((node) => [node.type, nodeInfo(node)])))
  openDocument(emptyDocument)
})

const load = (id: string, path: string): Edit => [
  { table: 'nodes', id, value: { type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } } },
]
const pathOf = (id: string): unknown => get().document.nodes[id]?.params?.path
const saved = (names: [string, string][], entry = get().history.past?.entry) =>
  markSaved({ path: '/p.json', stamp: 's', entry, names: new Map(names) })

it('gives files their new names everywhere: in the document, in what undo and redo bring back, and in the mirror', () => {
  edit(() => load('a', 'cat.png'), { label: 'Add' })
  edit(() => [{ table: 'nodes', id: 'a', value: null }], { label: 'Remove' })
  edit(() => load('b', '/uploads/1/dog.png'), { label: 'Add' })
  edit(() => load('c', 'later.png'), { label: 'Add' })
  undo()
  expect(
    pastFiles()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['cat.png', 'later.png'])
  saved([
    ['cat.png', '../cat.png'],
    ['later.png', '../later.png'],
    ['/uploads/1/dog.png', 'p.files/dog.png'],
  ])
  expect([pathOf('b'), isDirty(get())]).toEqual(['p.files/dog.png', false])
  expect(mirror).toEqual(get().document)
  redo()
  expect(pathOf('c')).toBe('../later.png')
  undo()
  expect(isDirty(get())).toBe(false)
  undo()
  undo()
  expect(pathOf('a')).toBe('../cat.png')
  expect(mirror).toEqual(get().document)
  redo()
  redo()
  expect([pathOf('b'), isDirty(get())]).toEqual(['p.files/dog.png', false])
})

it('what was edited while the file was written is not in it', () => {
  edit(() => load('a', 'cat.png'), { label: 'Add' })
  const entry = get().history.past?.entry
  setTitle('a', 'A cat')
  saved([], entry)
  expect(isDirty(get())).toBe(true)
  undo()
  expect(isDirty(get())).toBe(false)
})

it('a gesture that goes on while the file is written is not in it either', () => {
  const id = addNode({ type: 'filter/gaussian-blur', place: { x: 0, y: 0 } }) as string
  setParam(id, 'sigma', 2, { draft: true })
  const entry = get().history.past?.entry
  setParam(id, 'sigma', 3, { draft: true })
  saved([], entry)
  settle()
  expect(isDirty(get())).toBe(true)
})
