/** Builds what is out of date in a source tree; an installed program has everything. */
import { existsSync } from 'node:fs'
import type { BuildOptions } from './build/all.ts'

export async function ensureBuilt(options: BuildOptions): Promise<void> {
  if (!existsSync(new URL('./build/all.ts', import.meta.url))) return
  const { ensureBuild } = await import('./build/all.ts')
  await ensureBuild(options)
}
