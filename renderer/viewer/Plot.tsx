/** Curves over one axis, by uPlot. Colours follow the theme. */
import 'uplot/dist/uPlot.min.css'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react'
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

/** A place of the axis that can be chosen, by a click, a drag or the arrow keys. */
export interface PlotChoice {
  /** What is chosen: "Score". */
  readonly name: string
  /** For each place of the axis; null: nothing. */
  readonly values: readonly (number | null)[]
  readonly chosen: number
  readonly move: (value: number) => void
  readonly end: () => void
}

interface PlotProps {
  readonly plot: PlotData
  readonly choice?: PlotChoice | undefined
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

/** The place with the value that is nearest to what is chosen, of equal ones the last; undefined where there is none. */
export function placeOf({ values, chosen }: Pick<PlotChoice, 'values' | 'chosen'>): number | undefined {
  let [best, least]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (const [at, value] of values.entries()) {
    if (value === null || Math.abs(value - chosen) > least) continue
    best = at
    least = Math.abs(value - chosen)
  }
  return best
}

/** The next place in this direction that has another value. */
function nextPlace({ values }: PlotChoice, from: number, by: 1 | -1): number | undefined {
  for (let at = from + by; at >= 0 && at < values.length; at += by)
    if (values[at] !== null && values[at] !== values[from]) return at
  return undefined
}

/** A line at the chosen place, and what it means for the pointer. */
function chooser(get: () => PlotChoice | undefined): UPlot.Plugin {
  return {
    hooks: {
      draw(u) {
        const choice = get()
        const at = choice && placeOf(choice)
        const x = at === undefined ? undefined : u.data[0]?.[at]
        if (x === undefined) return
        const { ctx, bbox } = u
        const left = Math.round(u.valToPos(x, 'x', true)) + 0.5
        ctx.save()
        ctx.strokeStyle = resolved('var(--accent)', u.root)
        ctx.lineWidth = 2 * devicePixelRatio
        ctx.beginPath()
        ctx.moveTo(left, bbox.top)
        ctx.lineTo(left, bbox.top + bbox.height)
        ctx.stroke()
        ctx.restore()
      },
    },
  }
}

function options(
  box: HTMLElement,
  { plot, log = false }: PlotProps,
  choice: () => PlotChoice | undefined,
): UPlot.Options {
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
    plugins: [chooser(choice)],
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
      ...plot.series.map(({ name, values }, at) => {
        const colour = resolved(colourOf(plot, name, at), box)
        return {
          label: name,
          stroke: colour,
          width: 1.25,
          fill: colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)'),
          spanGaps: isSparse(values),
          points: { show: isSparse(values), size: 5, fill: colour },
          value: (_: UPlot, v: number | null) => (v === null ? '' : formatNumber(v, 5)),
        }
      }),
    ],
  }
}

/** With numbers at few places of the axis, such as a test at the end of each epoch: they are dots, joined over the gaps. */
export const isSparse = (values: readonly (number | null)[]): boolean =>
  2 * values.filter((value) => value !== null).length < values.length

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
  const { plot, choice, log = false } = props
  const box = useRef<HTMLDivElement>(null)
  const shown = useRef<UPlot>(undefined)
  const current = useRef(choice)
  current.current = choice
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
      drawn = new UPlot(
        options(element, { plot, log }, () => current.current),
        dataOf(plot),
        element,
      )
      shown.current = drawn
      size.observe(element)
    })
    return () => {
      gone = true
      size.disconnect()
      drawn?.destroy()
      shown.current = undefined
    }
  }, [plot, log, scheme, scale])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is drawn at another place
  useEffect(() => shown.current?.redraw(false), [choice?.chosen])

  const take = (at: number | undefined): void => {
    const value = at === undefined ? undefined : choice?.values[at]
    if (value !== undefined && value !== null) choice?.move(value)
  }
  const takeUnder = ({ clientX }: PointerEvent): void => {
    const u = shown.current
    if (u) take(u.posToIdx(clientX - u.over.getBoundingClientRect().left))
  }
  const place = choice && placeOf(choice)
  const slider = choice && {
    role: 'slider',
    tabIndex: 0,
    'aria-label': choice.name,
    'aria-valuenow': choice.chosen,
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      takeUnder(event)
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) takeUnder(event)
    },
    onLostPointerCapture: choice.end,
    onKeyDown: (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined
      if (by === undefined || place === undefined) return
      event.preventDefault()
      take(nextPlace(choice, place, by))
      choice.end()
    },
  }

  const names = plot.series.map(({ name }) => name)
  return (
    <figure className={styles.plot} aria-label={`Plot of ${names.join(', ')} over ${plot.x.label || 'x'}`}>
      {(names.length > 1 || choice) && (
        <figcaption className={styles.legend}>
          {choice && (
            <span className={styles.chosen}>
              {choice.name} {formatNumber(choice.chosen, 4)}
            </span>
          )}
          {names.length > 1 &&
            names.map((name, at) => (
              <span key={name}>
                <i style={{ background: channelColour(name, at) }} aria-hidden />
                {name}
              </span>
            ))}
        </figcaption>
      )}
      <div ref={box} className={styles.canvas} data-choice={choice !== undefined || undefined} {...slider} />
    </figure>
  )
}
