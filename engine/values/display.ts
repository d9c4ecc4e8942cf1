/** How a picture's numbers become light. */
import { z } from 'zod'

const finite = z.number().finite()

/** `labels`: a colour for each whole number. `auto`: by the value's nominal range and sign; the preview says what was chosen. */
export const displaySchema = z.object({
  mode: z.enum(['auto', 'clip', 'stretch', 'diverging', 'viridis', 'labels']).default('auto'),
  /** One channel alone; absent: colour. */
  channel: z.number().int().nonnegative().optional(),
  /** The range that is shown; absent: nominal, or the value's own. */
  range: z.tuple([finite, finite]).optional(),
  /** Marks NaN and what lies outside the range. */
  flag: z.boolean().default(false),
})
export type Display = z.infer<typeof displaySchema>
export type DisplayInput = z.input<typeof displaySchema>
