/**
 * Which folder may import which: the one table of arrows. `npm run lint` checks every import against it and looks for circles;
 * Biome's rules in biome.json follow from it, so that an editor says so at once. Run it as `node host/build/imports.ts`; with
 * `--write` it writes Biome's rules.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Rule {
  /** Folders besides itself. */
  readonly folders: readonly string[]
  /** Packages and `node:`; absent: any but those in `never`. */
  readonly packages?: readonly string[]
  readonly never?: readonly string[]
}

const below = { values: ['types'], memory: ['types', 'values'], graph: ['types', 'values'] } as const
const gpu = [...below.memory, 'memory']
const ops = [...gpu, 'gpu']
const protocol = [...below.graph, 'graph']
const engine = ['types', 'values', 'memory', 'graph', 'protocol', 'gpu', 'ops', 'models', 'explain', 'run']
const inEngine = (folders: readonly string[]): readonly string[] => folders.map((folder) => `engine/${folder}`)

export const arrows: Readonly<Record<string, Rule>> = {
  'engine/types': { folders: [], packages: [] },
  'engine/values': { folders: inEngine(below.values), packages: ['zod'] },
  'engine/memory': { folders: inEngine(below.memory), packages: [] },
  'engine/graph': { folders: inEngine(below.graph), packages: ['zod'] },
  'engine/protocol': { folders: inEngine(protocol), packages: ['zod'] },
  'engine/gpu': { folders: inEngine(gpu), packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'] },
  'engine/ops': { folders: inEngine(ops), packages: ['@tensorflow/tfjs-core'] },
  'engine/models': { folders: inEngine([...ops, 'ops', 'graph']), packages: [] },
  'engine/explain': { folders: inEngine([...ops, 'ops']), packages: [] },
  'engine/run': { folders: inEngine(engine), packages: [] },
  nodes: { folders: inEngine(engine), packages: [] },
  host: { folders: ['nodes', ...inEngine(engine)], never: ['electron', 'react', 'react-dom'] },
  electron: { folders: ['host', ...inEngine(['protocol', 'types'])], never: ['react', 'react-dom'] },
  renderer: { folders: inEngine([...protocol, 'protocol']), never: ['node:*', 'electron'] },
  bench: { folders: ['host', 'nodes', 'e2e', ...inEngine(engine)] },
  e2e: { folders: ['renderer', ...inEngine(['graph', 'types'])] },
}

/** Circles that may stay: each has imports of types in it, so no module is loaded before what it needs. */
export const circles: readonly { readonly files: readonly string[]; readonly why: string }[] = [
  {
    files: ['engine/run/pool.ts', 'engine/run/result.ts', 'engine/run/task.ts'],
    why: 'a task has pools, a pool keeps results, and a result holds sequences, whose elements are made for a task',
  },
  {
    files: ['engine/values/image.ts', 'engine/values/kind.ts', 'engine/values/placement.ts', 'engine/values/tensor.ts'],
    why: 'a kind says as which picture or tensor it is shown, and these are kinds',
  },
  {
    files: ['engine/values/index.ts', 'engine/values/kinds.ts', 'engine/values/sequence.ts', 'engine/values/socket.ts'],
    why: 'a sequence is a kind of value and holds values of any kind',
  },
]

/** Tests and configuration may import anything. */
const isFree = (file: string): boolean => /\.(test|spec)\.tsx?$|(^|\/)\w+\.config\.ts$/.test(file)

export interface Import {
  readonly from: string
  readonly spec: string
  /** The file, where it is one of ours. */
  readonly to?: string
  readonly type: boolean
}

const statement = /^(?:import|export)\s+(type\s+)?([\w*{}\s,$]*?)\s*(?:from\s+)?'([^']+)'/gm
const call = /(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)(\.[A-Z])?/g

const onlyTypes = (names: string): boolean =>
  /^\{[^}]+\}$/.test(names.trim()) &&
  names
    .replace(/[{}]/g, '')
    .split(',')
    .every((name) => !name.trim() || name.trim().startsWith('type '))

/** All imports of a file, of types and of values. As Biome formats them: a statement begins its line. */
export function importsOf(file: string, source: string): readonly Import[] {
  const found = (spec: string, type: boolean): Import => {
    const to = spec.startsWith('.') ? posix.join(posix.dirname(file), spec.replace(/\?.*$/, '')) : undefined
    return { from: file, spec, type, ...(to !== undefined && { to }) }
  }
  return [
    ...[...source.matchAll(statement)].map(([, type, names = '', spec = '']) =>
      found(spec, type !== undefined || onlyTypes(names)),
    ),
    ...[...source.matchAll(call)].map(([, type, spec = '', member]) =>
      found(spec, type !== undefined || member !== undefined),
    ),
  ]
}

