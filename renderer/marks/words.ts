/** A mark in words. */

import { kindNamed } from '../../engine/values/index.ts'
import type { Mark } from '../../engine/values/mark.ts'
import { say, text } from '../words/say.ts'

const digits = (value: number): string => String(Number(value.toFixed(1)))

/** "0.87": a score as detectors print it. */
export const scoreWords = (weight: number): string => weight.toFixed(2)

/** "person 0.87"; '' where a mark has neither name nor score. */
export const tagWords = ({ label, weight }: Mark): string =>
  [label, weight === undefined ? undefined : scoreWords(weight)].filter((part) => part !== undefined).join(' ')

/** Where it lies, in pixels of the picture. */
export function placeWords(mark: Mark): string {
  switch (mark.kind) {
    case 'rect': {
      const [x0, y0, x1, y1] = mark.box
      return `x ${digits(x0)}–${digits(x1)}, y ${digits(y0)}–${digits(y1)}`
    }
    case 'point': {
      const { at, radius, angle } = mark
      const size = radius === undefined ? '' : `, radius ${digits(radius)}`
      return `x ${digits(at[0])}, y ${digits(at[1])}${size}${angle === undefined ? '' : `, ${digits(angle)}°`}`
    }
    case 'path': {
      const [first] = mark.points
      return `${mark.points.length} points${first ? ` from x ${digits(first[0])}, y ${digits(first[1])}` : ''}`
    }
  }
}

/** What the mark is called: its class, or what kind it is. */
export const nameOf = (mark: Mark): string =>
  mark.label ?? (mark.kind === 'rect' ? 'Box' : mark.kind === 'point' ? 'Point' : 'Line')

const grouping = new Intl.NumberFormat('en')
/** "1,917" */
export const grouped = (n: number): string => grouping.format(n)

/** What was looked for, by the type of the output: "boxes". */
export const kindWords = (type: string | undefined): string =>
  say((type === undefined ? undefined : kindNamed(type)?.words.many) ?? text('marks'))
