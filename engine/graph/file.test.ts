import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SightlineError } from '../types/problem.ts'
import { type Document, emptyDocument } from './document.ts'
import { applyEdit } from './edit.ts'
import { formatFile, parseFile, serialise } from './file.ts'
import { jsonLimits } from './json.ts'
import { hasOlderNodes, type Migration, migrate, upgradeNodes } from './migrate.ts'

const versionOne = readFileSync(new URL('./fixtures/version-1.json', import.meta.url), 'utf8')

function problemOf(source: unknown): string {
  try {
    parseFile(source)
  } catch (error) {
    if (error instanceof SightlineError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

const node = (id: string, more: object = {}) => ({ id, type: 'a/b', position: { x: 0, y: 0 }, ...more })
const file = (more: object) => ({ format: 'sightline', version: 1, nodes: [], edges: [], ...more })

describe('a pipeline file', () => {
  it('of version 1 is read and written without the loss of a character', () => {
    const document = parseFile(versionOne)
    expect(formatFile(document)).toBe(versionOne)
    expect(document.nodes.blur).toEqual({
      type: 'filter/gaussian-blur',
      params: { border: 'replicate', sigma: 2.5 },
      position: { x: 240, y: 0 },
    })
    expect(document.edges['blur.image']).toBe('photo.image')
    expect(document.nodes.dream?.mood).toBe('blue')
    expect(document.graphs.detector?.inputs.image?.to).toEqual(['gray.image', 'mix.b'])
    expect(document.extra).toEqual({ licence: 'CC0', made: { by: 'hand', tags: ['street', 'edges'] } })
  })

  it('is the same document as its JSON value', () => {
    const document = parseFile(versionOne)
    expect(parseFile(serialise(document))).toEqual(document)
    expect(parseFile(JSON.parse(versionOne))).toEqual(document)
    expect(parseFile(`\uFEFF${versionOne}`)).toEqual(document)
  })

  it('is written in one order, however the document was made', () => {
    const document = parseFile(versionOne)
    const reversed = <T>(table: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(table).reverse())
    const other: Document = { ...document, nodes: reversed(document.nodes), edges: reversed(document.edges) }
    expect(formatFile(other)).toBe(versionOne)
  })

  it('may be the smallest there is', () => {
    expect(parseFile('{"format":"sightline","version":1,"nodes":[]}')).toEqual(emptyDocument)
    expect(formatFile(emptyDocument)).toBe(
      '{\n  "format": "sightline",\n  "version": 1,\n  "nodes": [],\n  "edges": []\n}\n',
    )
  })

  it('keeps what is said of a wire only while that wire stands', () => {
    const document = parseFile(versionOne)
    const cut = applyEdit(document, [{ table: 'edges', id: 'blur.image', value: null }])
    expect(formatFile(cut.document)).not.toContain('as it came')
    expect(formatFile(applyEdit(cut.document, cut.inverse).document)).toBe(versionOne)
  })
})

describe('a file that is no pipeline', () => {
  it.each([
    ['', 'document.not-json: This file is not valid JSON (it is empty)'],
    ['{"format":', 'document.not-json: This file is not valid JSON (Unexpected end'],
    ['[]', 'document.not-a-pipeline: This file is not a Sightline pipeline: it is a list; wanted a record'],
    ['{}', 'document.not-a-pipeline: This file is not a Sightline pipeline: format is missing; wanted "sightline".'],
    ['{"format":"comfy"}', 'format is "comfy"; wanted "sightline"'],
    ['{"format":"sightline"}', 'version is missing; wanted a whole number from 1'],
    ['{"format":"sightline","version":0}', 'version is 0; wanted'],
    ['{"format":"sightline","version":2,"nodes":5}', 'document.newer: This pipeline was made by a newer Sightline'],
    [file({ nodes: undefined }), 'no JSON value'],
    ['{"format":"sightline","version":1}', 'pipeline: it needs nodes.'],
    [file({ nodes: [node('a'), { id: 'b' }] }), 'pipeline: nodes[1] needs type.'],
    [file({ nodes: [node('a', { position: { y: 1 } })] }), 'pipeline: nodes[0].position needs x.'],
    [file({ nodes: [node('a', { position: { x: '1', y: 1 } })] }), 'nodes[0].position.x is "1"; wanted a number.'],
    [file({ nodes: [node('A b')] }), 'nodes[0].id is "A b", which is not an id (a-z, 0-9, _ and -).'],
    [file({ nodes: [node('constructor')] }), 'nodes[0].id is "constructor", which is a reserved word.'],
    [file({ nodes: [node('a', { bypass: false })] }), 'nodes[0].bypass is false; wanted true.'],
    [file({ nodes: [node('a', { type: '' })] }), 'nodes[0].type is ""; wanted at least 1 characters.'],
    [file({ nodes: [node('a'), node('a')] }), 'document.duplicate-id: '],
    [file({ edges: [{ from: 'a', to: 'b.c' }] }), 'edges[0].from is "a", which is not NODE.PORT.'],
    [file({ edges: 1, nodes: 2 }), '(and 1 more like this)'],
    [
      file({
        edges: [
          { from: 'a.o', to: 'b.i' },
          { from: 'c.o', to: 'b.i' },
        ],
      }),
      'wire.second: The input "b.i" already has a wire; it takes one.',
    ],
    [
      file({ graphs: { g: { nodes: [], edges: [{ from: 'a.o', to: 'b.i' }], inputs: { x: { to: ['b.i'] } } } } }),
      'wire.second: ',
    ],
    [file({ graphs: { 'No No': { nodes: [] } } }), 'graphs has the key "No No", which is not an id'],
    [file({ notes: [{ ...node('n'), text: 'x', size: { width: 0, height: 1 } }] }), 'is 0; wanted more than 0'],
    ['{"format":"sightline","version":1,"nodes":[],"__proto__":{"polluted":1}}', 'document.unsafe-key: '],
    [file({ nodes: [node('a', { params: { constructor: 1 } })] }), 'document.unsafe-key: '],
    ['{"format":"sightline","version":1,"nodes":[],"size":1e999}', 'size is Infinity, which is no JSON value'],
    [`${'['.repeat(100_000)}`, 'document.not-json: '],
    [`{"format":"sightline","a":${'['.repeat(50)}${']'.repeat(50)}}`, 'document.too-deep: '],
    [' '.repeat(jsonLimits.bytes + 1), 'document.too-large: '],
    [null, 'it is null'],
    [12, 'it is 12'],
  ])('%# says what is wrong', (source, words) => {
    expect(problemOf(source)).toContain(words)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('migration', () => {
  const steps: Record<number, Migration> = {
    1: (f) => ({ ...f, nodes: (f.boxes as unknown[]) ?? [] }),
    2: (f) => ({ ...f, seen: f.version }),
  }

  it('takes each step from the version of the file on', () => {
    expect(migrate({ version: 1, boxes: [1] }, steps, 3)).toEqual({ version: 3, boxes: [1], nodes: [1], seen: 2 })
    expect(migrate({ version: 2, boxes: [1] }, steps, 3)).toEqual({ version: 3, boxes: [1], seen: 2 })
    const current = { version: 3 }
    expect(migrate(current, steps, 3)).toBe(current)
  })

  it('brings old nodes to the version of their type, and leaves others alone', () => {
    const definitions = new Map([
      [
        'a/b',
        {
          version: 3,
          migrate: {
            1: ({ radius, ...rest }: Record<string, unknown>) => ({ ...rest, sigma: Number(radius) / 2 }),
            2: (params: Record<string, unknown>) => ({ ...params, border: 'reflect101' }),
          },
        },
      ],
    ])
    const old = parseFile(
      file({
        nodes: [
          node('a', { params: { radius: 6 } }),
          node('b', { version: 3 }),
          node('c', { version: 4, params: { z: 1 } }),
          node('d', { type: 'who/knows', params: { radius: 6 } }),
        ],
        graphs: { g: { nodes: [node('a', { version: 2, params: { sigma: 1 } })] } },
      }),
    )
    const next = upgradeNodes(old, definitions)
    expect(next.nodes.a).toMatchObject({ version: 3, params: { sigma: 3, border: 'reflect101' } })
    expect(next.nodes.b).toBe(old.nodes.b)
    expect(next.nodes.c).toBe(old.nodes.c)
    expect(next.nodes.d).toBe(old.nodes.d)
    expect(next.graphs.g?.nodes.a).toMatchObject({ version: 3, params: { sigma: 1, border: 'reflect101' } })
    expect(upgradeNodes(next, definitions)).toBe(next)
    expect([hasOlderNodes(old, definitions), hasOlderNodes(next, definitions)]).toEqual([true, false])
    expect(hasOlderNodes({ ...next, graphs: old.graphs }, definitions)).toBe(true)
  })
})
