/** Points from a .las, and from a .laz, which is a .las whose points are packed. What a file is, its header says, not its name. */
import type { SplatScene } from '../../../engine/types/services.ts'
import { truncated } from './form.ts'
import { lasPoints, readLasHead } from './las-points.ts'
import { readLaz } from './laz.ts'

/** A promise for a packed file. Throws `scene.*`. */
export function readLas(bytes: Uint8Array, name: string): SplatScene | Promise<SplatScene> {
  const head = readLasHead(bytes, name)
  if (head.packed) return readLaz(bytes, head, name)
  const { start, width, count } = head
  if (bytes.length < start + width * count) throw truncated(name, bytes.length, start + width * count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const points = lasPoints(head)
  for (let i = 0; i < count; i++) points.put(i, view, start + width * i)
  return points.scene(name)
}
