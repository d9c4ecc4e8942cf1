/**
 * Folders of pictures from the first to the last file: results under the names of their pictures, none lost in silence, and one
 * broken picture does not decide for the others.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseFile } from '../../engine/graph/file.ts'
import { dice } from '../../engine/graph/random-edits.ts'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import type { RunResult } from '../../engine/run/engine.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { type Made, makeEngine } from '../engine.ts'
import type { RunRecord } from '../record/format.ts'
import { temporaryFolder } from '../server/testing.ts'
import type { NodeFile } from '../testing/cli.ts'
import { run as runCommand } from './run.ts'

const folder = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
let made: Made
beforeAll(async () => {
  made = await makeEngine({ device: 'cpu', threads: 1 })
})
afterAll(() => made.close())
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(at(name), { recursive: true })
  mkdirSync(at('in'))
  mkdirSync(at('out'))
})

/** A small PNG of one gray value, or of a colour. */
const png = (level: number, channels: 1 | 3 | 4 = 1, size = 3): Promise<Buffer> =>
  sharp(new Uint8Array(size * size * channels).fill(level), { raw: { width: size, height: size, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
const levelOf = async (path: string): Promise<number> => (await sharp(path).raw().toBuffer())[0] ?? -1

const fileOf = (nodes: readonly NodeFile[], edges: readonly [string, string][]) => ({
  format: 'sightline',
  version: 1,
  nodes: nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })),
  edges: edges.map(([from, to]) => ({ from, to })),
})

interface Ran extends Omit<RunResult, 'release' | 'sinks'> {
  readonly status: Record<string, string>
  readonly said: string[]
  readonly reports: ReadonlyMap<string, NodeReport>
}
async function run(nodes: readonly NodeFile[], edges: readonly [string, string][] = []): Promise<Ran> {
  const reports = new Map<string, NodeReport>()
  const result = await made.engine.run(parseFile(fileOf(nodes, edges)), {
    services: made.services(folder),
    onReport: (node, report) => void reports.set(node, report),
  })
  result.release()
  return {
    ...result,
    reports,
    status: Object.fromEntries(result.nodes.map(({ id, status }) => [id, status])),
    said: result.nodes.flatMap(({ problem, problems = problem ? [problem] : [] }) => problems.map(wordsOf)),
  }
}
const source: NodeFile = { id: 'f', type: 'io/folder', params: { path: 'in' } }
const saver = (path: string, id = 's'): NodeFile => ({ id, type: 'io/save-image', params: { path } })
const wire: [string, string] = ['f.image', 's.image']

describe('names', () => {
  const parts = [
    'a',
    'B',
    '$',
    '$$',
    '$&',
    "$'",
    '$`',
    '$1',
    '{name}',
    '{index}',
    '{',
    '}',
    ' ',
    '.',
    '..',
    '-',
    '%',
    '#',
    '~',
  ]
  parts.push(
    'é',
    'e\u0301',
    'ж',
    '界',
    '🙂',
    '\\',
    "'",
    '"',
    '*',
    '?',
    '[',
    ']',
    '|',
    '&',
    ';',
    '<',
    '\n',
    '\t',
    'ß',
    'İ',
  )

  it('any legal name becomes the same name, and no picture is lost', async () => {
    const next = dice(20261128)
    const names = new Set([
      'a$$.png',
      'a$.png',
      'b$&c.png',
      `${'ж'.repeat(125)}.png`,
      `${'🙂'.repeat(62)}.png`,
      'A.png',
      'a.png',
    ])
    while (names.size < 60) {
      const name = Array.from({ length: 1 + next(6) }, () => parts[next(parts.length)]).join('')
      if (!name.startsWith('.')) names.add(`${name}.png`)
    }
    let level = 0
    for (const name of names) writeFileSync(at('in', name), await png(++level))
    const { ok, said } = await run([source, saver('out/{name}.png')], [wire])
    expect(said).toEqual([])
    expect(ok).toBe(true)
    expect(readdirSync(at('out')).toSorted()).toEqual([...names].toSorted())
    let [expected] = [0]
    for (const name of names) expect(await levelOf(at('out', name)), name).toBe(++expected)
    rmSync(at('out'), { recursive: true })
    mkdirSync(at('out'))
    expect((await run([source, saver('out/{index} {name}.png')], [wire])).ok).toBe(
      ![...names].some((name) => Buffer.byteLength(name) > 252),
    )
    const numbered = readdirSync(at('out'))
    expect(new Set(numbered.map((name) => name.slice(3)))).toEqual(
      new Set([...names].filter((name) => Buffer.byteLength(name) <= 252)),
    )
  })
})

