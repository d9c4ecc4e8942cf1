/** Structuring elements, as cv2.getStructuringElement makes them: rows of 0 and 1, with the anchor in the middle. */
import { rint } from '../rint.ts'

export const elementForms = ['rectangle', 'ellipse', 'cross'] as const
export type ElementForm = (typeof elementForms)[number]
export type Element = readonly (readonly number[])[]

/** @param width, height odd */
export function structuringElement(form: ElementForm, width: number, height = width): Element {
  const [rx, ry] = [width >> 1, height >> 1]
  return Array.from({ length: height }, (_, y) => {
    const dy = y - ry
    // How far a row of the ellipse reaches to both sides.
    const half = ry === 0 ? rx : rint(rx * Math.sqrt((ry * ry - dy * dy) / (ry * ry)))
    return Array.from({ length: width }, (_, x) => {
      const dx = x - rx
      if (form === 'rectangle') return 1
      if (form === 'cross') return dx === 0 || dy === 0 ? 1 : 0
      return Math.abs(dx) <= half ? 1 : 0
    })
  })
}

export interface Run {
  readonly y: number
  /** First and last column. */
  readonly from: number
  readonly to: number
  /** The largest power of two that fits in it. */
  readonly power: number
}

/** The runs of an element's rows, counted from its middle, in the order of `power`. */
export function runsOf(element: Element): readonly Run[] {
  const runs = element.flatMap((row, i) => {
    const found: Run[] = []
    for (let x = 0; x < row.length; x++) {
      if (row[x] === 0) continue
      const start = x
      while (x + 1 < row.length && row[x + 1] !== 0) x++
      const [from, to] = [start - (row.length >> 1), x - (row.length >> 1)]
      found.push({ y: i - (element.length >> 1), from, to, power: 2 ** Math.floor(Math.log2(to - from + 1)) })
    }
    return found
  })
  return runs.sort((a, b) => a.power - b.power)
}
