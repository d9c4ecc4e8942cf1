/** A pipeline saved by an older version, on each way into the window. */
import { beforeEach, expect, it, vi } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { parseFile, serialise } from '../../engine/graph/file.ts'
import { upgradeNodes } from '../../engine/graph/migrate.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { catalogue as definitions } from '../../nodes/catalogue.ts'
import { pasteText } from '../commands/clip.ts'
import { newDocument, setCatalogue, useEditor } from './editor.ts'
import { readDocument } from './incoming.ts'
import { keepDocument, openFirst } from './recovery.ts'

/** Gaussian blur as a later version might define it: radius is renamed sigma. */
const blurs = definitions
  .filter(({ type }) => type === 'filter/gaussian-blur')
  .map((definition) => ({
    ...definition,
    version: 2,
    migrate: { 1: ({ radius, ...rest }: Record<string, unknown>) => ({ ...rest, sigma: Number(radius) / 2 }) },
  }))
const types = new Map(blurs.map((definition) => [definition.type, definition]))

const { request } = vi.hoisted(() => ({ request: vi.fn() }))
vi.mock('./engine.ts', () => ({ request }))

const file = (more: object) => ({
  format: 'sightline',
  version: 1,
  nodes: [{ id: 'blur', type: 'filter/gaussian-blur', position: { x: 0, y: 0 }, ...more }],
  edges: [],
})
const old = file({ params: { radius: 6 } })
const upgraded = { version: 2, params: { sigma: 3 } }

const storage = new Map<string, string>()
beforeEach(() => {
  storage.clear()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, text: string) => storage.set(key, text),
    removeItem: (key: string) => storage.delete(key),
  })
  setCatalogue(new Map([...types].map(([type, definition]) => [type, nodeInfo(definition)])))
  newDocument()
  request.mockReset()
  request.mockImplementation(async (_: string, { document }: { document: unknown }) => {
    return { document: serialise(upgradeNodes(parseFile(document), types)) }
  })
})
const blur = () => useEditor.getState().document.nodes.blur

it('has its nodes brought up to date, and asks only where one is old', async () => {
  expect((await readDocument(JSON.stringify(old))).nodes.blur).toMatchObject(upgraded)
  expect(request).toHaveBeenCalledTimes(1)
  expect((await readDocument(file({ version: 2, params: { sigma: 1 } }))).nodes.blur?.params).toEqual({ sigma: 1 })
  expect((await readDocument(file({ type: 'who/knows' }))).nodes.blur?.type).toBe('who/knows')
  expect(request).toHaveBeenCalledTimes(1)
})

it('is pasted up to date', async () => {
  await pasteText(JSON.stringify(old))
  expect(blur()).toMatchObject(upgraded)
})

it('is brought back after a reload before what the program was started with, and up to date', async () => {
  storage.set('sightline.document', JSON.stringify({ document: old, path: '/a.json', unsaved: true }))
  await openFirst({ start: { document: file({ title: 'start', version: 2 }) } })
  expect(blur()).toMatchObject(upgraded)
  expect(useEditor.getState()).toMatchObject({ path: '/a.json', unsaved: true })
  keepDocument()
  expect(storage.get('sightline.document')).toContain('"sigma":3')
})

it('stays kept while the connection is lost, and gives way to the start where it is broken', async () => {
  request.mockRejectedValueOnce(new SightlineError('protocol.lost'))
  storage.set('sightline.document', JSON.stringify({ document: old }))
  await openFirst({ start: { document: file({ title: 'start', version: 2 }) } })
  expect(blur()).toBeUndefined()
  await openFirst({})
  expect(blur()).toMatchObject(upgraded)
  storage.set('sightline.document', '{ broken')
  await openFirst({ start: { document: file({ title: 'start', version: 2 }) } })
  expect(blur()?.title).toBe('start')
  expect(storage.size).toBe(0)
})
