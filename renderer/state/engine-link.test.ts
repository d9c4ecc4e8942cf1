/** The link reconnects by itself, and knows when that is useless. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { encodeFrame } from '../../engine/protocol/frame.ts'
import { closeCodes } from '../../engine/protocol/link.ts'
import type { EngineMessage } from '../../engine/protocol/messages.ts'
import { openLink } from './engine-link.ts'

/** A socket whose other end is the test. */
class OtherEnd {
  static readonly OPEN = 1
  readyState = 0
  binaryType = ''
  readonly sent: Uint8Array[] = []
  onopen: (() => void) | undefined
  onmessage: ((event: { data: ArrayBuffer }) => void) | undefined
  onclose: ((event: { code: number }) => void) | undefined
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  send(data: Uint8Array): void {
    this.sent.push(data)
  }
  close(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

let sockets: OtherEnd[] = []
const states: string[] = []
const messages: EngineMessage[] = []
const errors: unknown[] = []
const replaced = vi.fn()

function start() {
  return openLink({
    socket: () => {
      const socket = new OtherEnd()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    onOpen: () => {},
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    onReplaced: replaced,
    onError: (error) => errors.push(error),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', OtherEnd)
  sockets = []
  states.length = messages.length = errors.length = 0
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('tries again, each time later, and at once after a good connection', () => {
  start()
  const delays: number[] = []
  for (let i = 0; i < 8; i++) {
    sockets.at(-1)?.close()
    const before = Date.now()
    const count = sockets.length
    while (sockets.length === count) vi.advanceTimersByTime(10)
    delays.push(Date.now() - before)
  }
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  sockets.at(-1)?.open()
  sockets.at(-1)?.close()
  vi.advanceTimersByTime(100)
  expect(sockets).toHaveLength(10)
  expect(states.filter((state) => state === 'open')).toHaveLength(1)
})

it.each([closeCodes.token, closeCodes.foreign, closeCodes.version, closeCodes.badMessage])(
  'gives up when refused with %i',
  (code) => {
    start()
    sockets[0]?.close(code)
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
    expect(states).toEqual(['refused'])
  },
)

it('takes another name when somebody else goes on with this one', () => {
  start()
  sockets[0]?.open()
  sockets[0]?.close(closeCodes.replaced)
  expect(replaced).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(100)
  expect(sockets).toHaveLength(2)
})

it('sends only while it is open', () => {
  const link = start()
  expect(link.send({ type: 'cancel' })).toBe(false)
  sockets[0]?.open()
  expect(link.send({ type: 'cancel' })).toBe(true)
  expect(sockets[0]?.sent).toHaveLength(1)
})

it('says what it does not understand, and goes on', () => {
  start()
  sockets[0]?.open()
  const give = (head: unknown) => sockets[0]?.onmessage?.({ data: encodeFrame(head).buffer })
  give({ type: 'status', rev: 1 })
  give({ type: 'nonsense' })
  sockets[0]?.onmessage?.({ data: new ArrayBuffer(2) })
  give({ type: 'resync', problem: { code: 'protocol.out-of-step', params: { expected: 2, given: 3 } } })
  expect(errors).toHaveLength(3)
  expect(errors.map(String).every((words) => words.includes('not valid'))).toBe(true)
  expect(messages.map(({ type }) => type)).toEqual(['resync'])
})
