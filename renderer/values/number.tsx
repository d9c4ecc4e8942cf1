import { z } from 'zod'
import { formatNumber } from '../ui/numbers.ts'
import full from './full.module.css'
import small from './small.module.css'
import { defineView } from './view.ts'

export const view = defineView({
  schema: z.object({ value: z.number().nullable() }),
  Small: ({ value: { value } }) => <output className={small.number}>{formatNumber(value)}</output>,
  Full: ({ value: { value } }) => <output className={full.number}>{formatNumber(value, 9)}</output>,
  draw({ context, box, colour }, { value }) {
    context.fillStyle = colour('var(--text)')
    context.fillText(formatNumber(value), box.x, box.y, box.width)
  },
})
