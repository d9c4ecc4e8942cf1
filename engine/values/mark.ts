/**
 * What is drawn over a picture: boxes, keypoints, contours, lines. Plain JSON, in pixels of the full-size picture that it lies
 * over: x to the right, y down, (0, 0) the top left corner of the first pixel.
 */
import { z } from 'zod'

const finite = z.number().finite()
const place = z.tuple([finite, finite])

const common = {
  /** What it is called: the name of a class. */
  label: z.string().max(200).optional(),
  /** A score from 0 to 1. */
  weight: finite.min(0).max(1).optional(),
  /** The class or object it belongs to: marks of one group share a colour. */
  group: z.union([z.string().max(200), z.number().int()]).optional(),
  /** The row of the table that the marks come from, counted from 0. */
  row: z.number().int().nonnegative().optional(),
}

export const markSchema = z.discriminatedUnion('kind', [
  /** `box`: left, top, right, bottom. */
  z.object({ kind: z.literal('rect'), box: z.tuple([finite, finite, finite, finite]), ...common }),
  /** `radius` in pixels, `angle` in degrees, clockwise from the x axis: a keypoint. */
  z.object({
    kind: z.literal('point'),
    at: place,
    radius: finite.nonnegative().optional(),
    angle: finite.optional(),
    ...common,
  }),
  /** Lines from point to point; `closed`: back to the first one, too. */
  z.object({ kind: z.literal('path'), points: z.array(place).min(1), closed: z.boolean().optional(), ...common }),
])
export type Mark = z.infer<typeof markSchema>
