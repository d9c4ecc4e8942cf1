/**
 * The windows' graphs. A session outlives its connection for a while, so that a page that reloads or loses the network finds
 * its results still there; its services follow the folder of its open document.
 */
import { dirname } from 'node:path'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import type { ClientMessage, EngineMessage } from '../../engine/protocol/messages.ts'
import type { Engine, Session } from '../../engine/run/engine.ts'
import type { FileUse, Services } from '../../engine/types/services.ts'
import { Consent, type Grant, recall, remember } from '../files/consent.ts'
import { isInside } from '../files/inside.ts'
import { plainPath } from '../files/paths.ts'
import type { FileServices, ServiceOptions } from '../files/services.ts'
import { touchUploads } from '../files/uploads.ts'
import type { Gallery } from '../gallery/gallery.ts'
import type { Copies } from '../recovery/copies.ts'
import { Keeping, Owners } from '../recovery/keeping.ts'
import type { Presence } from '../recovery/presence.ts'
import type { Installs } from '../store/installs.ts'
import type { Outbox } from './outbox.ts'
import { answer, type Desk, type SettingsDesk } from './requests.ts'

export interface SessionsOptions {
  readonly engine: Engine
  readonly welcome: () => Promise<Extract<EngineMessage, { type: 'welcome' }>>
  /** Nodes' access to the world, for documents in this folder. */
  readonly services: (folder: string, options: Pick<ServiceOptions, 'own' | 'allow'>) => FileServices
  readonly catalogue: Catalogue
  /** Where relative paths start in documents without a file. */
  readonly folder: string
  /** Where dropped files go. */
  readonly uploads: string
  /** Where a document's permissions are kept. */
  readonly allowed: string
  readonly gallery: Gallery
  /** Copies of unsaved documents. */
  readonly copies: Copies
  /** Tells other servers which sessions have a window. */
  readonly presence: Presence
  readonly settings: SettingsDesk
  readonly installs: Installs
  /** How long a session without a window is kept, in ms. */
  readonly keep?: number
}

/** A session while a window is connected to it. */
export interface Attached {
  receive(message: Exclude<ClientMessage, { type: 'hello' | 'request' }>, tail: Uint8Array): void
  request(method: string, params: unknown, tail: Uint8Array): Promise<unknown>
  detach(): void
}

export interface Sessions {
  /** Greets the window. `replaced` is called when another one takes over the session. */
  attach(id: string, outbox: Pick<Outbox, 'send' | 'ready'>, replaced: () => void): Attached
  close(): void
}

/** A session, and the window that sits at it, if there is one. */
interface Seat {
  readonly session: Session
  readonly desk: Desk
  readonly keeping: Keeping
  /** The document that follows is in this file; undefined: in none. */
  readonly open: (path: string | undefined, allowed: readonly FileUse[]) => void
  readonly close: () => void
  outbox: Pick<Outbox, 'send' | 'ready'>
  /** The connected window; each has its own token, so that an old one leaving changes nothing. */
  window: symbol | undefined
  replaced: () => void
  timer: ReturnType<typeof setTimeout> | undefined
}

const nowhere: Seat['outbox'] = { send() {}, ready: () => Promise.resolve() }

/** Where a document is, and its permissions. */
interface Place {
  readonly path: string | undefined
  readonly folder: string
  readonly consent: Consent
  readonly services: FileServices
}

/** Services looked up again at every call. */
const following = (current: () => Services): Services => ({
  identity: (...given) => current().identity(...given),
  probe: (...given) => current().probe(...given),
  decode: (...given) => current().decode(...given),
  encode: (...given) => current().encode(...given),
  splats: (...given) => current().splats(...given),
  saveSplats: (...given) => current().saveSplats(...given),
  scenePage: (...given) => current().scenePage(...given),
  saveBytes: (...given) => current().saveBytes(...given),
  text: (...given) => current().text(...given),
  bytes: (...given) => current().bytes(...given),
  open: (...given) => current().open(...given),
  openPart: (...given) => current().openPart(...given),
  list: (...given) => current().list(...given),
  places: (...given) => current().places(...given),
  sample: (name) => current().sample(name),
  get samples() {
    return current().samples
  },
  uses: (runtime) => current().uses(runtime),
})

