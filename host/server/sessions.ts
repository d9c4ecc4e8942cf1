/**
 * The windows' graphs. A session outlives its connection for a while, so that a page that reloads or loses the network finds
 * its results still there; its services follow the folder of the document that is open in it.
 */
import { dirname } from 'node:path'
import type { ClientMessage, EngineMessage } from '../../engine/protocol/messages.ts'
import type { Engine, Send, Session } from '../../engine/run/engine.ts'
import type { Services } from '../../engine/types/services.ts'
import { absolutePath } from '../files/paths.ts'
import type { FileServices } from '../files/services.ts'
import { answer, type Desk } from './requests.ts'

export interface SessionsOptions {
  readonly engine: Engine
  readonly welcome: () => Promise<Extract<EngineMessage, { type: 'welcome' }>>
  /** What nodes get of the world, for documents in this folder. */
  readonly services: (folder: string) => FileServices
  /** The folder of documents that have no file yet. */
  readonly folder: string
  /** Where dropped files go. */
  readonly uploads: string
  /** How long a session without a window is kept, in ms. */
  readonly keep?: number
}

/** A session while a window is connected to it. */
export interface Attached {
  receive(message: Exclude<ClientMessage, { type: 'hello' | 'request' }>): void
  request(method: string, params: unknown, tail: Uint8Array): Promise<unknown>
  detach(): void
}

export interface Sessions {
  /** Greets the window. `replaced` is called when another one takes the same session. */
  attach(id: string, send: Send, replaced: () => void): Attached
  close(): void
}

interface Kept {
  readonly session: Session
  readonly desk: Desk
  readonly close: () => void
  send: Send
  /** The window that is connected now; each has a token of its own, so that an old one leaving changes nothing. */
  window: symbol | undefined
  replaced: () => void
  timer: ReturnType<typeof setTimeout> | undefined
}

const nowhere: Send = () => {}

/** Services that are asked for anew at every call. */
const following = (current: () => Services): Services => ({
  identity: (...given) => current().identity(...given),
  probe: (...given) => current().probe(...given),
  decode: (...given) => current().decode(...given),
  encode: (...given) => current().encode(...given),
  list: (...given) => current().list(...given),
  sample: (name) => current().sample(name),
  get samples() {
    return current().samples
  },
})

export function createSessions(options: SessionsOptions): Sessions {
  const { engine, welcome, folder: home, uploads, keep = 60_000 } = options
  const sessions = new Map<string, Kept>()
  const folders = new Map<string, FileServices>()
  const servicesOf = (folder: string): FileServices => {
    const services = folders.get(folder) ?? options.services(folder)
    folders.set(folder, services)
    return services
  }

  function create(): Kept {
    let folder = home
    let unwatch = (): void => {}
    const session = engine.session({
      send: (message, tails) => kept.send(message, tails),
      services: following(() => servicesOf(folder)),
      watch(paths) {
        unwatch()
        unwatch = servicesOf(folder).watch(paths, (path) => session.changed(path))
      },
    })
    const desk: Desk = {
      session,
      uploads,
      get folder() {
        return folder
      },
      belongs(path) {
        folder = path === undefined ? home : dirname(absolutePath(path, home))
      },
    }
    const close = (): void => {
      unwatch()
      session.close()
    }
    const kept: Kept = { session, desk, close, send: nowhere, window: undefined, replaced() {}, timer: undefined }
    return kept
  }

  return {
    attach(id, send, replaced) {
      const kept = sessions.get(id) ?? create()
      sessions.set(id, kept)
      clearTimeout(kept.timer)
      if (kept.window) kept.replaced()
      const window = Symbol('window')
      Object.assign(kept, { send, replaced, window })
      void welcome().then((message) => {
        if (kept.window === window) send(message)
      })
      return {
        receive(message) {
          if (message.type === 'open') kept.desk.belongs(message.path)
          kept.session.receive(message)
        },
        request: (method, params, tail) => answer(kept.desk, method, params, tail),
        detach() {
          if (kept.window !== window) return
          Object.assign(kept, { send: nowhere, window: undefined })
          kept.timer = setTimeout(() => {
            sessions.delete(id)
            kept.close()
          }, keep)
          kept.timer.unref()
        },
      }
    },
    close() {
      for (const { timer, close } of sessions.values()) {
        clearTimeout(timer)
        close()
      }
      sessions.clear()
    },
  }
}
