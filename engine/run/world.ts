/** Shared by all sessions and runs of an engine. */
import type { Clock } from '../types/clock.ts'
import type { Definitions } from './definitions.ts'
import type { Pool } from './pool.ts'
import type { Machine } from './scope.ts'

export interface World {
  readonly machine: Machine
  readonly definitions: Definitions
  readonly full: Pool
  /** Of quick previews. */
  readonly drafts: Pool
  readonly clock: Clock
  /** A pool of its own for a window whose live sources play; it gives way under pressure as the others do. */
  lendPool(): Pool
  /** Closes it. */
  returnPool(pool: Pool): void
}
