/**
 * The messages to one window. Previews are the bulk and age quickly: one frame is under way, acknowledged by the pong to a ping
 * sent after it; of those that arrive meanwhile, only the newest picture of each view is kept.
 */
import type { WebSocket } from 'ws'
import { encodeFrame } from '../../engine/protocol/frame.ts'
import { maxFrame } from '../../engine/protocol/link.ts'
import type { EngineMessage } from '../../engine/protocol/messages.ts'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import type { Send } from '../../engine/run/engine.ts'
import type { Problem } from '../../engine/types/problem.ts'

type Previews = Extract<EngineMessage, { type: 'previews' }>
type Reply = Extract<EngineMessage, { type: 'reply' }>

interface Waiting {
  readonly message: Omit<Previews, 'items'>
  readonly items: Map<string, { readonly item: PreviewItem; readonly pixels: Uint8Array }>
}

/** A window that leaves this much unread counts as gone: the largest previews, the largest reply, and many messages besides. */
const STUCK = 2 * maxFrame
/** Replies with bytes wait while this much is unread. */
const BUSY = 8 * 1024 * 1024

export interface Outbox {
  readonly send: Send
  /** Resolves when the reply has been handed to the socket, so that few large answers are held at once. */
  reply(message: Reply, tails?: readonly Uint8Array[]): Promise<void>
  /** Resolves when no preview waits: at most one is under way. */
  ready(): Promise<void>
  /** A pong arrived. One that is not awaited changes nothing. */
  pong(payload: Buffer): void
}

/** Copies the tail's bytes, which may be the engine's own memory. */
function slice(tails: readonly Uint8Array[], start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const tail of tails) {
    const from = Math.max(start, at)
    const to = Math.min(start + length, at + tail.length)
    if (from < to) bytes.set(tail.subarray(from - at, to - at), from - start)
    at += tail.length
  }
  return bytes
}

/** @param problemOf what the window is told of an error */
export function createOutbox(socket: WebSocket, problemOf: (error: unknown) => Problem): Outbox {
  let waiting: Waiting[] = []
  let sent = 0
  let awaited: string | undefined
  /** Who waits until nothing does. */
  const patient: (() => void)[] = []

  function release(): void {
    for (const go of patient.splice(0)) go()
  }
  socket.on('close', release)

  function transmit(frame: Uint8Array): void {
    awaited = `preview ${++sent}`
    socket.send(frame)
    socket.ping(awaited)
  }

  function keep({ items, ...message }: Previews, tails: readonly Uint8Array[]): void {
    for (const older of waiting) for (const { view } of items) older.items.delete(view)
    waiting = waiting.filter((older) => older.items.size > 0)
    const kept = items.map(
      (item) => [item.view, { item, pixels: slice(tails, item.offset, item.width * item.height * 4) }] as const,
    )
    waiting.push({ message, items: new Map(kept) })
  }

  function next(): void {
    const frame = waiting.shift()
    if (!frame) return
    let offset = 0
    const items = [...frame.items.values()].map(({ item, pixels }) => {
      const moved = { ...item, offset }
      offset += pixels.length
      return moved
    })
    const tails = [...frame.items.values()].map(({ pixels }) => pixels)
    transmit(encodeFrame({ ...frame.message, items }, tails))
  }

  /** Without what is too large to be sent; the window is told. */
  function frameOf(message: EngineMessage, tails: readonly Uint8Array[]): Uint8Array {
    try {
      return encodeFrame(message, tails)
    } catch (error) {
      const problem = problemOf(error)
      return encodeFrame(
        message.type === 'reply' ? { type: 'reply', id: message.id, problem } : { type: 'notice', problem },
      )
    }
  }

  /** Replies with bytes, one after the other. */
  let turn: Promise<void> = Promise.resolve()
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (socket.readyState !== socket.OPEN || socket.bufferedAmount <= BUSY) resolve()
        else setTimeout(look, 5)
      }
      look()
    })

  return {
    send(message, tails = []) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > STUCK) socket.terminate()
      else if (message.type !== 'previews') socket.send(frameOf(message, tails))
      else if (awaited === undefined) transmit(frameOf(message, tails))
      else keep(message, tails)
    },
    async reply(message, tails = []) {
      if (tails.length > 0) {
        const mine = turn.then(drained)
        turn = mine
        await mine
      }
      this.send(message, tails)
    },
    ready: () =>
      waiting.length === 0 || socket.readyState !== socket.OPEN
        ? Promise.resolve()
        : new Promise((resolve) => patient.push(resolve)),
    pong(payload) {
      if (payload.toString() !== awaited) return
      awaited = undefined
      next()
      if (waiting.length === 0) release()
    },
  }
}
