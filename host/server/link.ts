/** One window's connection: frames in, validated, to its session; an invalid one gets an answer, never a crash. */
import type { WebSocket } from 'ws'
import { decodeFrame } from '../../engine/protocol/frame.ts'
import { closeCodes } from '../../engine/protocol/link.ts'
import { type ClientMessage, clientMessage, protocolVersion } from '../../engine/protocol/messages.ts'
import { type Problem, SightlineError, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { stackOf } from '../stack.ts'
import { Lanes } from './lanes.ts'
import { createOutbox } from './outbox.ts'
import { Reply } from './requests.ts'
import type { Attached, Sessions } from './sessions.ts'

export interface LinkOptions {
  /** Closes the connection with one of `closeCodes` and a reason in words. */
  readonly close: (code: number, reason: string) => void
  readonly log: (line: string) => void
  /** How long a window may take to say hello, and how often it is pinged, in ms. */
  readonly patience?: number
  readonly heartbeat?: number
}

/** The bytes of requests held until they are answered; above it no more are read from the window. */
const mostHeld = 64 * 1024 * 1024

type Head = { readonly type?: unknown; readonly id?: unknown }
const record = (head: unknown): Head => (typeof head === 'object' && head !== null ? head : {})

function parse(head: unknown): ClientMessage {
  const parsed = clientMessage.safeParse(head)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
  throw new SightlineError('protocol.bad-message', { message: `${where}${issue?.message ?? 'it fits no schema'}` })
}

export function serveLink(
  socket: WebSocket,
  sessions: Sessions,
  { close, log, patience = 10_000, heartbeat = 30_000 }: LinkOptions,
): void {
  const outbox = createOutbox(socket, (error) => problemOf(error))
  const lanes = new Lanes()
  /** The bytes of requests that have not been answered. */
  let held = 0
  let session: Attached | undefined
  let alive = true

  const problemOf = (error: unknown): Problem => {
    if (!(error instanceof SightlineError)) log(stackOf(error))
    return toProblem(error)
  }
  const fail = (code: number, error: unknown): void => close(code, wordsOf(problemOf(error)))

  function hello(message: ClientMessage): void {
    if (message.type !== 'hello')
      throw new SightlineError('protocol.bad-message', { message: `the first is "hello", not "${message.type}"` })
    clearTimeout(waiting)
    if (message.protocol !== protocolVersion) {
      const params = { window: message.protocol, engine: protocolVersion }
      fail(closeCodes.version, new SightlineError('protocol.version', params))
      return
    }
    session = sessions.attach(message.session, outbox, () =>
      close(closeCodes.replaced, 'Another window goes on with this session.'),
    )
  }

  async function reply(to: Attached, message: Extract<ClientMessage, { type: 'request' }>, tail: Uint8Array) {
    try {
      const given = await to.request(message.method, message.params, tail)
      const [result, tails] = given instanceof Reply ? [given.result, [given.tail]] : [given, []]
      await outbox.reply({ type: 'reply', id: message.id, result }, tails)
    } catch (error) {
      await outbox.reply({ type: 'reply', id: message.id, problem: problemOf(error) })
    }
  }

  async function take(
    to: Attached,
    message: Extract<ClientMessage, { type: 'request' }>,
    tail: Uint8Array,
    size: number,
  ) {
    held += size
    // The window waits, instead of filling this process with what it asks.
    if (held > mostHeld) socket.pause()
    await lanes.run(message.method, async () => {
      if (socket.readyState === socket.OPEN) await reply(to, message, tail)
    })
    held -= size
    if (held <= mostHeld) socket.resume()
  }

  function receive(frame: Uint8Array): void {
    const { head, tail } = decodeFrame(frame, true)
    const { type, id } = record(head)
    try {
      const message = parse(head)
      if (!session) hello(message)
      else if (message.type === 'hello')
        throw new SightlineError('protocol.bad-message', { message: 'a second "hello"' })
      else if (message.type === 'request') void take(session, message, tail, frame.length)
      else session.receive(message, tail)
    } catch (error) {
      // Two kinds of message have a reply that tells the sender what to do; the others have none, so the connection is closed.
      if (session && type === 'request' && Number.isInteger(id))
        void outbox.reply({ type: 'reply', id: id as number, problem: problemOf(error) })
      else if (session && type === 'edit') outbox.send({ type: 'resync', problem: problemOf(error) })
      else throw error
    }
  }

  const waiting = setTimeout(
    () => fail(closeCodes.badMessage, new SightlineError('protocol.bad-message', { message: 'no "hello" came' })),
    patience,
  )
  const beat = setInterval(() => {
    if (alive || socket.isPaused) socket.ping()
    else socket.terminate()
    alive = socket.isPaused
  }, heartbeat)

  socket.on('pong', (payload) => {
    alive = true
    outbox.pong(payload)
  })
  socket.on('message', (data, binary) => {
    alive = true
    if (socket.readyState !== socket.OPEN) return
    try {
      if (!binary || !Buffer.isBuffer(data))
        throw new SightlineError('protocol.bad-message', { message: 'frames are binary' })
      receive(data)
    } catch (error) {
      fail(closeCodes.badMessage, error)
    }
  })
  socket.on('close', () => {
    clearTimeout(waiting)
    clearInterval(beat)
    session?.detach()
  })
}
