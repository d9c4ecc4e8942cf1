/** What was done to a picture to make the numbers of a tensor: what a network was trained on is said in the same words (`expects.ts`). */
import { z } from 'zod'

export const preparedSchema = z.object({
  /** Order of the channels. */
  order: z.enum(['RGB', 'BGR', 'gray']),
  /** x = (scale · v − mean) / std, where v is the picture's value from 0 to 1. For each channel in `order`, or one for all. */
  scale: z.union([z.literal(1), z.literal(255)]),
  mean: z.array(z.number()).readonly(),
  std: z.array(z.number()).readonly(),
  /** How the picture got its size: in its own proportions with the rest filled, or stretched. Absent: it is not known. */
  fit: z.enum(['letterbox', 'stretch']).optional(),
})
export type Prepared = Readonly<z.infer<typeof preparedSchema>>
