/** The tokens keep WCAG 2 AA in both themes: 4.5:1 for text, 3:1 for what only has to be visible. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../engine/values/kinds.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const tokens = new Map<string, readonly [light: string, dark: string]>()
for (const [, name, value] of css.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
  const both = /^light-dark\((#\w{6}), (#\w{6})\)$/.exec(value ?? '')
  const one = /^#\w{6}$/.exec(value ?? '')
  if (name && both?.[1] && both[2]) tokens.set(name, [both[1], both[2]])
  else if (name && one) tokens.set(name, [one[0], one[0]])
}

for (const { kind, look } of Object.values(kinds)) tokens.set(`type-${kind}`, [look.light, look.dark])

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const surfaces = ['canvas', 'sunken', 'panel', 'raised', 'hover']
const words = ['text', 'text-2', 'text-3', 'accent', 'danger', 'warning', 'success']
const marks = ['line-control', 'focus', ...[...tokens.keys()].filter((name) => /^(type|channel)-/.test(name))]
const pairs: [string, string, number][] = [
  ...words.flatMap((word) => surfaces.map((surface): [string, string, number] => [word, surface, 4.5])),
  ...marks.flatMap((mark) => ['canvas', 'panel', 'raised'].map((s): [string, string, number] => [mark, s, 3])),
  ['text', 'pressed', 4.5],
  ['accent', 'accent-soft', 4.5],
  ['text', 'accent-soft', 4.5],
  ['on-accent', 'accent-fill', 4.5],
  ['on-accent', 'accent-fill-hover', 4.5],
  ['on-accent', 'danger-fill', 4.5],
  ['danger', 'danger-soft', 4.5],
  ['warning', 'warning-soft', 4.5],
  ['success', 'success-soft', 4.5],
]

describe('contrast', () => {
  it.each(pairs)('%s on %s is at least %d:1', (front, back, least) => {
    const [a, b] = [tokens.get(front), tokens.get(back)]
    if (!a || !b) throw new Error(`no token --${a ? back : front}`)
    expect.soft(contrast(a[0], b[0]), 'light').toBeGreaterThanOrEqual(least)
    expect.soft(contrast(a[1], b[1]), 'dark').toBeGreaterThanOrEqual(least)
  })
})
