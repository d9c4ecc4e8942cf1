/** The largest of everything goes through a real socket, and what is larger is refused in words. */
import { truncateSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createZstdCompress, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maxHead } from '../../engine/protocol/frame.ts'
import { closeCodes, maxFrame, maxTail } from '../../engine/protocol/link.ts'
import { largestScene, mostUnpacked, scenePart } from '../../engine/protocol/scene.ts'
import { type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

let at: TestServer
beforeAll(async () => {
  at = await testServer()
})
afterAll(() => at.close())

/** It has not been dropped. */
async function alive(window: TestWindow): Promise<void> {
  expect((await window.request('there', { paths: [at.folder] })).result).toEqual({ paths: [] })
}

/** Unpacks as a window does; gives the length of the result, and the longest part of it. */
async function inflated(
  window: TestWindow,
  packed: Uint8Array,
  size: number,
): Promise<{ total: number; part: number }> {
  let [total, part, from] = [0, 0, 0]
  do {
    const tail = packed.subarray(from, from + scenePart)
    const first = from === 0
    from += tail.length
    const last = from >= packed.length
    for (let more = true, begin = first, now = tail; more; begin = false, now = new Uint8Array()) {
      const reply = await window.request('inflate', { size, first: begin, last }, now)
      if (reply.problem) throw Object.assign(new Error(reply.problem.code), reply.problem)
      const bytes = (reply as unknown as { tail: Uint8Array }).tail
      total += bytes.length
      part = Math.max(part, bytes.length)
      // The test window remembers all that it was sent.
      ;(window.messages as unknown[]).length = 0
      more = (reply.result as { more: boolean }).more
    }
  } while (from < packed.length)
  return { total, part }
}

async function packedZeros(size: number): Promise<Buffer> {
  const stream = createZstdCompress()
  const found: Buffer[] = []
  stream.on('data', (bytes: Buffer) => found.push(bytes))
  const zeros = Buffer.alloc(1 << 24)
  for (let left = size; left > 0; left -= zeros.length)
    await new Promise((resolve) => stream.write(zeros.subarray(0, Math.min(left, zeros.length)), resolve))
  await new Promise((resolve) => stream.once('end', resolve).end())
  return Buffer.concat(found)
}

it('a stream of the largest scene comes unpacked in parts', async () => {
  const window = await welcomed(at)
  const packed = await packedZeros(largestScene)
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }, 20)
  expect(await inflated(window, packed, largestScene)).toEqual({ total: largestScene, part: scenePart })
  clearInterval(look)
  // Both ends are in this process.
  expect(most).toBeLessThan(largestScene >> 2)
  await alive(window)
}, 120_000)

it('a packed stream is refused where it is damaged, cut off, longer or shorter than promised', async () => {
  const window = await welcomed(at)
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251))
  const packed = zstdCompressSync(bytes)
  expect((await inflated(window, packed, bytes.length)).total).toBe(bytes.length)
  expect((await inflated(window, zstdCompressSync(Buffer.alloc(0)), 0)).total).toBe(0)
  for (const [given, size] of [
    [packed, bytes.length - 1],
    [packed, bytes.length + 1],
    [packed.subarray(0, packed.length - 9), bytes.length],
    [Buffer.from('no zstd'), 9],
  ] as const)
    await expect(inflated(window, given, size)).rejects.toThrow('scene.packing')
  // Without a beginning, and above the limit.
  expect(await window.request('inflate', { size: 9, first: false, last: true }, packed)).toMatchObject({
    problem: { code: 'scene.packing' },
  })
  expect(await window.request('inflate', { size: largestScene + 1, first: true, last: true }, packed)).toMatchObject({
    problem: { code: 'protocol.bad-message' },
  })
  await alive(window)
})

it('the most bytes that a window may send, as a dropped file, and nothing above the largest frame', async () => {
  const window = await welcomed(at)
  expect((await window.request('there', { paths: [] }, new Uint8Array(maxTail))).result).toEqual({ paths: [] })
  await alive(window)
  // The beginning of a frame (RFC 6455, 5.2): binary, masked, of one byte more.
  const head = Buffer.alloc(14)
  head.set([0x82, 0xff])
  head.writeBigUInt64BE(BigInt(maxFrame + 1), 2)
  ;(window.socket as unknown as { _socket: Socket })._socket.write(head)
  expect((await window.closed).code).toBe(1009)
}, 60_000)

it('the largest head', async () => {
  const window = await welcomed(at)
  const head = { type: 'request', id: 77, method: 'there', params: { paths: [''] } }
  const room = maxHead - JSON.stringify(head).length
  window.send({ ...head, params: { paths: ['x'.repeat(room)] } })
  expect(await window.next('reply')).toMatchObject({ id: 77, problem: { code: 'protocol.bad-message' } })
  await alive(window)
  expect(() => window.send({ ...head, params: { paths: ['x'.repeat(room + 1)] } })).toThrow('at most')
  const frame = new Uint8Array(maxHead + 16)
  new DataView(frame.buffer).setUint32(0, maxHead + 1, true)
  window.socket.send(frame)
  expect(await window.closed).toMatchObject({ code: closeCodes.badMessage })
})

it('the previews of the largest screen, with messages behind them', async () => {
  const window = await welcomed(at)
  const { options } = at.engine.made.at(-1) ?? expect.fail('no session')
  const item = { view: 'v', node: 'n', port: 'image', width: 8192, height: 8192, offset: 0, shape: {} }
  const more = { region: { x: 0, y: 0, width: 1, height: 1 }, display: {} }
  expect(4 * item.width * item.height).toBe(maxTail)
  options.send({ type: 'previews', rev: 1, quality: 'full', items: [{ ...item, ...more }] } as never, [
    new Uint8Array(maxTail),
  ])
  for (let i = 0; i < 3; i++) options.send({ type: 'notice', problem: { code: 'unexpected', params: {} } })
  expect((await window.next('previews')).tail.length).toBe(maxTail)
  for (let i = 0; i < 3; i++) await window.next('notice')
  await alive(window)
}, 60_000)

it('a message that is too large becomes a problem, and the connection stays', async () => {
  const window = await welcomed(at)
  const { options } = at.engine.made.at(-1) ?? expect.fail('no session')
  options.send({ type: 'notice', problem: { code: 'unexpected', params: { message: 'x'.repeat(maxHead) } } })
  expect(await window.next('notice')).toMatchObject({ problem: { code: 'protocol.too-large' } })
  await alive(window)
})

it('many parts of a scene at once, to a window that reads late', async () => {
  const window = await welcomed(at)
  const path = join(at.folder, 'many.splat')
  writeFileSync(path, 'x')
  truncateSync(path, scenePart)
  window.socket.pause()
  const count = Math.ceil((1.1 * maxTail) / scenePart)
  for (let id = 1; id <= count; id++) window.send({ type: 'request', id, method: 'scene', params: { path, offset: 0 } })
  await new Promise((resolve) => setTimeout(resolve, 300))
  window.socket.resume()
  for (let id = 1; id <= count; id++) {
    const reply = await window.next('reply')
    expect([reply.id, reply.tail.length]).toEqual([id, scenePart])
  }
  await alive(window)
}, 60_000)

it('a packed scene has one budget for all that it unpacks to', () => {
  expect(mostUnpacked(33_000)).toBeLessThan(2 ** 27)
  expect(mostUnpacked(largestScene)).toBe(largestScene)
})
