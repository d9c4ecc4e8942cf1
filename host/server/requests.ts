/** A window's requests: numbers of its session, and the files on this machine. */
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import { type Method, type MethodResult, methods } from '../../engine/protocol/methods.ts'
import type { SettingsState } from '../../engine/protocol/settings.ts'
import type { Session } from '../../engine/run/engine.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { makeFolder } from '../files/make-folder.ts'
import { absolutePath } from '../files/paths.ts'
import { fileProblem } from '../files/problems.ts'
import { keepUpload } from '../files/uploads.ts'
import type { UserSettings } from '../files/user-settings.ts'
import type { Gallery } from '../gallery/gallery.ts'
import type { Copies } from '../recovery/copies.ts'
import type { Keeping } from '../recovery/keeping.ts'
import type { Installs } from '../store/installs.ts'
import { Inflation } from './inflate.ts'
import { readPipeline } from './pipeline-file.ts'
import { saveDocument } from './save.ts'
import { readScenePart, sceneAt } from './scene-file.ts'
import { Packing, packScene, partOfShared, type Shared, sceneOf } from './share.ts'

/** What a request works with: its session and where its document is. */
export interface Desk {
  /** The name of its session. */
  readonly id: string
  readonly session: Session
  readonly keeping: Keeping
  readonly copies: Copies
  /** Tells whether a session's window is connected, here or at another server, or may soon be again. */
  inUse(): Promise<(session: string) => boolean>
  /** The document's file, absolute; undefined: it has none. */
  readonly path: string | undefined
  /** The document's folder, or where one without a file would go. */
  readonly folder: string
  /** The document has a file, and it is in that folder. */
  readonly own: boolean
  readonly uploads: string
  readonly catalogue: Catalogue
  /** The user allows the document these files, from now on. */
  allow(uses: readonly FileUse[]): Promise<void>
  /** From now on the document is in this file (absolute), with all permissions it had and these. */
  moved(path: string, uses: readonly FileUse[]): Promise<void>
  readonly gallery: Gallery
  readonly settings: SettingsDesk
  readonly installs: Installs
  /** What is being unpacked for the window. */
  inflation: Inflation | undefined
  /** Packing under way. */
  packing: Packing | undefined
  /** What it packed last to be given away. */
  shared: Shared | undefined
}

/** The user's stored settings, beside those in effect. */
export interface SettingsDesk {
  readonly kept: UserSettings
  use(): Omit<SettingsState, 'settings'>
}

/** Folders and files in natural order, folders first; hidden and unreadable ones are left out. */
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

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )

async function there(paths: readonly string[]): Promise<MethodResult<'there'>> {
  const found = await Promise.all(paths.map(isFile))
  return { paths: paths.filter((_, i) => found[i]) }
}

/** Two saves at once would both find the file unchanged. */
let saving: Promise<unknown> = Promise.resolve()

