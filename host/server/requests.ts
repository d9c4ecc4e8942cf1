/** What a window asks for once: numbers of its session, and the files on this machine. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Method, type MethodResult, methods } from '../../engine/protocol/messages.ts'
import type { Session } from '../../engine/run/engine.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from '../files/atomic.ts'
import { absolutePath } from '../files/paths.ts'
import { fileProblem } from '../files/problems.ts'
import { readPipeline, savePipeline } from './pipeline-file.ts'

/** What a request works with: its session and where its document lives. */
export interface Desk {
  readonly session: Session
  /** The document's folder, or where one without a file would go. */
  readonly folder: string
  readonly uploads: string
  /** The document now has this file; undefined: none. */
  belongs(path: string | undefined): void
}

/** Folders and files of a folder in natural order, folders first; hidden ones and what cannot be looked at are left out. */
async function list(path: string): Promise<MethodResult<'list'>> {
  try {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'))
    const found = await Promise.all(
      names.map(async (name) => {
        const stats = await stat(join(path, name)).catch(() => undefined)
        if (!stats || !(stats.isDirectory() || stats.isFile())) return []
        return [{ name, path: join(path, name), folder: stats.isDirectory(), bytes: stats.isFile() ? stats.size : 0 }]
      }),
    )
    const { compare } = new Intl.Collator('en', { numeric: true })
    const entries = found.flat().sort((a, b) => Number(b.folder) - Number(a.folder) || compare(a.name, b.name))
    const parent = dirname(path)
    return { path, parent: parent === path ? null : parent, entries }
  } catch (error) {
    throw fileProblem(error, path, 'folder')
  }
}

/** The same file dropped twice is kept once, so that nothing runs anew. */
async function upload(folder: string, given: string, data: Uint8Array): Promise<MethodResult<'upload'>> {
  // A name of this machine, whatever machine the window is on: no folders, nothing that hides or that Windows refuses.
  const plain = basename(given.replaceAll('\\', '/')).replace(/[<>:"|?*\p{Cc}]/gu, '_')
  // The end, with the extension, of a name too long for the file system.
  const name = [...plain].slice(-80).join('').replace(/^\.+/, '')
  if (data.length === 0) throw new SightlineError('file.empty', { path: given })
  const home = join(folder, createHash('sha256').update(data).digest('hex').slice(0, 16))
  const path = join(home, name || 'file')
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    const there = await stat(path).catch(() => undefined)
    if (there?.size !== data.length) await writeAtomic(path, data, { shown: given })
  } catch (error) {
    throw fileProblem(error, given, 'write')
  }
  return { path }
}

/** Two saves at once would both find the file unchanged. */
let saving: Promise<unknown> = Promise.resolve()

type Handlers = {
  readonly [M in Method]: (
    desk: Desk,
    params: ReturnType<(typeof methods)[M]['params']['parse']>,
    tail: Uint8Array,
  ) => Promise<unknown>
}

const handlers: Handlers = {
  probe: ({ session }, params) => session.request('probe', params),
  statistics: ({ session }, params) => session.request('statistics', params),
  upgrade: ({ session }, params) => session.request('upgrade', params),
  numbers: ({ session }, params) => session.request('numbers', params),
  provenance: ({ session }, params) => session.request('provenance', params),
  list: (desk, { path }) => list(path === undefined ? homedir() : absolutePath(path, desk.folder)),
  load: (desk, { path }) => readPipeline(absolutePath(path, desk.folder)),
  async save(desk, { path, stamp, overwrite }) {
    const target = absolutePath(path, desk.folder)
    const { document } = desk.session
    const saved = saving.then(() => savePipeline(target, document, overwrite ? 'overwrite' : stamp))
    saving = saved.catch(() => undefined)
    const result = await saved
    desk.belongs(target)
    return result
  },
  upload: ({ uploads }, { name }, tail) => upload(uploads, name, tail),
}

const isMethod = (method: string): method is Method => Object.hasOwn(methods, method)

/** Throws a SightlineError for a request that cannot be met. */
export async function answer(desk: Desk, method: string, params: unknown, tail: Uint8Array): Promise<unknown> {
  if (!isMethod(method)) throw new SightlineError('protocol.bad-message', { message: `there is no "${method}"` })
  const parsed = methods[method].params.safeParse(params)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const message = `${method}, ${issue?.path.join('.')}: ${issue?.message}`
    throw new SightlineError('protocol.bad-message', { message })
  }
  const handler = handlers[method] as (desk: Desk, params: unknown, tail: Uint8Array) => Promise<unknown>
  return handler(desk, parsed.data, tail)
}
