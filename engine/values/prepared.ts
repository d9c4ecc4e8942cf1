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

const of = (all: readonly number[] | undefined, channel: number, otherwise: number): number =>
  all?.[all.length === 1 ? 0 : channel] ?? otherwise

/** Numbers (..., channels, area) from 0 to 1 again (`plain`), and as a network takes them (`back`). Unprepared ones stay as they are. */
export function rangeOf(prepared: Prepared | undefined, channels: number, area: number) {
  const scale = prepared?.scale ?? 1
  const each = Array.from({ length: channels }, (_, channel) => ({
    mean: of(prepared?.mean, channel, 0),
    std: of(prepared?.std, channel, 1),
  }))
  const at = (i: number) => each[Math.floor(i / area) % channels] as (typeof each)[number]
  return {
    plain: (numbers: Float32Array) => numbers.map((v, i) => (v * at(i).std + at(i).mean) / scale),
    back: (numbers: Float32Array) => numbers.map((v, i) => (scale * v - at(i).mean) / at(i).std),
  }
}
