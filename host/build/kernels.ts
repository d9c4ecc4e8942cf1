/**
 * Compiles every engine/ops/NAME/kernel.as.ts into one WebAssembly module, twice: build/kernels.shared.wasm for the
 * thread pool and build/kernels.wasm for one thread without shared memory. Does nothing when both are newer than the
 * sources. Run it as `node host/build/kernels.ts [--force]`.
 */
import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const ops = join(root, 'engine/ops')

/** The compiled modules. */
export const kernelFiles = {
  shared: join(root, 'build/kernels.shared.wasm'),
  single: join(root, 'build/kernels.wasm'),
} as const

// 64 MB at the start and 4 GB at most. Active data segments would be written again by every thread's instance, so the
// kernels have none, and no runtime: only `abort` could bring strings in.
const flags = [
  ['--runtime', 'stub', '--use', 'abort=', '--noAssert', '-O3', '--importMemory'],
  ['--initialMemory', '1024', '--maximumMemory', '65536', '--enable', 'simd'],
  // Vectors never leave the module: the functions in the warning are exported between files only.
  ['--disableWarning', '112'],
].flat()

const variants = [
  { file: kernelFiles.shared, flags: ['--enable', 'threads', '--sharedMemory'] },
  { file: kernelFiles.single, flags: ['--disable', 'threads'] },
]

async function sources(): Promise<string[]> {
  const files = await readdir(ops, { recursive: true })
  return files
    .filter((file) => file.endsWith('.as.ts'))
    .sort()
    .map((file) => join(ops, file))
}

const modified = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).mtimeMs
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}

async function compile(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 1 << 24 })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new Error(`The kernels do not compile.\n${said}`, { cause: said ? undefined : error })
  }
}

/** Builds what is out of date. Resolves to true when something was built. */
export async function buildKernels(force = false): Promise<boolean> {
  const files = await sources()
  const newest = Math.max(...(await Promise.all([...files, fileURLToPath(import.meta.url)].map(modified))))
  const oldest = Math.min(...(await Promise.all(variants.map(({ file }) => modified(file)))))
  if (!force && oldest >= newest) return false
  const entries = files.filter((file) => file.endsWith('kernel.as.ts'))
  const asc = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js')
  await mkdir(join(root, 'build'), { recursive: true })
  await Promise.all(
    variants.map(async (variant) => {
      // Written aside and renamed, so that two builds at once never leave half a file.
      const partial = `${variant.file}.${process.pid}`
      try {
        const args = [asc, ...entries, ...flags, ...variant.flags, '-o', partial]
        await compile(args)
        await rename(partial, variant.file)
      } finally {
        await rm(partial, { force: true })
      }
    }),
  )
  return true
}

if (import.meta.main) {
  const start = performance.now()
  const built = await buildKernels(process.argv.includes('--force'))
  console.log(built ? `kernels built in ${Math.round(performance.now() - start)} ms` : 'kernels are up to date')
}
