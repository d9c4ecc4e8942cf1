import { z } from 'zod'
import { Plot, type PlotData } from '../viewer/Plot.tsx'
import { plotLines } from './plot-lines.ts'
import small from './small.module.css'
import { defineView } from './view.ts'

const schema: z.ZodType<PlotData> = z.object({
  x: z.object({ label: z.string(), range: z.tuple([z.number(), z.number()]) }),
  series: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
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

export const view = defineView({
  schema,
  Small,
  Full: ({ value }) => <Plot plot={value} />,
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