const folderOf = (file: string): string | undefined =>
  Object.keys(arrows).find((folder) => file.startsWith(`${folder}/`))

const packageOf = (spec: string): string =>
  spec.startsWith('node:') ? 'node:*' : spec.split('/', spec.startsWith('@') ? 2 : 1).join('/')

/** Imports that no arrow allows. */
export function forbidden(imports: readonly Import[]): readonly string[] {
  return imports.flatMap(({ from, spec, to }) => {
    const folder = folderOf(from)
    const rule = folder === undefined ? undefined : arrows[folder]
    if (!rule || isFree(from)) return []
    if (to === undefined) {
      const name = packageOf(spec)
      const allowed = rule.packages ? rule.packages.includes(name) : !rule.never?.includes(name)
      return allowed ? [] : [`${from} imports ${spec}: ${folder} may not`]
    }
    const other = folderOf(to)
    // What is no folder of ours, as package.json, belongs to everybody.
    if (other === undefined || other === folder || rule.folders.includes(other)) return []
    return [`${from} imports ${to}: ${folder} may import ${rule.folders.join(', ') || 'nothing'}`]
  })
}

/** Strongly connected files, each list sorted (Tarjan). */
export function circlesIn(imports: readonly Import[]): readonly (readonly string[])[] {
  const edges = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    if (to === undefined) continue
    const targets = edges.get(from) ?? new Set()
    edges.set(from, targets.add(to))
  }
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (file: string): number => {
    const own = index.size
    index.set(file, own)
    low.set(file, own)
    stack.push(file)
    for (const next of edges.get(file) ?? []) {
      const reached = index.has(next) ? (stack.includes(next) ? (index.get(next) ?? own) : own) : visit(next)
      low.set(file, Math.min(low.get(file) ?? own, reached))
    }
    if (low.get(file) === own) {
      const circle = stack.splice(stack.indexOf(file))
      if (circle.length > 1 || edges.get(file)?.has(file)) found.push(circle.sort())
    }
    return low.get(file) ?? own
  }
  for (const file of edges.keys()) if (!index.has(file)) visit(file)
  return found
}

/** Circles of values, circles that nobody named, and names of circles that are gone. */
export function circleProblems(imports: readonly Import[]): readonly string[] {
  const named = new Set(circles.map(({ files }) => files.join(' ')))
  const there = circlesIn(imports).map((circle) => circle.join(' '))
  return [
    ...circlesIn(imports.filter(({ type }) => !type)).map((circle) => `a circle of values: ${circle.join(', ')}`),
    ...there.filter((circle) => !named.has(circle)).map((circle) => `a circle that is not named: ${circle}`),
    ...[...named].filter((circle) => !there.includes(circle)).map((circle) => `a named circle is gone: ${circle}`),
  ]
}

/** The imports of every source that git has or would add. */
export async function allImports(): Promise<readonly Import[]> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
    maxBuffer: 1 << 24,
  })
  const files = stdout.split('\n').filter((file) => file && !file.endsWith('.as.ts'))
  const read = files.map(async (file) => importsOf(file, await readFile(join(root, file), 'utf8').catch(() => '')))
  return (await Promise.all(read)).flat()
}

const libraries = ['node:*', 'react', 'react-dom', 'electron']

/** The table as Biome's rules, one override a folder. Biome sees how an import is written, not what it leads to. */
export function biomeRules(): readonly unknown[] {
  return Object.entries(arrows).map(([folder, { folders, packages, never }]) => {
    const inside = folder.startsWith('engine/')
    const others = Object.keys(arrows).filter((other) => other !== folder && !folders.includes(other))
    const group = [
      ...libraries.filter((name) => (packages ? !packages.includes(name) : never?.includes(name))),
      ...others.map((other) => `**/${inside ? other.replace(/^engine\//, '') : other}/**`),
    ]
    const message = `${folder} may import ${folders.join(', ') || 'nothing'} (host/build/imports.ts).`
    return {
      includes: [`${folder}/**`, '!**/*.test.ts', '!**/*.spec.ts', '!**/*.config.ts'],
      linter: {
        rules: {
          style: { noRestrictedImports: { level: 'error', options: { patterns: [{ group, message }] } } },
        },
      },
    }
  })
}

/** biome.json with the rules of the table. */
export const withRules = (config: string): string =>
  JSON.stringify({ ...(JSON.parse(config) as object), overrides: biomeRules() }, null, 2)

if (import.meta.main) {
  const config = join(root, 'biome.json')
  if (process.argv.includes('--write')) await writeFile(config, withRules(await readFile(config, 'utf8')))
  const imports = await allImports()
  const problems = [...forbidden(imports), ...circleProblems(imports)]
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
}
