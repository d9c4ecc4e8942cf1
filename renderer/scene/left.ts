/** From where each scene was seen last, while the window is open. */
import type { Orbit } from './orbit.ts'
import type { SceneSource } from './source.ts'

const left = new Map<string, Orbit>()

export const keyOf = (source: SceneSource): string =>
  'output' in source ? `${source.output.node}.${source.output.port}` : `file ${source.path ?? source.name}`

export const leave = (key: string, orbit: Orbit): unknown => left.set(key, orbit)
export const leftAt = (key: string): Orbit | undefined => left.get(key)
