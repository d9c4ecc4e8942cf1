/** A WebSocket that comes back by itself. It knows frames and schemas, but not what they mean. */
import { decodeFrame, encodeFrame } from '../../engine/protocol/frame.ts'
import { type ClientMessageInput, type EngineMessage, engineMessage } from '../../engine/protocol/messages.ts'
import { SightlineError } from '../../engine/types/problem.ts'

/** connecting: for the first time; lost: trying again by itself; refused: the other side will not have us. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

export interface ConnectionOptions {
  readonly url: () => string
  /** The socket is open: nothing else was sent before. */
  readonly onOpen: () => void
  readonly onMessage: (message: EngineMessage, tail: Uint8Array) => void
  readonly onState: (state: ConnectionState) => void
  readonly onError: (error: unknown) => void
}

export interface Connection {
  /** False where there is no connection; whoever sends state sends it again on the next `onOpen`. */
  send(message: ClientMessageInput, tails?: readonly Uint8Array[]): boolean
  /** Now, not when the back-off says. */
  retry(): void
  close(): void
}

const firstDelay = 100
const longestDelay = 5000
/** Close codes by which a server says that trying again is useless (policy, and our own range). */
const refusals = (code: number): boolean => code === 1008 || (code >= 4000 && code < 4100)

function parse(data: ArrayBuffer): { message: EngineMessage; tail: Uint8Array } {
  const { head, tail } = decodeFrame(new Uint8Array(data))
  const parsed = engineMessage.safeParse(head)
  if (parsed.success) return { message: parsed.data, tail }
  const issue = parsed.error.issues[0]
  throw new SightlineError('protocol.bad-message', { message: `${issue?.path.join('.')}: ${issue?.message}` })
}

export function connect({ url, onOpen, onMessage, onState, onError }: ConnectionOptions): Connection {
  let socket: WebSocket
  let delay = firstDelay
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const start = (): void => {
    clearTimeout(timer)
    timer = undefined
    socket = new WebSocket(url())
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      delay = firstDelay
      onState('open')
      onOpen()
    }
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      try {
        const { message, tail } = parse(data)
        onMessage(message, tail)
      } catch (error) {
        onError(error)
      }
    }
    socket.onclose = ({ code }) => {
      if (closed) return
      if (refusals(code)) {
        onState('refused')
        return
      }
      onState('lost')
      timer = setTimeout(start, delay)
      delay = Math.min(longestDelay, delay * 2)
    }
  }
  start()

  return {
    send(message, tails) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(encodeFrame(message, tails))
      return true
    },
    retry() {
      if (timer === undefined) return
      delay = firstDelay
      start()
    },
    close() {
      closed = true
      clearTimeout(timer)
      socket.close()
    },
  }
}
