/** The list of licences: nothing that ships is missing from it, and nothing ships that may not. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chromiumParts } from '../../electron/licences.ts'
import { temporaryFolder } from '../server/testing.ts'
import { allLicences, isMetBy, licenceFiles, licenceOf, packageOf, packagesOf, productionPackages } from './licences.ts'
import { root } from './newest.ts'

const folder = temporaryFolder()
let made = 0
/** An installed package. */
function packageWith(about: object, files: Readonly<Record<string, string>> = {}): string {
  const path = join(folder, `package-${++made}`)
  mkdirSync(path)
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'made-up', version: '1.2.3', ...about }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

it('has every package of the production tree, with its text', () => {
  const listed = new Map(allLicences([]).map((one) => [`${one.name} ${one.version}`, one]))
  const installed = productionPackages().filter((path) => existsSync(join(root, path, 'package.json')))
  expect(installed.length).toBeGreaterThan(100)
  for (const path of installed) {
    const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
    const found = listed.get(`${name} ${version}`)
    expect([path, (found?.text ?? '').length > 60]).toEqual([path, true])
    expect(found?.licence).not.toBe('')
    // A package's own text is given as it is.
    const own = readdirSync(join(root, path)).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file))
    if (own) expect(found?.text).toContain(readFileSync(join(root, path, own), 'utf8').trim())
  }
})

it('says that libvips is under the LGPL, replaceable, with the text', () => {
  const libvips = allLicences([]).find(({ name }) => name.startsWith('@img/sharp-libvips'))
  expect(libvips).toMatchObject({ licence: 'LGPL-3.0-or-later', note: expect.stringContaining('can be replaced') })
  expect(libvips?.text).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
  expect(libvips?.text).toContain('GNU GENERAL PUBLIC LICENSE')
  // What is inside, by its README.
  for (const part of ['librsvg', 'pango', 'libheif']) expect(libvips?.text).toContain(part)
})

it.each(['onnxruntime-node', 'onnxruntime-common'])('has the notices of %s', (name) => {
  const found = allLicences([]).find((one) => one.name === name)
  expect(found?.text).toMatch(/Microsoft Corporation[\s\S]*THIRD PARTY SOFTWARE NOTICES/)
})

it.each([
  [undefined],
  ['UNLICENSED'],
  ['SEE LICENSE IN LICENSE'],
  ['GPL-3.0-only'],
  ['AGPL-3.0-or-later'],
  ['LGPL-3.0-or-later'],
  ['EPL-2.0'],
  ['MIT AND GPL-2.0-only'],
  ['CC-BY-NC-4.0'],
  ['BUSL-1.1'],
  [''],
  ['MIT-like'],
  [{ type: 'MIT' }],
  ['MIT OR (GPL-3.0-only AND MIT)'],
])('refuses to ship a package under %j, whatever text it brings', (license) => {
  expect(() => licenceOf(packageWith({ license }, { LICENSE: 'Do what you like.' }))).toThrow(
    /made-up 1\.2\.3 has the licence .*not known to be permissive/,
  )
})

it('refuses one without a text, unless its licence is in assets/licences', () => {
  expect(() => licenceOf(packageWith({ license: 'Zlib' }))).toThrow('brings no text of its licence (Zlib)')
  const { text } = licenceOf(packageWith({ license: 'MIT', author: { name: 'Ada' } }))
  expect(text).toMatch(/copyright \(c\) Ada[\s\S]*Permission is hereby granted/)
})

it('takes an exception for its own package and its own licence only', () => {
  expect(licenceOf(packageWith({ name: 'elkjs', license: 'EPL-2.0' }, { LICENSE: 'EPL' })).note).toContain('source')
  for (const about of [
    { name: 'elkjs', license: 'GPL-3.0-or-later' },
    { name: 'elkjs-more', license: 'EPL-2.0' },
    { name: 'sharp-libvips', license: 'LGPL-3.0-or-later' },
  ])
    expect(() => licenceOf(packageWith(about, { LICENSE: 'text' }))).toThrow('not known to be permissive')
})

it('reads expressions of SPDX', () => {
  const fine = (id: string): boolean => id === 'MIT' || id === 'ISC'
  for (const good of ['MIT', ' ISC ', '(MIT OR GPL-3.0-only)', 'X OR MIT', 'MIT AND ISC', 'X AND Y OR MIT'])
    expect([good, isMetBy(good, fine)]).toEqual([good, true])
  for (const bad of ['', 'X', 'MIT AND X', '(X OR Y)', 'mit', 'MIT WITH X', 'X OR MIT AND Y', 'MIT OR'.toLowerCase()])
    expect([bad, isMetBy(bad, fine)]).toEqual([bad, false])
})

it('finds the packages of a bundle, and what a package needs', () => {
  const a = '/somewhere/node_modules/a'
  expect(packageOf(`${a}/dist/index.js`)).toBe(a)
  expect(packageOf(`\0${a}/node_modules/@b/c/index.js?commonjs`)).toBe(`${a}/node_modules/@b/c`)
  expect(packageOf('/somewhere/renderer/main.tsx')).toBeUndefined()
  const lock = {
    'node_modules/a': { dependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': { optionalDependencies: { a: '1', 'not-installed': '1' } },
  }
  expect([...packagesOf('a', lock)].sort()).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ])
})

it('keeps each text once', () => {
  const one = { name: 'a', version: '1', licence: 'MIT', text: 'the text' }
  const files = licenceFiles([one, { ...one, name: 'b' }, { ...one, name: 'c', text: 'another' }])
  expect(files.size).toBe(3)
  const entries = JSON.parse(files.get('index.json') ?? '') as { name: string; file: string }[]
  expect(entries.map(({ name, file }) => [name, files.get(file)])).toEqual([
    ['a', 'the text'],
    ['b', 'the text'],
    ['c', 'another'],
  ])
})

it('takes the parts of Chromium from its credits, and fails where they have another form', () => {
  const part = (i: number) => `<div class="product">
<span class="title">part &amp; parcel ${i}</span><div class="license">
<pre>Copyright &#169; &lt;${i}&gt;
</pre></div></div>`
  const html = `<body><a>Print</a>${Array.from({ length: 120 }, (_, i) => part(i)).join('\n')}</body>`
  const parts = chromiumParts(html, '1.0')
  expect(parts).toHaveLength(120)
  expect(parts[7]).toMatchObject({ name: 'part & parcel 7', text: 'Copyright © <7>' })
  expect(() => chromiumParts(html.replace('<pre>', '<p>'), '1.0')).toThrow('unknown form')
  expect(() => chromiumParts('<html></html>', '1.0')).toThrow('only 0 licences')
})
