/** A small plot: in a node, and on its card in the overview. */
import type { PlotValue } from '../../engine/values/index.ts'
import type { Point, Size } from './geometry.ts'

export interface PlotLine {
  readonly name: string
  readonly colour: string
  readonly points: readonly Point[]
}

export function plotLines({ series }: PlotValue, { width, height }: Size): readonly PlotLine[] {
  const most = Math.max(...series.flatMap(({ values }) => values), Number.MIN_VALUE)
  return series.map(({ name, values }, i) => ({
    name,
    colour: series.length > 1 ? `var(--channel-${Math.min(i, 3)})` : 'var(--type-plot)',
    points: values.map((v, at) => ({ x: (at / Math.max(1, values.length - 1)) * width, y: height * (1 - v / most) })),
  }))
}
