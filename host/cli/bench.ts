/** `sightline bench`: the benchmarks of the repository, in their own process. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import { ensureBuilt } from '../built.ts'
import { root } from '../installation.ts'
import { say } from '../terminal/say.ts'

export async function bench(suite: string | undefined, { json }: { readonly json?: boolean }): Promise<number> {
  const script = join(root, 'bench/run.ts')
  if (!existsSync(script))
    throw new SightlineError('cli.usage', { message: 'This installation has no benchmarks; the repository has them.' })
  await ensureBuilt({ say })
  const args = [script, ...(suite === undefined ? [] : [suite]), ...(json ? ['--json'] : [])]
  const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: root })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
