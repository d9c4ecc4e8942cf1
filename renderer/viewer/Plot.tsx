/** Curves over one axis, by uPlot. Colours follow the theme. */
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import type UPlot from 'uplot'
import { channelColour } from '../preview/channels.ts'
import { uiScale, useScale } from '../theme/scale.ts'
import { useColourScheme } from '../theme/theme.ts'
import { late } from '../ui/late.ts'
import { formatNumber } from '../ui/numbers.ts'
import styles from './Plot.module.css'

const uPlotComes = late(() => import('uplot'))

/** Curves over one axis; null where there is no number. */
export interface PlotData {
  readonly x: { readonly label: string; readonly range: readonly [number, number] }
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[]
}

interface PlotProps {
  readonly plot: PlotData
  /** Logarithmic heights, so that rare values are visible beside common ones. */
  readonly log?: boolean
}

/** The value of a colour written with `var()`, for a canvas. */
function resolved(colour: string, at: HTMLElement): string {
  const probe = document.createElement('i')
  probe.style.color = colour
  at.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

function options(box: HTMLElement, { plot, log = false }: PlotProps): UPlot.Options {
  const ink = resolved('var(--text-3)', box)
  const line = resolved('var(--line)', box)
  const { fontSize, fontFamily } = getComputedStyle(box)
  const size = Number.parseFloat(fontSize) * uiScale()
  const axis = { stroke: ink, font: `${size}px ${fontFamily}` }
  const marks = { grid: { stroke: line, width: 1 }, ticks: { show: false } }
  const numbers = (_: UPlot, splits: number[]): string[] => splits.map((v) => formatNumber(v, 3))
  return {
    width: Math.max(40, box.clientWidth),
    height: Math.max(24, box.clientHeight),
    padding: [6, 6, 0, 0],
    cursor: { drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: false, range: [...plot.x.range] as [number, number] }, y: { distr: log ? 4 : 1, asinh: 1 } },
    axes: [
      {
        ...axis,
        ...marks,
        values: numbers,
        size: 2.2 * size,
        ...(plot.x.label && { label: plot.x.label, labelSize: 1.6 * size, labelFont: axis.font }),
      },
      { ...axis, ...marks, values: numbers, size: 4.2 * size },
    ],
    series: [
      { label: plot.x.label || 'x', value: (_, v) => formatNumber(v, 4) },
      ...plot.series.map(({ name }, at) => {
        const colour = resolved(colourOf(plot, name, at), box)
        return {
          label: name,
          stroke: colour,
          width: 1.25,
          fill: colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)'),
          points: { show: false },
          value: (_: UPlot, v: number | null) => (v === null ? '' : formatNumber(v, 5)),
        }
      }),
    ],
  }
}

/** A single curve needs no colour of its own. */
const colourOf = ({ series }: PlotProps['plot'], name: string, at: number): string =>
  series.length > 1 ? channelColour(name, at) : 'var(--text-2)'

/** Values are at the centres of equal steps over the range. */
function dataOf({ x, series }: PlotProps['plot']): UPlot.AlignedData {
  const count = Math.max(0, ...series.map(({ values }) => values.length))
  const step = (x.range[1] - x.range[0]) / Math.max(1, count)
  return [
    Array.from({ length: count }, (_, i) => x.range[0] + (i + 0.5) * step),
    ...series.map(({ values }) => [...values]),
  ]
}

export function Plot(props: PlotProps) {
  const { plot, log = false } = props
  const box = useRef<HTMLDivElement>(null)
  const scheme = useColourScheme()
  const scale = useScale((s) => s.percent)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours, another scale larger letters
  useEffect(() => {
    const element = box.current
    if (!element) return
    let gone = false
    let drawn: UPlot | undefined
    const size = new ResizeObserver(() =>
      drawn?.setSize({ width: Math.max(40, element.clientWidth), height: Math.max(24, element.clientHeight) }),
    )
    void uPlotComes().then(({ default: UPlot }) => {
      if (gone) return
      drawn = new UPlot(options(element, { plot, log }), dataOf(plot), element)
      size.observe(element)
    })
    return () => {
      gone = true
      size.disconnect()
      drawn?.destroy()
    }
  }, [plot, log, scheme, scale])

  const names = plot.series.map(({ name }) => name)
  return (
    <figure className={styles.plot} aria-label={`Plot of ${names.join(', ')} over ${plot.x.label || 'x'}`}>
      {names.length > 1 && (
        <figcaption className={styles.legend}>
          {names.map((name, at) => (
            <span key={name}>
              <i style={{ background: channelColour(name, at) }} aria-hidden />
              {name}
            </span>
          ))}
        </figcaption>
      )}
      <div ref={box} className={styles.canvas} />
    </figure>
  )
}
