/** A small plot: on a node, and on its card in the overview. */
import type { PlotData } from '../viewer/Plot.tsx'

export interface PlotLine {
  readonly name: string
  readonly colour: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

interface Size {
  readonly width: number
  readonly height: number
}

/** The curves in a box of this size, y down. What is not a number is left out. */
export function plotLines({ series }: Pick<PlotData, 'series'>, { width, height }: Size): readonly PlotLine[] {
  let most = Number.MIN_VALUE
  for (const { values } of series) for (const value of values) if (value !== null && value > most) most = value
  return series.map(({ name, values }, i) => ({
    name,
    colour: series.length > 1 ? `var(--channel-${Math.min(i, 3)})` : 'var(--type-plot)',
    points: values.flatMap((v, at) =>
      v === null ? [] : [{ x: (at / Math.max(1, values.length - 1)) * width, y: height * (1 - v / most) }],
    ),
  }))
}
