/** Colours: 0..1 in the document, #rrggbb in the field. */
export type Rgb = readonly [number, number, number]

export const hexOf = (rgb: Rgb): string =>
  `#${rgb
    .map((v) =>
      Math.round(v * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

/** "#f80", "ff8800", "255, 136, 0"; undefined if it is not a colour. */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1]
  const digits = hex?.length === 3 ? [...hex].map((d) => d + d).join('') : hex
  const parts = digits
    ? [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16))
    : text
        .replace(/^rgb\(|\)$/g, '')
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(Number)
  const [r, g, b] = parts
  if (parts.length !== 3 || r === undefined || g === undefined || b === undefined) return undefined
  return parts.every((v) => v >= 0 && v <= 255) ? [r / 255, g / 255, b / 255] : undefined
}
