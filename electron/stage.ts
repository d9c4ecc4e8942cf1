/**
 * Stages build/engine, which the installed program's engine process and command line run from: their bundle, the kernels, the
 * page, the packages, the samples, and Node itself. All for this platform: each is packaged on its own.
 */
import { chmod, copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { productionPackages } from '../host/build/licences.ts'

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
  'build/share',
]
/** Of the ops, only their GPU kernels are read as files. */
const unwanted = /\.ts$|[\\/]fixtures$/

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

/** LiteRT ships its WebAssembly in four forms, 9 MB each, and code for browsers. Its entry is kept, by which the package is found. */
const otherLiteRt = (path: string): boolean => {
  const file = /@litertjs[\\/]core[\\/](?:wasm|dist)[\\/](.+)/.exec(path)?.[1]
  return file !== undefined && !/^(litert_wasm_internal\.(js|wasm)|index\.js)$/.test(file)
}

/** laz-perf ships its WebAssembly four times; the form for Node runs here. */
const otherLazPerf = (path: string): boolean => {
  const file = /laz-perf[\\/]lib[\\/](.+)/.exec(path)?.[1]
  return file !== undefined && !/^node([\\/]|$)/.test(file)
}

async function copyPackage(path: string): Promise<void> {
  const unneeded = [ofOthers, inOtherForms, otherLiteRt, otherLazPerf]
  const wanted = (from: string): boolean => !unneeded.some((test) => test(from))
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

export async function stage(): Promise<void> {
  await rm(staged, { recursive: true, force: true })
  await mkdir(join(staged, 'build'), { recursive: true })
  for (const path of parts) await copy(path)
  for (const path of productionPackages()) await copyPackage(path)
  await copyNode()
  await writeCommand()
}