export function createSessions(options: SessionsOptions): Sessions {
  const {
    engine,
    welcome,
    folder: home,
    uploads,
    allowed,
    catalogue,
    gallery,
    copies,
    presence,
    installs,
    keep = 60_000,
  } = options
  const sessions = new Map<string, Seat>()
  const owners = new Owners()

  // All windows see a download; nodes whose files have come or gone look again.
  const deaf = installs.listen((pulls, paths) => {
    for (const { session, outbox } of sessions.values()) {
      for (const path of paths) session.changed(path)
      outbox.send({ type: 'models', pulls, changed: paths.length > 0 })
    }
  })

  /** `path`: absolute. */
  function placeOf(path: string | undefined, known?: Promise<readonly Grant[]>): Place {
    const folder = path === undefined ? home : dirname(path)
    const consent = new Consent(known ?? (path === undefined ? [] : recall(allowed, path)))
    const allow = consent.allows.bind(consent)
    return { path, folder, consent, services: options.services(folder, { own: path !== undefined, allow }) }
  }

  function create(id: string): Seat {
    let place = placeOf(undefined)
    let unwatch = (): void => {}
    const session = engine.session({
      send: (message, tails) => seat.outbox.send(message, tails),
      ready: () => seat.outbox.ready(),
      services: following(() => place.services),
      watch(paths) {
        unwatch()
        unwatch = place.services.watch(paths, (path) => session.changed(path))
        void touchUploads(uploads, paths)
      },
    })
    const keeping = new Keeping({
      session: id,
      copies,
      owners,
      presence,
      document: () => session.document,
      tell: (message) => seat.outbox.send(message),
    })
    /** Files in the document's own folder need no permission; a refused one gets none, and its node says so. */
    const grantsOf = (uses: readonly FileUse[]): Grant[] =>
      uses.flatMap(({ path: given, access }) => {
        // An empty path would mean the folder.
        const path = given.trim() === '' ? undefined : plainPath(given, place.folder)
        return path === undefined || (place.path !== undefined && isInside(place.folder, path))
          ? []
          : [{ path, access }]
      })
    const keepGrants = async ({ path, consent }: Place): Promise<void> => {
      if (path !== undefined) await remember(allowed, path, await consent.list())
    }
    const desk: Desk = {
      id,
      session,
      keeping,
      copies,
      async inUse() {
        const elsewhere = await presence.elsewhere()
        return (other) => sessions.get(other)?.keeping.gone === false || elsewhere.has(other)
      },
      uploads,
      catalogue,
      gallery,
      settings: options.settings,
      installs,
      inflation: undefined,
      packing: undefined,
      shared: undefined,
      get folder() {
        return place.folder
      },
      get path() {
        return place.path
      },
      get own() {
        return place.path !== undefined
      },
      async allow(uses) {
        const now = place
        const grants = grantsOf(uses)
        if (grants.length === 0) return
        await now.consent.give(grants)
        await keepGrants(now)
      },
      async moved(path, uses) {
        if (path === place.path) return
        place = placeOf(path, place.consent.list())
        const now = place
        await now.consent.give(grantsOf(uses))
        // The pipeline is saved all the same; a permission that is not kept is asked for again.
        await keepGrants(now).catch(() => undefined)
      },
    }
    const open = (path: string | undefined, uses: readonly FileUse[]): void => {
      // A path that is refused is no place: the document is open all the same, and saving it says why.
      place = placeOf(path === undefined ? undefined : plainPath(path, home))
      void place.consent.give(grantsOf(uses))
    }
    const close = (): void => {
      unwatch()
      keeping.close()
      session.close()
    }
    const seat: Seat = {
      session,
      desk,
      keeping,
      open,
      close,
      outbox: nowhere,
      window: undefined,
      replaced() {},
      timer: undefined,
    }
    return seat
  }

  return {
    attach(id, outbox, replaced) {
      const seat = sessions.get(id) ?? create(id)
      sessions.set(id, seat)
      clearTimeout(seat.timer)
      if (seat.window) seat.replaced()
      const window = Symbol('window')
      Object.assign(seat, { outbox, replaced, window })
      // A session new to this process may have belonged to another one.
      const resume = async () => {
        const here = seat.keeping.resume
        const copy = here ? undefined : await copies.read(id)
        return here ?? (copy && { ...copy, unsaved: true })
      }
      void Promise.all([welcome(), resume()]).then(([message, resume]) => {
        if (seat.window !== window) return
        outbox.send({ ...message, ...(resume && { resume }) })
        seat.keeping.back()
      })
      return {
        receive(message, tail) {
          if (message.type === 'open') seat.open(message.path, message.allowed ?? [])
          seat.session.receive(message, tail)
          const follow = (): void => {
            if (message.type === 'open')
              seat.keeping.opened(seat.desk.path, message.stamp, message.unsaved ?? false, message.allowed ?? [])
            else if (message.type === 'edit') seat.keeping.changed()
          }
          if (seat.session.reading) void seat.session.reading.then(follow)
          else follow()
        },
        async request(method, params, tail) {
          await seat.session.reading
          return answer(seat.desk, method, params, tail)
        },
        detach() {
          if (seat.window !== window) return
          Object.assign(seat, { outbox: nowhere, window: undefined })
          seat.desk.inflation?.close()
          seat.desk.inflation = undefined
          seat.desk.packing?.cancel()
          seat.desk.shared = undefined
          // A live source plays for a window.
          seat.session.receive({ type: 'stop' })
          seat.keeping.away()
          seat.timer = setTimeout(() => {
            sessions.delete(id)
            seat.close()
          }, keep)
          seat.timer.unref()
        },
      }
    },
    close() {
      deaf()
      for (const { timer, close } of sessions.values()) {
        clearTimeout(timer)
        close()
      }
      sessions.clear()
    },
  }
}
