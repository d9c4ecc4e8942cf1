/** Texts. */
import { z } from 'zod'
import type { Kind } from './kind.ts'

export interface TextValue {
  readonly kind: 'text'
  readonly text: string
}

/** Nobody reads more of a text in a preview. */
const mostShown = 20_000

export const text: Kind<TextValue, { readonly kind: 'text' }> = {
  kind: 'text',
  words: { title: 'Text', one: 'a text' },
  look: { light: '#5a6370', dark: '#b3bbc6', radius: '50% 50% 0 0' },
  head: z.object({ kind: z.literal('text'), text: z.string() }),
  only: { kind: 'text' },
  shape: () => ({ kind: 'text' }),
  describe: () => 'text',
  face: (value) => ({ json: { ...value, text: value.text.slice(0, mostShown) } as TextValue }),
  files: ({ text }) => [{ ext: 'txt', text }],
  report: ({ text }) => ({ text }),
  bytes: ({ text }) => text.length * 2,
  sample: async () => ['', 'Grüße, 世界\n'].map((text) => ({ kind: 'text', text })),
}
