/** Texts on a canvas: cut where they end, never squeezed. */

/** What measures texts: a canvas context with its font set. */
export type Measure = Pick<CanvasRenderingContext2D, 'measureText'>

/** The text, or its beginning with an ellipsis, no wider than this. */
export function cutText(context: Measure, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  const letters = [...text]
  let [fits, tooLong] = [0, letters.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (context.measureText(`${letters.slice(0, middle).join('')}…`).width <= width) fits = middle
    else tooLong = middle
  }
  return `${letters.slice(0, fits).join('').trimEnd()}…`
}

/** What stays on one line: words, and the parts of a word that a hyphen joins. */
const partsOf = (text: string): string[] => text.split(/(?<=[ -])/)

/** At most two lines, broken after a space or a hyphen; what does not fit is cut. */
export function twoLines(context: Measure, text: string, width: number): readonly string[] {
  const parts = partsOf(text)
  let first = parts.shift() ?? ''
  while (parts[0] && context.measureText((first + parts[0]).trimEnd()).width <= width) first += parts.shift()
  const lines = parts.length > 0 ? [first, parts.join('')] : [first]
  return lines.map((line) => cutText(context, line.trimEnd(), width))
}

/** The part of its size that makes the widest part fit on a line, but no smaller than this. */
export function shrinkage(context: Measure, text: string, width: number, least: number): number {
  const widest = Math.max(...partsOf(text).map((part) => context.measureText(part.trimEnd()).width))
  return Math.min(1, Math.max(least, width / widest))
}
