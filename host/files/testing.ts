/** Shared by the tests of host/files: pictures of known numbers, damaged files, a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { SaveOptions } from '../../engine/types/services.ts'

export const never = new AbortController().signal
export const width = 37
export const height = 23

export const raw = (width: number, height: number, channels: 1 | 2 | 3 | 4) => ({ raw: { width, height, channels } })

/** A temporary folder; `remove` deletes it. */
export async function makeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sightline-files-'))
  return { path, remove: () => rm(path, { recursive: true }) }
}

/** The rejection of the promise, as `code` and `params`. */
export async function problem(promise: Promise<unknown>): Promise<{ code: string; params: Record<string, unknown> }> {
  const error: unknown = await promise.then(
    () => 'resolved',
    (reason: unknown) => reason,
  )
  if (error instanceof Error && 'code' in error && 'params' in error)
    return { code: String(error.code), params: error.params as Record<string, unknown> }
  throw new Error(`no problem, but ${String(error)}`)
}

/** Incompressible numbers (xorshift32). */
export function noise(length: number): Uint8Array {
  let state = 2463534242
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 255
  })
}

export const bytes = (n: number, channels: number): Uint8Array =>
  Uint8Array.from({ length: width * height * channels }, (_, i) => (i * n) % 256)
export const words = (n: number, channels: number): Uint16Array =>
  Uint16Array.from({ length: width * height * channels }, (_, i) => (i * n) % 65536)

export function save(depth: 8 | 16, channels: 1 | 3 | 4): SaveOptions {
  return { width, height, channels, depth, data: depth === 8 ? bytes(7, channels) : words(977, channels) }
}

/** A PNG with an iCCP chunk after its header (PNG specification, 11.3.2.3). */
export function withProfile(png: Buffer, profile: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPprofile\0\0', 'latin1'), deflateSync(profile)])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}
