/** Packed scenes: one budget for all streams of a file, whatever its header promises, and parts that are put together. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { largestScene, scenePart } from '../../engine/protocol/scene.ts'
import { checkScene } from './check.ts'
import { type Inflate, plainSpz } from './spz.ts'

vi.mock('../state/engine.ts', () => ({ requestBytes: () => Promise.reject(new Error('no engine here')) }))

interface Stream {
  readonly packed: Uint8Array
  readonly size: number
}

/** Version 4, as https://github.com/nianticlabs/spz lays it out. */
function version4(streams: readonly Stream[], points = 2): Uint8Array {
  const table = 32
  const head = Buffer.alloc(table + 16 * streams.length)
  head.writeUInt32LE(0x5053474e, 0)
  head.writeUInt32LE(4, 4)
  head.writeUInt32LE(points, 8)
  head.writeUInt8(streams.length, 15)
  head.writeUInt32LE(table, 16)
  for (const [i, { packed, size }] of streams.entries()) {
    head.writeBigUInt64LE(BigInt(packed.length), table + 16 * i)
    head.writeBigUInt64LE(BigInt(size), table + 16 * i + 8)
  }
  return Buffer.concat([head, ...streams.map(({ packed }) => packed)])
}

/** Version 2, as a gzip stream that is said to be so long. */
function version2(points: number, size?: number): Uint8Array {
  const head = Buffer.alloc(1 << 20)
  head.writeUInt32LE(0x5053474e, 0)
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(points, 8)
  const packed = gzipSync(head)
  if (size !== undefined) packed.writeUInt32LE(size, packed.length - 4)
  return packed
}

const none: Inflate = () => expect.fail('it is unpacked')

it('puts the parts of its streams together', async () => {
  const plain = [Buffer.alloc(18, 1), Buffer.alloc(3 * 1000, 'abc'), Buffer.alloc(0)]
  const asked: boolean[] = []
  let packed: Uint8Array[] = []
  let result: Buffer = Buffer.alloc(0)
  /** Gives 1000 bytes at a time. */
  const inflate: Inflate = async (part, { first, last }) => {
    asked.push(first)
    expect(part.length).toBeLessThanOrEqual(scenePart)
    if (first) packed = []
    if (part.length > 0) packed.push(part)
    if (part.length > 0 && last) result = zstdDecompressSync(Buffer.concat(packed))
    const bytes = result.subarray(0, 1000)
    result = result.subarray(1000)
    return { bytes, more: result.length > 0 }
  }
  const file = version4(plain.map((bytes) => ({ packed: zstdCompressSync(bytes), size: bytes.length })))
  const made = gunzipSync(await plainSpz(file, 'a.spz', inflate))
  expect(made.subarray(16).equals(Buffer.concat(plain))).toBe(true)
  expect(made.readUInt32LE(4)).toBe(3)
  expect(asked).toEqual([true, true, false, false, true])
})

it.each<readonly [string, Uint8Array]>([
  ['one stream of a gigabyte', version4([{ packed: Buffer.alloc(33_000), size: largestScene }])],
  ['many streams of less', version4(Array.from({ length: 255 }, () => ({ packed: Buffer.alloc(9), size: 1 << 20 })))],
  ['a size beyond all numbers', version4([{ packed: Buffer.alloc(9), size: Number.MAX_SAFE_INTEGER }])],
  ['a gzip stream whose header promises it', version2(50_000_000)],
  ['a gzip stream of more than its header promises', version2(10, largestScene)],
])('refuses %s before it unpacks anything', async (_, file) => {
  await expect(plainSpz(file, 'bomb.spz', none)).rejects.toMatchObject({ code: 'scene.too-packed' })
})

it('takes streams that are what they promise, and files that it does not unpack', async () => {
  const small = gzipSync(Buffer.concat([Buffer.from('NGSP'), Buffer.from([2, 0, 0, 0, 1, 0, 0, 0]), Buffer.alloc(99)]))
  for (const bytes of [small, Buffer.from([0x1f, 0x8b]), Buffer.from('ply')]) {
    expect(await plainSpz(bytes, 'a.spz', none)).toBe(bytes)
  }
})

/** A zip's directory and end alone (APPNOTE 4.3.12, 4.3.16), of entries that claim these sizes. */
function zipOf(sizes: readonly number[]): Uint8Array {
  const start = Buffer.from('PK\x03\x04')
  const entries = sizes.map((size) => {
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt32LE(size, 24)
    return entry
  })
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(sizes.length, 10)
  end.writeUInt32LE(start.length, 16)
  return Buffer.concat([start, ...entries, end])
}

it('counts all entries of a .sog file', () => {
  expect(() => checkScene(zipOf([1000, 2000]), 'a.sog')).not.toThrow()
  expect(() => checkScene(zipOf([2 ** 31]), 'a.sog')).toThrow('unpacks to')
  expect(() => checkScene(zipOf(new Array(200).fill(2 ** 20)), 'a.sog')).toThrow('unpacks to')
  expect(() => checkScene(zipOf([0xffff_ffff]), 'a.sog')).toThrow('unpacks to')
})
