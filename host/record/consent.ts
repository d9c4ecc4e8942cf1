/**
 * What the pipeline in a record may read. A record may come from anywhere, and need not be where its pipeline was: it may read
 * beside the record, as a pipeline reads beside itself; what the user allows; and, wherever the record says it was, a file whose
 * content the record knows already (its SHA-256), because that reveals nothing. It writes nothing.
 */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Consent } from '../files/consent.ts'
import { type Allow, absolutePath, plainPath, realPlace } from '../files/paths.ts'
import type { RunRecord } from './format.ts'
import { hashFile } from './hash.ts'

/** The folder at which the recorded pipeline's paths start. Throws `file.unsafe-path`. */
export const baseOf = (path: string, { pipeline }: RunRecord): string => absolutePath(pipeline.folder, dirname(path))

/** @param path of the record, absolute */
export async function allowRecorded(path: string, { inputs }: RunRecord, consent: Consent): Promise<Allow> {
  const folder = dirname(path)
  await consent.give([{ path: folder, access: 'read' }])
  const places = new Map<string, { readonly bytes: number; readonly hashes: Set<string> }>()
  for (const { path: named, sample, bytes, sha256 } of inputs) {
    const absolute = sample ? undefined : plainPath(named, folder)
    if (absolute === undefined) continue
    const real = await realPlace(absolute)
    const known = places.get(real)
    if (known) known.hashes.add(sha256)
    else places.set(real, { bytes, hashes: new Set([sha256]) })
  }
  const asked = new Map<string, Promise<boolean>>()
  const unchanged = async (real: string): Promise<boolean> => {
    const known = places.get(real)
    const found = known && (await stat(real).catch(() => undefined))
    if (!known || !found?.isFile() || found.size !== known.bytes) return false
    return known.hashes.has((await hashFile(real, real)).sha256)
  }
  const same = (real: string): Promise<boolean> => {
    const answer = asked.get(real) ?? unchanged(real)
    asked.set(real, answer)
    return answer
  }
  return async (real, access) => {
    if (await consent.allows(real, access)) return true
    if (access === 'write') return false
    if (!places.has(real)) {
      // The names in a folder that has a recorded picture.
      for (const place of places.keys()) if (dirname(place) === real && (await same(place))) return true
      return false
    }
    if (await same(real)) return true
    throw new SightlineError('record.input-changed', { path: real })
  }
}
