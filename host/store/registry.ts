/** Fetches packages from the registry that npm is set up for on this machine. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ModelEntry } from './manifest.ts'

/** A setting of npm: from the environment (npm sets it for what it starts), else from the user's .npmrc. */
function npmSetting(name: string): string | undefined {
  const given = process.env[`npm_config_${name.replaceAll('-', '_')}`]
  if (given) return given
  const file = join(homedir(), '.npmrc')
  if (!existsSync(file)) return undefined
  const line = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .find((line) => line.split('=', 1)[0]?.trim() === name)
  return line?.slice(line.indexOf('=') + 1).trim() || undefined
}

function options(): Record<string, unknown> {
  const [registry, cafile, proxy] = ['registry', 'cafile', 'https-proxy'].map(npmSetting)
  return {
    ...(registry && { registry }),
    ...(cafile && existsSync(cafile) && { ca: readFileSync(cafile, 'utf8') }),
    ...(proxy && { httpsProxy: proxy }),
  }
}

/**
 * Unpacks the entry's package into a temporary folder and passes that to `use`; removes it afterwards.
 * @throws `model.not-genuine` if the package is not the one in the manifest, `model.unreachable`
 */
export async function withPackage<T>({ name, source }: ModelEntry, use: (folder: string) => Promise<T>): Promise<T> {
  const { default: pacote } = await import('pacote')
  const folder = mkdtempSync(join(tmpdir(), 'sightline-model-'))
  try {
    const { integrity } = source
    await pacote.extract(`${source.package}@${source.version}`, folder, { ...options(), integrity }).catch(refuse(name))
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const refuse =
  (name: string) =>
  (error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EINTEGRITY') throw new SightlineError('model.not-genuine', { name, what: 'package' }, error)
    throw new SightlineError('model.unreachable', { name, message: message.split('\n')[0] ?? String(code) }, error)
  }
