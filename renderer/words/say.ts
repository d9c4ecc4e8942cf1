/**
 * Translates the window's texts. Components write English and know nothing of this: everything they render passes through
 * `jsx-runtime.ts`, which asks here. A text is known by its English; `{1}` stands for a filled-in value.
 */

interface Pattern {
  readonly english: RegExp
  readonly other: string
}

let exact: ReadonlyMap<string, string> = new Map()
let patterns: readonly Pattern[] = []
/** Past look-ups: most texts are shown again and again. */
const known = new Map<string, string>()
const mostKnown = 5000

const place = /\{(\d+)\}/
const literalOf = (text: string): string => text.replace(/\{\d+\}/g, '')
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** In a pattern with few fixed words ("{1} of {2}"), only numbers may be filled in, so that the user's text is not taken for ours. */
function patternOf(english: string, other: string): Pattern {
  const parts = english.split(place)
  const filled = literalOf(english).replace(/[^A-Za-z]/g, '').length < 4 ? String.raw`([^\p{L}]*?)` : '(.*?)'
  // A placeholder named twice has the same value twice.
  const source = parts.map((part, i) => (i % 2 === 1 ? filled : escaped(part))).join('')
  const order = parts.filter((_, i) => i % 2 === 1)
  return {
    english: new RegExp(`^${source}$`, 'su'),
    // From the name of a placeholder to its position in the English text.
    other: other.replace(/\{(\d+)\}/g, (_, name: string) => `{${order.indexOf(name)}}`),
  }
}

/** `undefined`: English. */
export function sayTextsIn(texts: Readonly<Record<string, string>> | undefined): void {
  const all = Object.entries(texts ?? {})
  exact = new Map(all)
  patterns = all
    .filter(([english]) => place.test(english))
    // The most specific pattern comes first.
    .sort(([a], [b]) => literalOf(b).length - literalOf(a).length)
    .map(([english, other]) => patternOf(english, other))
  known.clear()
}

function look(text: string): string | undefined {
  const found = exact.get(text)
  if (found !== undefined) return found
  for (const { english, other } of patterns) {
    const match = english.exec(text)
    if (match) return other.replace(/\{(\d+)\}/g, (_, at: string) => say(match[Number(at) + 1] ?? ''))
  }
  return undefined
}

/** Undefined if there is no translation. */
export function otherWords(text: string): string | undefined {
  if (exact.size === 0 || !/\p{L}/u.test(text)) return undefined
  const words = text.trim()
  let other = known.get(words)
  if (other === undefined) {
    other = look(words) ?? ''
    if (known.size >= mostKnown) known.clear()
    known.set(words, other)
  }
  return other && text.replace(words, () => other)
}

export const say = (text: string): string => otherWords(text) || text

/** Marks a text that does not look like one ("done"), so that a file can translate it. */
export const text = (english: string): string => english
