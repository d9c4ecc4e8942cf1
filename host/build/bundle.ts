/**
 * Bundles the command line, the engine process and their worker threads into build/host, so that a start reads a few files
 * instead of three hundred. Sources need not know: `new URL('./worker.ts', import.meta.url)` becomes the bundled worker, and
 * a relative path to an asset leads to the same file as before.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { build, type Plugin } from 'vite'
import { writeAtomic } from '../files/atomic.ts'
import { hostBundle, root } from './newest.ts'

const folder = join(root, dirname(hostBundle))

/** What other programs start by name. */
const entries = { main: 'host/cli/main.ts', 'engine-process': 'host/engine-process-main.ts' } as const

/** Native libraries, and large packages that few runs load. */
const external = [
  ...builtinModules,
  /^node:/,
  /^sharp$/,
  /^webgpu$/,
  /^laz-perf$/,
  /^onnxruntime-node$/,
  /^pacote$/,
  /^@tensorflow\//,
]

const slashes = (path: string): string => path.split(sep).join('/')

/** The path from the bundle's folder to a file of the source tree. */
const fromBundle = (path: string): string => slashes(relative(folder, path))

const address = /new URL\(\s*'(\.[^']*)',\s*import\.meta\.url,?\s*\)/g

/** Corrects relative file addresses in modules that move into the bundle. */
const addresses = (): Plugin => ({
  name: 'addresses',
  enforce: 'pre',
  // The build scripts stay where they are; an installed program has none.
  resolveId: (id) =>
    /\/build\/all\.ts$/.test(id)
      ? { id: fromBundle(join(root, 'host/build/all.ts')), external: 'absolute' }
      : undefined,
  transform(code, id) {
    if (!id.startsWith(slashes(root)) || id.includes('/node_modules/') || !code.includes('import.meta'))
      return undefined
    const moved = code
      // A bundled module is a library, whatever was started.
      .replaceAll('import.meta.main', 'false')
      .replace(address, (_, path: string) => {
        const target = resolve(dirname(id), path)
        if (!path.endsWith('.ts') || target.startsWith(join(root, 'host/build')))
          return `new URL('${fromBundle(target)}${path.endsWith('/') ? '/' : ''}', import.meta.url)`
        const name = slashes(relative(root, target))
          .replace(/^host\/|\.ts$/g, '')
          .replaceAll('/', '-')
        const reference = this.emitFile({ type: 'chunk', id: target, name })
        return `import.meta.ROLLUP_FILE_URL_${reference}`
      })
    return moved === code ? undefined : { code: moved, map: null }
  },
  resolveFileUrl: ({ fileName }) => `new URL('./${fileName}', import.meta.url)`,
})

/** How long files of earlier bundles are kept, in ms: programs that run on them may still load some. */
const KEPT = 24 * 3600_000

async function removeOld(current: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    if (current.has(name) || Date.now() - (await stat(file)).mtimeMs < KEPT) continue
    await rm(file, { recursive: true, force: true })
  }
}

/** Throws the bundler's message if the sources have a mistake. */
async function bundleHost(): Promise<void> {
  const start = new Date()
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)]))
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [addresses()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      write: false,
      target: 'node22',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external,
        platform: 'node',
        preserveEntrySignatures: 'strict',
        output: {
          format: 'es',
          // All others are named by their content, so that two builds never mix.
          entryFileNames: ({ name }) => (Object.hasOwn(entries, name) ? '[name].js' : '[name]-[hash].js'),
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  })
  const { output } = [result].flat()[0] as {
    output: readonly ({ fileName: string } & (
      | { type: 'chunk'; code: string }
      | { type: 'asset'; source: string | Uint8Array }
    ))[]
  }
  await mkdir(folder, { recursive: true })
  const named = new Set(Object.keys(entries).map((name) => `${name}.js`))
  const last = output.filter(({ fileName }) => named.has(fileName))
  for (const file of [...output.filter((one) => !last.includes(one)), ...last.reverse()]) {
    const path = join(folder, file.fileName)
    if (!named.has(file.fileName) && existsSync(path)) continue
    await writeAtomic(path, file.type === 'chunk' ? file.code : file.source)
  }
  // Sources that change during the build count as newer than the bundle.
  await utimes(join(root, hostBundle), start, start)
  await removeOld(new Set(output.map(({ fileName }) => fileName)))
}

await bundleHost()
