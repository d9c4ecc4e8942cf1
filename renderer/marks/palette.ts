/**
 * The colours of marks: bright, each over a dark halo, so that they are seen on any photograph, and the same in both themes.
 * `theme/vision.test.ts` holds them apart for every kind of colour vision.
 */
export const palette = ['#63ffa8', '#ffc100', '#7fb8f7', '#f0575a', '#8c78ff', '#cb7900', '#bbacb3'] as const

/** Behind lines and around points. */
export const halo = 'rgb(0 0 0 / 72%)'
/** Of the selected mark, outside its own line. */
export const selectedLine = '#ffffff'
/** On a tag, which has the colour of its mark. */
export const tagText = '#000000'

/** FNV-1a: a name has the same colour in every picture. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The place in the palette. Classes with neighbouring numbers have different colours. */
export function colourOf(group: string | number | undefined): number {
  if (group === undefined) return 0
  const number = typeof group === 'number' ? Math.abs(group) : hashOf(group)
  return number % palette.length
}
