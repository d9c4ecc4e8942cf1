/** Inlines a bundle's code, its style and its packages' licences into `renderer/share/page.html`, giving one file, `viewer.html`. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { licenceOf, packageOf } from './licences.ts'
import { root } from './newest.ts'

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** It runs this code and style alone, in threads of its own, and reads only what lies beside it. */
const policyOf = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval' blob:`,
    'worker-src blob:',
    `style-src ${hash(style)}`,
    'img-src blob: data:',
    "connect-src 'self' blob: data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

/** The programs that a page contains: ours, and the packages of its modules. */
function licencesOf(modules: readonly string[]): string {
  const packages = [...new Set(modules.flatMap((module) => packageOf(module) ?? []))].map((path) =>
    licenceOf(path.startsWith('node_modules/') ? join(root, path) : path),
  )
  const ours = { name: 'Sightline', version: '', licence: 'MIT', text: readFileSync(join(root, 'LICENSE'), 'utf8') }
  return [ours, ...packages.sort((a, b) => a.name.localeCompare(b.name, 'en'))]
    .map(
      ({ name, version, licence, text }) =>
        `<h2>${escaped(`${name} ${version}`.trim())} (${escaped(licence)})</h2>\n<pre>${escaped(text.trim())}</pre>`,
    )
    .join('\n')
}

export const singlePage = (): Plugin => ({
  name: 'single-page',
  apply: 'build',
  enforce: 'post',
  generateBundle(_, bundle) {
    const files = Object.values(bundle)
    const chunks = files.filter((file) => file.type === 'chunk')
    if (chunks.length !== 1) throw new Error(`the page is ${chunks.length} files of code, not one`)
    const modules = chunks.flatMap((chunk) => Object.keys(chunk.modules))
    // A string that ends a script is written otherwise; to the program it is the same.
    const script = chunks.map(({ code }) => code.replaceAll('</script', '<\\/script')).join('')
    const style = files
      .flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [String(file.source)] : []))
      .join('')
    const parts: Readonly<Record<string, string>> = {
      '<!--policy-->': `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}" />`,
      '<!--style-->': `<style>${style}</style>`,
      '<!--licences-->': licencesOf(modules),
      '<!--script-->': `<script type="module">${script}</script>`,
    }
    const template = readFileSync(join(root, 'renderer/share/page.html'), 'utf8')
    const page = Object.entries(parts).reduce((text, [slot, part]) => text.replace(slot, () => part), template)
    for (const { fileName } of files) delete bundle[fileName]
    this.emitFile({ type: 'asset', fileName: 'viewer.html', source: page })
  },
})
