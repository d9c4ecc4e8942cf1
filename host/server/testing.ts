/** For tests: an engine that records what it is told, a server around it, and a window that speaks the protocol. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import WebSocket from 'ws'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument } from '../../engine/graph/document.ts'
import { applyEdit } from '../../engine/graph/edit.ts'
import { parseFile } from '../../engine/graph/file.ts'
import { decodeFrame, encodeFrame } from '../../engine/protocol/frame.ts'
import { enginePath, maxFrame, socketProtocols } from '../../engine/protocol/link.ts'
import { type EngineMessage, protocolVersion } from '../../engine/protocol/messages.ts'
import type { Engine, SessionOptions } from '../../engine/run/engine.ts'
import { folder as pictureFolder } from '../../nodes/io/folder.ts'
import { loadImage } from '../../nodes/io/load-image.ts'
import { saveImage } from '../../nodes/io/save-image.ts'
import { createServices } from '../files/services.ts'
import { UserSettings } from '../files/user-settings.ts'
import { createGallery, type Draw } from '../gallery/gallery.ts'
import { Copies } from '../recovery/copies.ts'
import { Presence } from '../recovery/presence.ts'
import { Installs } from '../store/installs.ts'
import { createToken } from './guard.ts'
import { type Server, startServer } from './server.ts'
import { createSessions, type Sessions } from './sessions.ts'

export interface FakeSession {
  readonly options: SessionOptions
  readonly received: { readonly type: string }[]
  readonly changed: string[]
  closed: boolean
}

/** An engine whose sessions only record. An edit with revision 666 makes it throw. */
export function fakeEngine(): Engine & { readonly made: FakeSession[] } {
  const made: FakeSession[] = []
  return {
    made,
    counters: { runs: 0, hits: 0, evictions: 0, spills: 0, bytes: 0, models: { loaded: 0, bytes: 0, loads: 0 } },
    close: async () => undefined,
    run: () => Promise.reject(new Error('this engine runs nothing')),
    foresee: () => Promise.reject(new Error('this engine foresees nothing')),
    session(options) {
      const session: FakeSession = { options, received: [], changed: [], closed: false }
      let document: Document = emptyDocument
      made.push(session)
      return {
        receive(message) {
          if (message.type === 'edit' && message.rev === 666) throw new Error('the engine slipped')
          if (message.type === 'open') document = parseFile(message.document)
          if (message.type === 'edit') document = applyEdit(document, message.edit).document
          session.received.push(message)
        },
        get document() {
          return document
        },
        rev: 0,
        reading: undefined,
        request: (method, params) => Promise.resolve({ method, params }),
        changed: (path) => session.changed.push(path),
        close() {
          session.closed = true
        },
      }
    },
  }
}

export interface TestServer {
  readonly server: Server
  readonly sessions: Sessions
  readonly engine: ReturnType<typeof fakeEngine>
  readonly token: string
  readonly folder: string
  readonly log: string[]
  readonly url: string
  close(): Promise<void>
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Removed after the last test of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-test-'))
  folders.push(folder)
  return folder
}