/** A result with bytes. */
export class Reply {
  readonly result: unknown
  readonly tail: Uint8Array
  constructor(result: unknown, tail: Uint8Array) {
    this.result = result
    this.tail = tail
  }
}

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
  profile: ({ session }, params) => session.request('profile', params),
  estimate: ({ session }, params) => session.request('estimate', params),
  memory: ({ session }, params) => session.request('memory', params),
  release: ({ session }, params) => session.request('release', params),
  upgrade: ({ session }, params) => session.request('upgrade', params),
  numbers: ({ session }, params) => session.request('numbers', params),
  provenance: ({ session }, params) => session.request('provenance', params),
  steps: ({ session }, params) => session.request('steps', params),
  network: ({ session }, params) => session.request('network', params),
  async splats({ session }, params) {
    const { bytes, ...result } = (await session.request('splats', params)) as MethodResult<'splats'> & {
      readonly bytes: Uint8Array
    }
    return new Reply(result, bytes)
  },
  async share(desk, { of, look }) {
    const packing = new Packing()
    desk.packing = packing
    try {
      desk.shared = await packScene(
        () =>
          'path' in of
            ? sceneAt(absolutePath(of.path, desk.folder), packing.signal)
            : sceneOf(desk.session, of, packing.signal),
        look,
        packing,
      )
    } finally {
      desk.packing = undefined
    }
    const { packed, splats, page, folder } = desk.shared
    return { packed, splats, page, folder }
  },
  async shareProgress({ packing }) {
    return packing ? { part: packing.part } : {}
  },
  async cancelShare({ packing }) {
    packing?.cancel()
    return {}
  },
  async sharePart(desk, { packed, form, from }) {
    const { bytes, total } = await partOfShared(desk.shared, packed, form, from)
    return new Reply({ total }, bytes)
  },
  list: (desk, { path }) => list(path === undefined ? homedir() : absolutePath(path, desk.folder)),
  async makeFolder(desk, { path }) {
    const target = absolutePath(path, desk.folder)
    await makeFolder(target)
    return { path: target }
  },
  load: (desk, { path }) => readPipeline(absolutePath(path, desk.folder)),
  async save(desk, { path, stamp, overwrite, also }) {
    const { catalogue, folder, own, uploads } = desk
    const target = absolutePath(path, folder)
    if (target === desk.path && !desk.keeping.mayWrite)
      throw new SightlineError('file.open-elsewhere', { path: target })
    const { document } = desk.session
    const saved = saving.then(() =>
      saveDocument({
        document,
        catalogue,
        folder,
        own,
        uploads,
        target,
        stamp: overwrite ? 'overwrite' : stamp,
        also,
      }),
    )
    saving = saved.catch(() => undefined)
    const { left, document: written, ...result } = await saved
    await desk.moved(target, left)
    desk.keeping.saved(result.path, result.stamp, written)
    return result
  },
  async scene(desk, { path, offset, file }) {
    const { bytes, ...part } = await readScenePart(absolutePath(path, desk.folder), offset, file)
    return new Reply(part, bytes)
  },
  async inflate(desk, { size, first, last }, tail) {
    if (first) {
      desk.inflation?.close()
      desk.inflation = new Inflation(size)
    }
    if (!desk.inflation) throw new SightlineError('scene.packing', { message: 'its beginning is missing' })
    const { bytes, more } = await desk.inflation.take(tail, last)
    if (last && !more) desk.inflation = undefined
    return new Reply({ more }, bytes)
  },
  upload: async ({ uploads }, { name, beside }, tail) => ({ path: await keepUpload(uploads, name, tail, beside) }),
  async allow(desk, { uses }) {
    await desk.allow(uses)
    desk.keeping.allow(uses)
    for (const { path } of uses) desk.session.changed(path)
    return {}
  },
  models: ({ installs }) => installs.list(),
  hubModel: async ({ installs }, { address }) => ({ name: await installs.offer(address) }),
  modelLicence: async ({ installs }, { name }) => ({ text: await installs.licence(name) }),
  installModel: async ({ installs }, { name }) => ({ installed: await installs.install(name) }),
  async cancelModel({ installs }, { name }) {
    await installs.cancel(name)
    return {}
  },
  verifyModel: async ({ installs }, { name }) => ({ files: await installs.verify(name) }),
  async removeModel({ installs }, { name }) {
    await installs.remove(name)
    return {}
  },
  there: (desk, { paths }) => there(paths.map((path) => absolutePath(path, desk.folder))),
  gallery: async ({ gallery }) => ({ entries: await gallery.list() }),
  entry: async ({ gallery }, { id }) => ({ document: await gallery.open(id) }),
  card: async ({ gallery }, { id, width, height }) => {
    const { pixels, ...size } = await gallery.picture(id, width, height)
    return new Reply(size, pixels)
  },
  async copies({ copies, id, inUse }) {
    const isInUse = await inUse()
    return { copies: await copies.list((session) => session === id || isInUse(session)) }
  },
  async copy({ copies, inUse }, { session }) {
    const found = (await inUse())(session) ? undefined : await copies.read(session)
    if (!found) throw new SightlineError('recovery.gone')
    const { title: _, ...copy } = found
    return copy
  },
  async forget({ copies, id, inUse }, { session = id }) {
    // First wait until everything taken over from the old document is on disk under its new name.
    if (session !== id) await copies.flush()
    if (session === id || !(await inUse())(session)) await copies.forget(session)
    return {}
  },
  async settings({ settings: { kept, use } }, { change }) {
    if (change) await kept.keep(change)
    return { ...use(), settings: change ?? (await kept.read()) }
  },
}

const isMethod = (method: string): method is Method => Object.hasOwn(methods, method)

/** Returns the result, or a `Reply` with it. Throws a SightlineError for a request that cannot be met. */
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
