/**
 * Extracts every text of the page from its sources, for the template of a language file: text between tags, and strings that
 * read as words. `{1}` stands for a filled-in value.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plugin, parseSync } from 'vite'

const renderer = fileURLToPath(new URL('../../renderer', import.meta.url))

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

const unsaid =
  /^(className|id|htmlFor|type|role|data-.*|href|src|accept|d|fill|side|look|size|align|orientation|key|style|value)$/
const unsaidCalls = /addEventListener|Item|querySelector|createElement|dispatchEvent|RegExp|matches|matchMedia|closest$/

const hasWords = (text: string): boolean => /[A-Za-z]{2}/.test(text.replace(/\{\d+\}/g, ''))

/** A sentence, or one capitalised word. No class or file names, no CSS, no shaders. */
const reads = (text: string): boolean =>
  !/;\n|px|\(--|^\(prefers|^[.#]\w|-gradient|^M\{1\}/.test(text) &&
  (/^[A-Z“][a-z’]+…?$/.test(text) || /[A-Za-z’”…:,.)}] [A-Za-z0-9{“(]/.test(text)) &&
  hasWords(text)

const filled = (parts: readonly string[]): string => parts.map((part, i) => (i > 0 ? `{${i}}${part}` : part)).join('')

/** As JSX reads it: lines are joined, indentation is dropped. */
const ofLines = (text: string): string =>
  text
    .split('\n')
    .map((line, i, lines) => {
      const begun = i > 0 ? line.trimStart() : line
      return i < lines.length - 1 ? begun.trimEnd() : begun
    })
    .filter((line) => line !== '')
    .join(' ')

export function textsIn(source: string, file: string): string[] {
  const found: string[] = []
  const add = (text: string, certain = false): void => {
    const plain = text.trim()
    if (certain ? hasWords(plain) : reads(plain)) found.push(plain)
  }
  const written = ({ start, end }: Node): string => source.slice(start, end)

  /** Texts and filled-in values between two elements form one text. */
  function addChildren(children: readonly Node[]): void {
    let parts = ['']
    const flush = (): void => {
      add(filled(parts), true)
      parts = ['']
    }
    const append = (text: string): void => {
      parts.push((parts.pop() ?? '') + text)
    }
    for (const child of children) {
      const inner = child.type === 'JSXExpressionContainer' ? (child.expression as Node) : undefined
      if (child.type === 'JSXText') append(ofLines(String(child.value)))
      else if (inner?.type === 'Literal') append(String(inner.value))
      else if (
        inner &&
        /^(Identifier|MemberExpression|CallExpression|ChainExpression)$/.test(inner.type) &&
        !/=>/.test(written(inner))
      )
        parts.push('')
      else flush()
    }
    flush()
  }

  function visit(node: Node): void {
    const { type } = node
    if (/^(Import|ExportAll|ThrowStatement|TSLiteral|TSType|TSInterface)/.test(type)) return
    if (type === 'JSXAttribute' && unsaid.test(String((node.name as Node).name))) return
    if (type === 'CallExpression') {
      const name = written(node.callee as Node)
      if (unsaidCalls.test(name)) return
      const [first] = node.arguments as Node[]
      if ((name === 'text' || name === 'say') && typeof first?.value === 'string') add(first.value, true)
      const [, one, many] = node.arguments as Node[]
      // The one way to write a count of something.
      if (name === 'count' && typeof one?.value === 'string')
        found.push(`{1} ${one.value}`, `{1} ${typeof many?.value === 'string' ? many.value : `${one.value}s`}`)
    }
    if (type === 'Literal' && typeof node.value === 'string') add(node.value)
    if (type === 'TemplateLiteral')
      add(filled((node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked)))
    // Text that must not be translated (names of code, the user's own text) is marked as in HTML.
    if (type === 'JSXElement' && /^<[^>]*translate="no"|^<(code|kbd|pre)\b/.test(written(node))) return
    if (type === 'JSXElement' || type === 'JSXFragment') addChildren(node.children as Node[])
    for (const [key, value] of Object.entries(node)) {
      if (key === 'key' && type === 'Property') continue
      for (const inner of Array.isArray(value) ? value : [value]) if (isNode(inner)) visit(inner)
    }
  }
  visit(parseSync(file, source).program as unknown as Node)
  return found
}

export function textsOfPage(): string[] {
  const files = globSync('**/*.{ts,tsx}', { cwd: renderer }).filter(
    (file) => !/\.test\.|\.d\.ts$|vite\.config/.test(file),
  )
  const texts = files.sort().flatMap((file) => textsIn(readFileSync(join(renderer, file), 'utf8'), file))
  return [...new Set(texts)].sort()
}

/** `import texts from 'virtual:texts'` */
export const texts = (): Plugin => ({
  name: 'texts',
  resolveId: (id) => (id === 'virtual:texts' ? id : undefined),
  load: (id) => (id === 'virtual:texts' ? `export default ${JSON.stringify(textsOfPage())}` : undefined),
})

if (import.meta.main) for (const text of textsOfPage()) console.log(text)
