/** Shared by all sessions and runs of an engine. */
import type { Definitions } from './definitions.ts'
import type { Pool } from './pool.ts'
import type { Machine } from './scope.ts'

export interface World {
  readonly machine: Machine
  readonly definitions: Definitions
  readonly full: Pool
  /** Of quick previews. */
  readonly drafts: Pool
}
