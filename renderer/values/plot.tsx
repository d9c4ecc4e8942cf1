import { useMemo } from 'react'
import { z } from 'zod'
import { Plot, type PlotData } from '../viewer/Plot.tsx'
import { usePicker } from './picker.ts'
import { plotLines } from './plot-lines.ts'
import small from './small.module.css'
import { defineView } from './view.ts'

interface ShownPlot extends PlotData {
  /** What a place of the axis chooses. */
  readonly picks?: { readonly name: string; readonly values: readonly (number | null)[] } | undefined
}

const schema: z.ZodType<ShownPlot> = z.object({
  x: z.object({ label: z.string(), range: z.tuple([z.number(), z.number()]) }),
  series: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  picks: z.object({ name: z.string(), values: z.array(z.number().nullable()) }).optional(),
})

const smallBox = { width: 160, height: 100 }

function Small({ value }: { readonly value: PlotData }) {
  return (
    <svg
      className={small.plot}
      viewBox={`0 0 ${smallBox.width} ${smallBox.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Curves of ${value.series.map(({ name }) => name).join(', ')}`}
    >
      {plotLines(value, smallBox).map(({ name, colour, points }) => (
        <polyline key={name} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} stroke={colour} />
      ))}
    </svg>
  )
}

/** Where the node says so, a place of the axis can be chosen. */
function Full({ value, output }: { readonly value: ShownPlot; readonly output: string }) {
  const picker = usePicker(output, 'place')
  const { picks } = value
  const choice = useMemo(() => {
    if (!picker || !picks) return undefined
    const { param } = picker.pick
    return {
      ...picks,
      chosen: Number(picker.params[param]),
      move: (chosen: number) => picker.move({ [param]: chosen }),
      end: picker.end,
    }
  }, [picker, picks])
  return <Plot plot={value} choice={choice} />
}

export const view = defineView({
  schema,
  Small,
  Full,
  draw({ context, box, line, colour }, value) {
    context.save()
    context.translate(box.x, box.y)
    context.lineWidth = line
    for (const { colour: css, points } of plotLines(value, box)) {
      context.strokeStyle = colour(css)
      context.beginPath()
      for (const { x, y } of points) context.lineTo(x, y)
      context.stroke()
    }
    context.restore()
  },
})
