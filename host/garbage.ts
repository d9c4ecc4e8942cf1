/**
 * When V8 collects garbage. By itself it counts what lies outside its heap (decoded pictures, numbers of tensors) against a bound
 * of its own, of some ten MB: over a folder it would go through its whole heap for every few pictures, which took half of the
 * engine's processor time. With this flag such memory counts with the heap, whose limit grows as it should.
 */
import { setFlagsFromString } from 'node:v8'

export function countAllMemory(): void {
  // Other versions of V8 have no such flag, and would print an error.
  if (process.versions.v8.startsWith('13.')) setFlagsFromString('--external-memory-accounted-in-global-limit')
}
