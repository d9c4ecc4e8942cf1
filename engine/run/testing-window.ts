/** For tests: a window that speaks to a session and remembers what it was told. */
import type { Document } from '../graph/document.ts'
import type { Edit } from '../graph/edit.ts'
import { serialise } from '../graph/file.ts'
import { type ClientMessageInput, clientMessage, type EngineMessage, engineMessage } from '../protocol/messages.ts'
import type { NodeReport, PreviewItem } from '../protocol/reports.ts'
import type { Services } from '../types/services.ts'
import type { Engine, Session } from './engine.ts'

type Message<T extends EngineMessage['type']> = Extract<EngineMessage, { type: T }>

export interface TestView {
  readonly id: string
  readonly node: string
  readonly port?: string
  readonly width?: number
  readonly height?: number
  readonly region?: { x: number; y: number; width: number; height: number }
  readonly display?: { mode?: 'auto' | 'clip' | 'stretch' }
}

export class TestWindow {
  readonly session: Session
  readonly messages: EngineMessage[] = []
  readonly watched: (readonly string[])[] = []
  /** The newest report of each node. */
  readonly reports = new Map<string, NodeReport>()
  /** The newest picture of each view, with its red bytes. */
  readonly pictures = new Map<string, PreviewItem & { readonly red: readonly number[] }>()
  rev = 0
  #views: readonly TestView[] = []
  readonly #waiting = new Set<() => void>()

  readonly #patience: number

  /** @param patience how long it waits for anything, in ms */
  constructor(engine: Engine, services: Services, patience = 8000) {
    this.#patience = patience
    this.session = engine.session({
      services,
      send: (message, tails = []) => this.#hear(message, tails),
      watch: (paths) => this.watched.push(paths),
    })
  }

  #hear(message: EngineMessage, tails: readonly Uint8Array[]): void {
    // What the window checks too.
    engineMessage.parse(JSON.parse(JSON.stringify(message)))
    this.messages.push(message)
    if (message.type === 'status')
      for (const [node, report] of Object.entries(message.nodes)) this.reports.set(node, report)
    if (message.type === 'previews') {
      const tail = new Uint8Array(tails.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const bytes of tails) {
        tail.set(bytes, at)
        at += bytes.length
      }
      for (const item of message.items) {
        const pixels = tail.subarray(item.offset, item.offset + 4 * item.width * item.height)
        this.pictures.set(item.view, { ...item, red: [...pixels].filter((_, i) => i % 4 === 0) })
      }
    }
    for (const check of this.#waiting) check()
  }

  say(message: ClientMessageInput): void {
    this.session.receive(clientMessage.parse(message) as Parameters<Session['receive']>[0])
  }

  open(document: Document): Promise<void> {
    this.rev++
    this.say({ type: 'open', rev: this.rev, document: serialise(document) as unknown as Record<string, unknown> })
    return this.idle()
  }

  views(views: readonly TestView[]): void {
    this.#views = views
    this.say({
      type: 'views',
      views: this.#views.map(({ port = 'image', width = 8, height = 8, ...view }) => ({
        port,
        width,
        height,
        ...view,
      })),
    })
  }

  edit(edit: Edit, draft = false): void {
    this.rev++
    this.say({ type: 'edit', rev: this.rev, edit: [...edit], draft })
  }

  /** Sets parameters of a node. */
  set(id: string, params: Record<string, string | number | boolean>, draft = false): void {
    const record = this.session.document.nodes[id]
    if (!record) throw new Error(`no node ${id}`)
    this.edit([{ table: 'nodes', id, value: { ...record, params: { ...record.params, ...params } } }], draft)
  }

  of<T extends EngineMessage['type']>(type: T): Message<T>[] {
    return this.messages.filter((message): message is Message<T> => message.type === type)
  }

  status(): Record<string, string> {
    return Object.fromEntries([...this.reports].map(([node, { status }]) => [node, status]))
  }

  /** Waits for a condition, checked after every message. */
  until(what: string, test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!test()) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve()
      }
      const timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), this.#patience)
      this.#waiting.add(check)
    })
  }

  /** Waits until a run of the newest revision has ended. */
  async idle(): Promise<void> {
    const from = this.messages.length
    await this.until('the end of the run', () =>
      this.messages
        .slice(from)
        .some((message) => message.type === 'status' && message.rev === this.rev && message.run.state === 'idle'),
    )
  }

  forget(): void {
    this.messages.length = 0
  }
}
