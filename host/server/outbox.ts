/**
 * The messages to one window. Previews are the bulk and age quickly: one frame is under way, acknowledged by the pong to a ping
 * sent after it; of those that arrive meanwhile, only the newest picture of each view is kept.
 */
import type { WebSocket } from 'ws'
import { encodeFrame } from '../../engine/protocol/frame.ts'
import type { EngineMessage, PreviewItem } from '../../engine/protocol/messages.ts'
import type { Send } from '../../engine/run/engine.ts'

type Previews = Extract<EngineMessage, { type: 'previews' }>

interface Waiting {
  readonly message: Omit<Previews, 'items'>
  readonly items: Map<string, { readonly item: PreviewItem; readonly pixels: Uint8Array }>
}

/** A window that leaves this much unread counts as gone. */
const STUCK = 256 * 1024 * 1024

export interface Outbox {
  readonly send: Send
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

export function createOutbox(socket: WebSocket): Outbox {
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

  return {
    send(message, tails = []) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > STUCK) socket.terminate()
      else if (message.type !== 'previews') socket.send(encodeFrame(message, tails))
      else if (awaited === undefined) transmit(encodeFrame(message, tails))
      else keep(message, tails)
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