describe('two results for one file', () => {
  it('two pictures: nothing is saved, and both are named', async () => {
    for (const name of ['a.png', 'a.jpg', 'b.png']) writeFileSync(at('in', name), await png(9))
    const { ok, said } = await run([source, saver('out/{name}.png')], [wire])
    expect(ok).toBe(false)
    expect(said.join()).toMatch(/"a\.jpg".*"a\.png".*\{index\}/)
    expect(readdirSync(at('out'))).toEqual([])
    const numbered = await run([source, saver('out/{index}-{name}.png')], [wire])
    expect(numbered.ok).toBe(true)
    expect(readdirSync(at('out'))).toHaveLength(3)
  })

  it.each(['out/a.png', 'out/{name}.png', 'out/{index}.png', './out/../out/{name}.png'])(
    'two nodes with %s: nothing is saved',
    async (path) => {
      writeFileSync(at('in/x.png'), await png(9))
      const nodes = [source, { id: 'g', type: 'filter/gaussian-blur' }, saver('out/{name}.png'), saver(path, 't')]
      if (!path.includes('{name}')) nodes[2] = saver(path)
      const { ok, status, said } = await run(nodes, [wire, ['f.image', 'g.image'], ['g.image', 't.image']])
      expect(ok).toBe(false)
      expect(status).toMatchObject({ s: 'error', t: 'error' })
      expect(said.join()).toMatch(/"t".*"s"/)
      expect(readdirSync(at('out'))).toEqual([])
    },
  )

  it('two folders into one: what is the same is not saved twice', async () => {
    mkdirSync(at('more'))
    for (const name of ['in/a.png', 'in/b.png', 'more/c.png']) writeFileSync(at(name), await png(9))
    const nodes = [source, { id: 'm', type: 'io/folder', params: { path: 'more' } }, saver('out/{name}.png')]
    const both = [...nodes, saver('out/{name}.png', 't')]
    const edges: [string, string][] = [wire, ['m.image', 't.image']]
    expect((await run(both, edges)).ok).toBe(true)
    expect(readdirSync(at('out'))).toEqual(['a.png', 'b.png', 'c.png'])
    writeFileSync(at('more/a.png'), await png(7))
    expect(Object.values((await run(both, edges)).status).filter((status) => status === 'error')).toHaveLength(1)
  })
})

describe('a result over what is read', () => {
  it.each(['in/{name}.png', 'in/b.png', 'link/{name}.png'])('%s is refused, and the sources stay', async (path) => {
    symlinkSync('in', at('link'))
    for (const [level, name] of ['a.png', 'b.png'].entries()) writeFileSync(at('in', name), await png(level))
    const [first] = [readFileSync(at('in/b.png'))]
    const load: NodeFile = { id: 'f', type: 'io/load-image', params: { path: 'in/b.png' } }
    const { ok, said } = await run([path.includes('{') ? source : load, saver(path)], [wire])
    expect(ok).toBe(false)
    expect(said.join()).toMatch(/is read by the node "f"/)
    expect(readFileSync(at('in/b.png')).equals(first)).toBe(true)
    expect(readdirSync(at('in'))).toEqual(['a.png', 'b.png'])
  })

  it('other names in the same folder are fine', async () => {
    writeFileSync(at('in/a.png'), await png(5))
    expect((await run([source, saver('in/{name}-out.png')], [wire])).ok).toBe(true)
    expect(readdirSync(at('in'))).toEqual(['a-out.png', 'a.png'])
  })
})

