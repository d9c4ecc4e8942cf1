/** A new kind of value in a copy of the sources: it adds one file, two with a view of its own, and everything else follows. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ComponentType, createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ViewedValue } from '../renderer/values/view.ts'
import { buildKernels } from './build/kernels.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = new URL('./testing/new-kind/', import.meta.url)
const run = promisify(execFile)

const folders = ['engine', 'nodes', 'host', 'renderer'] as const
let tree: string
let told: Record<string, unknown>

async function node(...args: string[]): Promise<string> {
  try {
    return (await run(process.execPath, args, { cwd: tree })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${stdout}\n${stderr}`, { cause: error })
  }
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'new-kind-'))
  const keep = { recursive: true, preserveTimestamps: true }
  for (const folder of folders) await cp(join(root, folder), join(tree, folder), keep)
  for (const file of ['package.json', 'tsconfig.json']) await copyFile(join(root, file), join(tree, file))
  await buildKernels()
  await mkdir(join(tree, 'build'))
  for (const file of ['kernels.wasm', 'kernels.shared.wasm'])
    await cp(join(root, 'build', file), join(tree, 'build', file), keep)
  for (const link of ['node_modules', 'assets']) await symlink(join(root, link), join(tree, link))

  // The new kind: these two files.
  await copyFile(new URL('kind.txt', fixtures), join(tree, 'engine/values/spans.ts'))
  await copyFile(new URL('view.txt', fixtures), join(tree, 'renderer/values/spans.tsx'))

  await node('host/build/kinds.ts')
  await copyFile(new URL('use.txt', fixtures), join(tree, 'use.ts'))
  told = JSON.parse(await node('use.ts')) as Record<string, unknown>
}, 120_000)
afterAll(() => rm(tree, { recursive: true, force: true }))

const last = 9_999
const starts = Float32Array.from({ length: last + 1 }, (_, i) => i + 1)
const ends = starts.map((v) => v + 0.5)
const sha = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const bytes = (numbers: Float32Array): Uint8Array => new Uint8Array(numbers.buffer)

it('has its type, its socket and its shape', async () => {
  const text = `
    import { socket } from './engine/values/sockets.ts'
    import type { Shape, Value, ValueOf } from './engine/values/index.ts'
    export const of = (value: ValueOf<'spans'>): Value => ({ ...value, unit: value.unit.trim() })
    export const shape: Shape = { kind: 'spans', count: 2 }
    export const input = socket.spans({ optional: true }).like('spans')
    // @ts-expect-error: a value of this kind has a unit
    export const wrong: ValueOf<'spans'> = { kind: 'spans', starts: undefined, ends: undefined }
  `
  await writeFile(join(tree, 'types.ts'), text)
  await writeFile(
    join(tree, 'types.json'),
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { lib: ['ESNext', 'WebWorker'] },
      files: ['types.ts'],
    }),
  )
  await node('node_modules/typescript/bin/tsc', '-p', 'types.json')
}, 120_000)

it('is counted, and spilled where memory is short', () => {
  expect(told).toMatchObject({ ok: true, problems: [], held: 2, left: 0 })
  expect(told.spills).toBeGreaterThan(0)
  const made = Array.from({ length: 5 }, (_, i) => [`n${i + 1}`, [last + i + 1, last + i + 1.5]])
  expect(told.numbers).toEqual({ ...Object.fromEntries(made), zero: [0, last + 0.5] })
})

it('is hashed, part by part, and put together again', () => {
  expect(told.head).toBe('{"kind":"spans","unit":"s"}')
  expect(told.assembled).toBe(told.head)
  expect(told.recorded).toMatchObject({
    kind: 'spans',
    head: sha('{"kind":"spans","unit":"s"}'),
    parts: {
      starts: { type: 'float32', shape: [last + 1], sha256: sha(bytes(starts)), min: 1, max: last + 1 },
      ends: { type: 'float32', shape: [last + 1], sha256: sha(bytes(ends)), min: 1.5, max: last + 1.5 },
    },
  })
})

it('is written to its files', () => {
  const files = told.files as Record<string, string>
  expect(Object.keys(files).sort()).toEqual(['n1.spans.ends.npy', 'n1.spans.txt'])
  const npy = Buffer.from(files['n1.spans.ends.npy'] ?? '', 'base64')
  expect(npy.subarray(-4 * ends.length).equals(bytes(ends))).toBe(true)
  expect(Buffer.from(files['n1.spans.txt'] ?? '', 'base64').toString()).toBe([...starts].join(' '))
})

it('is explained in words: what it is, what a socket takes, why a wire is refused, what it was made of', () => {
  expect(told.described).toBe('10000 spans')
  expect(told.page).toMatchObject([
    [{ name: 'spans', takes: 'spans on a line' }],
    [{ takes: 'spans on a line' }, { takes: 'spans on a line' }],
    [{ takes: 'a 1-channel picture' }, { takes: 'a picture' }],
  ])
  expect(told.refused).toEqual([expect.stringMatching(/spans/)])
  expect(told.explained).toContain('n0')
})

it('is drawn by its view, which nothing names: on a node, in the viewer, from afar', async () => {
  expect(told.drawn).toEqual({
    kind: 'spans',
    unit: 's',
    spans: [
      [0, 0.5],
      [0, 1.5],
    ],
  })
  const { createServer } = await import('vite')
  const server = await createServer({
    configFile: join(tree, 'renderer/vite.config.ts'),
    root: join(tree, 'renderer'),
    cacheDir: join(tree, 'cache'),
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  })
  try {
    const { viewOf } = (await server.ssrLoadModule('/values/views.ts')) as {
      viewOf(value: unknown): ViewedValue | undefined
    }
    const shown = viewOf(told.drawn)
    if (!shown) throw new Error('there is no view for spans')
    const markup = (view: unknown): string =>
      renderToStaticMarkup(
        createElement(view as ComponentType<{ value: unknown; output: string }>, {
          value: shown.value,
          output: 'zero.spans',
        }),
      )
    expect(markup(shown.view.Small)).toBe('<p>2 spans in s</p>')
    expect(markup(shown.view.Full)).toBe('<ul><li>0–0.5</li><li>0–1.5</li></ul>')
    const rects: number[][] = []
    const context = { fillRect: (...rect: number[]) => rects.push(rect) } as unknown as CanvasRenderingContext2D
    const box = { x: 10, y: 20, width: 5, height: 7 }
    shown.view.draw?.({ context, box, family: 'sans-serif', line: 1, colour: (css) => css }, shown.value)
    expect(rects).toEqual([
      [10, 20, 0.5, 7],
      [10, 20, 1.5, 7],
    ])
    // Kinds that have no view, or values that are not as their view wants them, are not drawn.
    expect(viewOf({ kind: 'other' })).toBeUndefined()
    expect(viewOf({ kind: 'spans', unit: 1 })).toBeUndefined()
  } finally {
    await server.close()
  }
}, 120_000)

it('took no other file: the copy differs in these two, and in the list of kinds, which is made', async () => {
  const differs = async (path: string): Promise<boolean> => {
    const [own, copy] = await Promise.all([root, tree].map((base) => readFile(join(base, path)).catch(() => undefined)))
    return !own || !copy?.equals(own)
  }
  const found: string[] = []
  for (const folder of folders)
    for (const file of await readdir(join(tree, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(tree, join(file.parentPath, file.name)).replaceAll('\\', '/')
      if (file.isFile() && (await differs(path))) found.push(path)
    }
  expect(found.sort()).toEqual(['engine/values/kinds.ts', 'engine/values/spans.ts', 'renderer/values/spans.tsx'])
})