export async function testServer({
  keep,
  ticket,
  page,
  draw = () => Promise.reject(new Error('this host draws nothing')),
  folder = temporaryFolder(),
  windows = temporaryFolder(),
  installs = new Installs(() => Promise.reject(new Error('this host downloads nothing'))),
}: {
  keep?: number
  ticket?: string
  page?: string
  draw?: Draw
  /** Of an earlier start. */
  folder?: string
  /** Where servers tell each other of their windows. */
  windows?: string
  installs?: Installs
} = {}): Promise<TestServer> {
  const engine = fakeEngine()
  const samples = temporaryFolder()
  const token = createToken()
  const log: string[] = []
  const presence = new Presence(windows)
  const sessions = createSessions({
    engine,
    presence,
    welcome: async () => ({
      type: 'welcome',
      protocol: protocolVersion,
      version: '0.0.0',
      device: { kind: 'cpu', name: 'none', threads: 1 },
      catalogue: [],
      samples: [],
    }),
    services: (base, options) => createServices({ base, samples, uploads: join(folder, 'uploads'), ...options }),
    catalogue: new Map([loadImage, pictureFolder, saveImage].map((node) => [node.type, nodeInfo(node)])),
    folder,
    uploads: join(folder, 'uploads'),
    copies: new Copies({ folder: join(folder, 'recovery'), after: 10 }),
    allowed: join(folder, 'allowed'),
    gallery: createGallery({ folder: join(folder, 'gallery'), catalogue: new Map(), draw }),
    installs,
    settings: {
      kept: new UserSettings(join(folder, 'settings')),
      use: () => ({
        now: { device: 'none', threads: 1, memory: 100, gpuMemory: 50 },
        usual: { device: 'none', threads: 2, memory: 200, gpuMemory: 50 },
        given: ['threads'],
        machine: { cores: 2, memory: 1000, gpus: [] },
      }),
    },
    ...(keep !== undefined && { keep }),
  })
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    token,
    origins: ['app://sightline'],
    page: page ?? folder,
    sessions,
    log: (line) => log.push(line),
    ...(ticket !== undefined && { ticket }),
  })
  return {
    server,
    sessions,
    engine,
    token,
    folder,
    log,
    url: `http://127.0.0.1:${server.port}`,
    async close() {
      await server.close()
      sessions.close()
      await presence.close()
    },
  }
}

export interface TestWindow {
  readonly socket: WebSocket
  readonly messages: { readonly message: EngineMessage; readonly tail: Uint8Array }[]
  send(head: unknown, tails?: readonly Uint8Array[]): void
  /** The first message of this type that has not been taken yet. */
  next<T extends EngineMessage['type']>(type: T): Promise<Extract<EngineMessage, { type: T }> & { tail: Uint8Array }>
  request(method: string, params: unknown, tail?: Uint8Array): Promise<Extract<EngineMessage, { type: 'reply' }>>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  readonly opened: Promise<void>
}

export interface WindowOptions {
  readonly port: number
  readonly token: string
  readonly headers?: Record<string, string>
  readonly path?: string
}

export function openWindow({ port, token, headers = {}, path = enginePath }: WindowOptions): TestWindow {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, socketProtocols(token), {
    headers,
    maxPayload: maxFrame,
  })
  const messages: TestWindow['messages'] = []
  const unread: { message: EngineMessage; tail: Uint8Array }[] = []
  const waiting: (() => void)[] = []
  let id = 0
  socket.on('message', (data: Buffer) => {
    const { head, tail } = decodeFrame(data)
    const got = { message: head as EngineMessage, tail }
    messages.push(got)
    unread.push(got)
    for (const wake of waiting.splice(0)) wake()
  })
  /** The first message that is this one and has not been taken yet. */
  async function take(is: (message: EngineMessage) => boolean): Promise<never> {
    for (;;) {
      const at = unread.findIndex(({ message }) => is(message))
      const [got] = at < 0 ? [] : unread.splice(at, 1)
      if (got) return Object.assign({}, got.message, { tail: got.tail }) as never
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  const window: TestWindow = {
    socket,
    messages,
    send: (head, tails) => socket.send(encodeFrame(head, tails)),
    next: (type) => take((message) => message.type === type),
    async request(method, params, tail) {
      const own = ++id
      window.send({ type: 'request', id: own, method, params }, tail && [tail])
      return take((message) => message.type === 'reply' && message.id === own)
    },
    closed: new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
    opened: new Promise((resolve, reject) => {
      socket.on('open', () => resolve())
      socket.on('error', reject)
    }),
  }
  window.opened.catch(() => undefined)
  return window
}

/** A window that has said hello and was welcomed. */
export async function welcomed(
  { server, token }: Pick<TestServer, 'server' | 'token'>,
  session = `session-${Math.random()}`,
): Promise<TestWindow> {
  const window = openWindow({ port: server.port, token })
  await window.opened
  window.send({ type: 'hello', protocol: protocolVersion, session })
  await window.next('welcome')
  return window
}
