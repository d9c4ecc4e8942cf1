/** The arrows between folders hold, no circle of imports goes unnamed, and each rule fails where it is broken on purpose. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { allImports, arrows, biomeRules, circleProblems, circles, circlesIn, forbidden, importsOf } from './imports.ts'

const imports = await allImports()
const folders = Object.keys(arrows)

/** How a file of one folder writes an import from another. */
const specifier = (from: string, to: string): string => posix.relative(from, `${to}/other.ts`)
const pairs = folders.flatMap((from) => folders.filter((to) => to !== from).map((to) => ({ from, to })))
const isAllowed = ({ from, to }: { from: string; to: string }): boolean => arrows[from]?.folders.includes(to) ?? false

test('every import follows an arrow', () => {
  // Enough of them that the search cannot have looked past the sources.
  expect(imports.length).toBeGreaterThan(2000)
  expect(imports.filter(({ type }) => type).length).toBeGreaterThan(500)
  expect(forbidden(imports)).toEqual([])
})

test('no circle but those that are named, all of them through types', () => {
  expect(circleProblems(imports)).toEqual([])
  for (const { why } of circles) expect(why).not.toBe('')
})

test.each(pairs)('$from → $to', ({ from, to }) => {
  const spec = specifier(from, to)
  for (const source of [
    `import { x } from '${spec}'`,
    `import type { X } from '${spec}'`,
    `import '${spec}'`,
    `export { x } from '${spec}'`,
    `import {\n  type X,\n  y,\n} from '${spec}'`,
    `const x = await import('${spec}')`,
  ])
    expect(forbidden(importsOf(`${from}/broken.ts`, source)), source).toHaveLength(isAllowed({ from, to }) ? 0 : 1)
})

test('the arrows inside the engine have one direction', () => {
  for (const { from, to } of pairs.filter(isAllowed))
    expect(isAllowed({ from: to, to: from }), `${to} → ${from}`).toBe(false)
})

test('the engine and nodes use neither Node nor what shows or packages a window', () => {
  for (const folder of folders.filter((name) => name.startsWith('engine/') || name === 'nodes'))
    for (const name of ['node:fs', 'react', 'electron', 'sharp'])
      expect(forbidden(importsOf(`${folder}/broken.ts`, `import x from '${name}'`)), `${folder} ${name}`).toHaveLength(
        1,
      )
  expect(forbidden(importsOf('renderer/broken.ts', "import x from 'node:fs'"))).toHaveLength(1)
  expect(forbidden(importsOf('engine/values/fine.ts', "import { z } from 'zod'"))).toEqual([])
})

test('circles are found through types and values, and told apart', () => {
  const made = [
    ...importsOf('a.ts', "import type { B } from './b.ts'"),
    ...importsOf('b.ts', "import { c } from './c.ts'\nimport { d } from './d.ts'"),
    ...importsOf('c.ts', "import { a } from './a.ts'"),
    ...importsOf('d.ts', "import { e } from './e.ts'"),
    ...importsOf('e.ts', "const { d } = await import('./d.ts')"),
  ]
  expect(circlesIn(made).toSorted()).toEqual([
    ['a.ts', 'b.ts', 'c.ts'],
    ['d.ts', 'e.ts'],
  ])
  const problems = circleProblems(made)
  expect(problems).toContain('a circle of values: d.ts, e.ts')
  expect(problems).toContain('a circle that is not named: a.ts b.ts c.ts')
  expect(problems.filter((problem) => problem.startsWith('a circle of values'))).toHaveLength(1)
})

test("Biome's rules are those of the table, and each fails where it is broken", async () => {
  const root = join(import.meta.dirname, '../..')
  const config = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>
  // Else: node host/build/imports.ts --write
  expect(config.overrides).toEqual(biomeRules())
  const place = await mkdtemp(join(tmpdir(), 'sightline-arrows-'))
  try {
    await writeFile(join(place, 'biome.json'), JSON.stringify({ overrides: config.overrides }))
    const write = async (file: string, spec: string): Promise<void> => {
      await mkdir(dirname(join(place, file)), { recursive: true })
      await writeFile(join(place, file), `import { x } from '${spec}'\n\nexport const y = x\n`)
    }
    const nameOf = (to: string): string => to.replace('/', '-')
    for (const { from, to } of pairs) await write(`${from}/to-${nameOf(to)}.ts`, specifier(from, to))
    for (const from of folders) await write(`${from}/own.ts`, './own/other.ts')
    const biome = join(dirname(createRequire(import.meta.url).resolve('@biomejs/biome/package.json')), 'bin/biome')
    const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
      execFile(
        process.execPath,
        [biome, 'lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '.'],
        { cwd: place, maxBuffer: 1 << 26 },
        (_, stdout) => resolve({ stdout }),
      ),
    )
    const refused = new Set([...stdout.matchAll(/[\w/-]+\/(?:to-[\w-]+|own)\.ts(?=")/g)].map(([file]) => file))
    const wanted = pairs.filter((pair) => !isAllowed(pair)).map(({ from, to }) => `${from}/to-${nameOf(to)}.ts`)
    expect([...refused].toSorted()).toEqual(wanted.toSorted())
  } finally {
    await rm(place, { recursive: true })
  }
})
