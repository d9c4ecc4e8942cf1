/**
 * Stages build/engine, which the installed program's engine process and command line run from: their bundle, the kernels, the
 * page, the packages, the samples, and Node itself. All for this platform: each is packaged on its own.
 */
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
export const staged = join(root, 'build/engine')

const parts = [
  'assets',
  'host/node.js',
  'host/sightline.js',
  'build/host',
  'engine/ops',
  'package.json',
  'LICENSE',
  'build/kernels.shared.wasm',
  'build/kernels.wasm',
  'build/renderer',
]
/** Of the ops, only their GPU kernels are read as files. */
const unwanted = /\.ts$|[\\/]fixtures$/

interface Locked {
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
}

/** The packages needed at run time, according to the lock file. Those for other platforms are not installed. */
async function packages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path.startsWith('node_modules/') && !dev && !devOptional)
    .map(([path]) => path)
}

const copy = (path: string): Promise<void> =>
  cp(join(root, path), join(staged, path), { recursive: true, filter: (from) => !unwanted.test(from) })

/** Dawn and ONNX Runtime ship a library for every platform. */
const ofOthers = (path: string): boolean => {
  const dawn = /node_modules[\\/]webgpu[\\/]dist[\\/]([^\\/]+)/.exec(path)?.[1]
  if (dawn !== undefined)
    return dawn !== (process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`)
  const [, platform, arch] = /onnxruntime-node[\\/]bin[\\/]napi-v\d+[\\/]([^\\/]+)(?:[\\/]([^\\/]+))?/.exec(path) ?? []
  return platform !== undefined && (platform !== process.platform || (arch !== undefined && arch !== process.arch))
}

/** TensorFlow.js ships in six formats, with a source map each; only one of them runs here, with its WebAssembly. */
const inOtherForms = (path: string): boolean => {
  const file = /@tensorflow[\\/][^\\/]+[\\/]dist[\\/](.+)/.exec(path)?.[1]
  return file !== undefined && !/^[^\\/]+\.(node\.js|wasm)$/.test(file)
}

async function copyPackage(path: string): Promise<void> {
  const wanted = (from: string): boolean => !ofOthers(from) && !inOtherForms(from)
  try {
    await cp(join(root, path), join(staged, path), { recursive: true, filter: wanted })
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!absent) throw error
  }
}

async function copyNode(): Promise<void> {
  const home = dirname(createRequire(import.meta.url).resolve('node/package.json'))
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  await copyFile(join(home, 'bin', name), join(staged, name))
  await chmod(join(staged, name), 0o755)
  await copyFile(join(home, 'LICENSE'), join(staged, 'LICENSE.node')).catch(() => undefined)
}

/** The `sightline` command, run by the Node beside it; also through a link to it. */
async function writeCommand(): Promise<void> {
  if (process.platform === 'win32') {
    await writeFile(join(staged, 'sightline.cmd'), '@"%~dp0node.exe" "%~dp0host\\sightline.js" %*\r\n')
    return
  }
  const command = join(staged, 'sightline')
  await writeFile(
    command,
    '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec "$here/node" "$here/host/sightline.js" "$@"\n',
  )
  await chmod(command, 0o755)
}

/** The packages with their versions and licences; some, like ONNX Runtime, bring no text of their own. */
async function writeLicences(paths: readonly string[]): Promise<void> {
  const lines = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(staged, path, 'package.json'), 'utf8').catch(() => undefined)
      if (text === undefined) return []
      const { name, version, license, author } = JSON.parse(text) as Record<string, unknown>
      const by = typeof author === 'object' && author !== null && 'name' in author ? author.name : author
      return [`${name} ${version}: ${license ?? 'see its folder'}${by ? `, ${by}` : ''}`]
    }),
  )
  await writeFile(join(staged, 'LICENSES.txt'), `${lines.flat().join('\n')}\n`)
}

export async function stage(): Promise<void> {
  await rm(staged, { recursive: true, force: true })
  await mkdir(join(staged, 'build'), { recursive: true })
  for (const path of parts) await copy(path)
  const needed = await packages()
  for (const path of needed) await copyPackage(path)
  await writeLicences(needed)
  await copyNode()
  await writeCommand()
}
