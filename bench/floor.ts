/**
 * The floor of every latency figure: the real server and window with an engine that computes nothing. Each change is answered
 * at once with a frame of previews of the requested size. `node bench/floor.ts PIPELINE` prints its URL.
 */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeInfo } from '../engine/graph/catalogue.ts'
import { emptyDocument } from '../engine/graph/document.ts'
import { protocolVersion, type View } from '../engine/protocol/messages.ts'
import type { Engine, Session, SessionOptions } from '../engine/run/engine.ts'
import { createServices } from '../host/files/services.ts'
import { UserSettings } from '../host/files/user-settings.ts'
import { createGallery } from '../host/gallery/gallery.ts'
import { Copies } from '../host/recovery/copies.ts'
import { Presence } from '../host/recovery/presence.ts'
import { createToken } from '../host/server/guard.ts'
import { startServer } from '../host/server/server.ts'
import { createSessions } from '../host/server/sessions.ts'
import { Installs } from '../host/store/installs.ts'
import { catalogue } from '../nodes/catalogue.ts'

const shape = { kind: 'image', height: 3000, width: 4000, channels: 3, space: 'rgb', alpha: false, range: [0, 1] }

function emptySession({ send }: SessionOptions): Session {
  let views: readonly View[] = []
  let rev = 0
  const answer = (quality: 'draft' | 'full'): void => {
    let offset = 0
    const items = views.map(({ id, node, port, width, display }) => {
      const height = Math.round((width * 3) / 4)
      const item = { view: id, node, port, width, height, offset, shape, display }
      offset += width * height * 4
      return { ...item, region: { x: 0, y: 0, width: 4000, height: 3000 } }
    })
    send({ type: 'previews', rev, quality, items }, [new Uint8Array(offset).fill(128 + (rev % 100))])
  }
  return {
    receive(message) {
      if (message.type === 'views') views = message.views
      if (message.type === 'open' || message.type === 'edit') rev = message.rev
      if (message.type !== 'scrub') answer(message.type === 'edit' && message.draft ? 'draft' : 'full')
    },
    get rev() {
      return rev
    },
    reading: undefined,
    document: emptyDocument,
    request: () => Promise.reject(new Error('the empty engine answers no requests')),
    changed: () => {},
    close: () => {},
  }
}

const none = { device: 'none', threads: 1, memory: 0, gpuMemory: 0 }
const nothing = { now: none, usual: none, given: [], machine: { cores: 1, memory: 0, gpus: [] } }

async function serve(pipeline: string): Promise<void> {
  const engine: Engine = {
    session: emptySession,
    run: () => Promise.reject(new Error('the empty engine runs nothing')),
    foresee: () => Promise.reject(new Error('the empty engine foresees nothing')),
    counters: { runs: 0, hits: 0, evictions: 0, spills: 0, bytes: 0, models: { loaded: 0, bytes: 0, loads: 0 } },
    close: async () => {},
  }
  const folder = dirname(pipeline)
  const token = createToken()
  const document = JSON.parse(await readFile(pipeline, 'utf8')) as Record<string, unknown>
  const sessions = createSessions({
    engine,
    welcome: async () => ({
      type: 'welcome',
      protocol: protocolVersion,
      version: 'floor',
      device: { kind: 'cpu', name: 'none', threads: 0 },
      catalogue: catalogue.map(nodeInfo),
      samples: [],
      start: { document, path: pipeline },
    }),
    services: () => createServices({ base: folder }),
    catalogue: new Map(),
    folder,
    uploads: folder,
    allowed: folder,
    gallery: createGallery({
      folder,
      catalogue: new Map(),
      draw: () => Promise.reject(new Error('the empty engine draws nothing')),
    }),
    copies: new Copies({ folder: join(tmpdir(), 'sightline-floor') }),
    presence: new Presence(join(tmpdir(), 'sightline-floor')),
    settings: { kept: new UserSettings(join(tmpdir(), 'sightline-floor')), use: () => nothing },
    installs: new Installs(),
  })
  const page = fileURLToPath(new URL('../build/renderer', import.meta.url))
  const host = '127.0.0.1'
  const { port } = await startServer({ host, port: 0, token, origins: [], page, sessions, log: console.error })
  console.log(`http://${host}:${port}/?token=${token}`)
}

/** Starts it in its own process, like the engine. */
export async function startFloor(pipeline: string): Promise<{ url: string; close(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), pipeline], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the empty engine ended with ${code}`)))
  })
  return { url, close: () => child.kill() }
}

if (import.meta.main) await serve(resolve(process.argv[2] ?? ''))