describe('one of n', () => {
  const n = 5
  const kinds = {
    broken: async () => (await png(1, 1, 40)).subarray(0, 60),
    'no picture': async () => Buffer.from('<html>'),
    empty: async () => Buffer.alloc(0),
    'too small': () => png(1, 1, 1),
  }
  const crop: NodeFile = { id: 'c', type: 'geometry/crop', params: { width: 2, height: 2 } }
  const positions = Array.from({ length: n }, (_, i) => i)
  const cases = Object.keys(kinds).flatMap((kind) => positions.map((position) => [kind, position] as const))

  it.each(cases)('%s at %i: the others are saved, and it is named', async (kind, position) => {
    for (const i of positions)
      writeFileSync(at('in', `${i}.png`), await (i === position ? kinds[kind as keyof typeof kinds]() : png(i)))
    const others = positions.filter((i) => i !== position).map((i) => `${i}.png`)
    const ran = await run(
      [source, crop, saver('out/{name}.png')],
      [
        ['f.image', 'c.image'],
        ['c.image', 's.image'],
      ],
    )
    expect(ran.ok).toBe(false)
    expect(readdirSync(at('out'))).toEqual(others)
    expect(ran.said.some((words) => words.includes(`${position}.png`))).toBe(true)
    expect(ran.said.join()).not.toMatch(/Not run/)
    expect(ran.nodes.find(({ id }) => id === 's')?.problem).toMatchObject({
      code: 'file.saved-partly',
      params: { saved: n - 1, count: n, failed: expect.stringMatching(`^"${position}.png" [(].*[)]$`) },
    })
    const bad = ran.reports.get(kind === 'too small' ? 'c' : 'f')
    expect(bad?.elements).toMatchObject({ total: n, done: n - 1, failed: 1 })
  })

  it.each(cases)('%s at %i, without Save: the others come out', async (kind, position) => {
    for (const i of positions)
      writeFileSync(at('in', `${i}.png`), await (i === position ? kinds[kind as keyof typeof kinds]() : png(i)))
    const seen: number[] = []
    const result = await made.engine.run(parseFile(fileOf([source, crop], [['f.image', 'c.image']])), {
      services: made.services(folder),
      onSink: ({ path }) => void seen.push(...path),
    })
    expect(seen).toEqual(positions.filter((i) => i !== position))
    expect(result.ok).toBe(false)
    const [bad, good] = kind === 'too small' ? ['c', 'f'] : ['f', 'c']
    expect(result.nodes.find(({ id }) => id === bad)).toMatchObject({ status: 'error' })
    expect(result.nodes.find(({ id }) => id === good)).toMatchObject({ status: 'done' })
    const problem = result.nodes.find(({ id }) => id === bad)?.problem
    expect(problem && wordsOf(problem)).toContain(`${position}.png`)
    result.release()
  })

  it.each(positions)('all broken but %i: one result, the others named', async (position) => {
    for (const i of positions) writeFileSync(at('in', `${i}.png`), i === position ? await png(i) : 'text')
    const { said } = await run([source, saver('out/{name}.png')], [wire])
    expect(readdirSync(at('out'))).toEqual([`${position}.png`])
    for (const i of positions) if (i !== position) expect(said.join('\n')).toContain(`"in/${i}.png"`)
  })
})

it('what there is to know reaches the text, the JSON and the record', async () => {
  const pages = await sharp({ create: { width: 4, height: 8, channels: 3, background: 'red', pageHeight: 4 } as never })
    .tiff()
    .toBuffer()
  writeFileSync(at('in/named.jpg'), await png(3))
  writeFileSync(at('in/plain.png'), await png(3))
  writeFileSync(at('pages.tif'), pages)
  const file = fileOf(
    [source, saver('out/{name}.png'), { id: 'p', type: 'io/load-image', params: { path: 'in/named.jpg' } }],
    [wire],
  )
  writeFileSync(at('p.json'), JSON.stringify(file))
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)))
  try {
    const command = { file: at('p.json'), record: at('run.json'), device: 'cpu', threads: 1 } as const
    expect(await runCommand(command)).toBe(0)
    expect(await runCommand({ ...command, json: true })).toBe(0)
  } finally {
    log.mockRestore()
  }
  const note = 'named .jpg, but a PNG picture'
  const notes = { f: `named.jpg: ${note}`, p: note, s: '2 saved to out' }
  const noted = (nodes: readonly { id: string; note?: string | undefined }[]) =>
    Object.fromEntries(nodes.flatMap(({ id, note }) => (note === undefined ? [] : [[id, note]])))
  expect(noted(JSON.parse(printed[1] ?? '').nodes)).toEqual(notes)
  expect(noted((JSON.parse(readFileSync(at('run.json'), 'utf8')) as RunRecord).nodes)).toEqual(notes)
  for (const [id, words] of Object.entries(notes)) expect(printed[0]).toContain(`note: ${id}: ${words}`)
})
