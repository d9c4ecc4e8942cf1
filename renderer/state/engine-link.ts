/** The link to the engine: a WebSocket that reconnects by itself. It knows frames and schemas, but not what they mean. */
import { decodeFrame, encodeFrame } from '../../engine/protocol/frame.ts'
import { closeCodes } from '../../engine/protocol/link.ts'
import { type ClientMessageInput, type EngineMessage, engineMessage } from '../../engine/protocol/messages.ts'
import { SightlineError } from '../../engine/types/problem.ts'

/** connecting: for the first time; lost: retrying; refused: the server does not accept us. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused'

export interface LinkOptions {
  readonly socket: () => WebSocket
  /** The socket is open; nothing has been sent yet. */
  readonly onOpen: () => void
  readonly onMessage: (message: EngineMessage, tail: Uint8Array) => void
  /** `code`: one of `closeCodes`, if it was refused. */
  readonly onState: (state: LinkState, code?: number) => void
  /** Another window continues this session; get a new one before the next attempt. */
  readonly onReplaced: () => void
  readonly onError: (error: unknown) => void
}

export interface EngineLink {
  /** False without a connection; callers that send state send it again on the next `onOpen`. */
  send(message: ClientMessageInput, tails?: readonly Uint8Array[]): boolean
  /** Reconnect now instead of waiting for the back-off. */
  retry(): void
  close(): void
}

const firstDelay = 100
const longestDelay = 5000
/** After these codes, retrying is useless. */
const refusals: ReadonlySet<number> = new Set([
  closeCodes.badMessage,
  closeCodes.token,
  closeCodes.foreign,
  closeCodes.version,
])

function parse(data: ArrayBuffer): { message: EngineMessage; tail: Uint8Array } {
  const { head, tail } = decodeFrame(new Uint8Array(data))
  const parsed = engineMessage.safeParse(head)
  if (parsed.success) return { message: parsed.data, tail }
  const issue = parsed.error.issues[0]
  throw new SightlineError('protocol.bad-message', { message: `${issue?.path.join('.')}: ${issue?.message}` })
}

export function openLink({ socket: open, onOpen, onMessage, onState, onReplaced, onError }: LinkOptions): EngineLink {
  let socket: WebSocket
  let delay = firstDelay
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const start = (): void => {
    clearTimeout(timer)
    timer = undefined
    socket = open()
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
      if (refusals.has(code)) {
        onState('refused', code)
        return
      }
      if (code === closeCodes.replaced) onReplaced()
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
