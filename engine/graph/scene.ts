/** What one keeps of a scene that a node gives: views, a ruler with its scale, notes. Part of the node's record, by output. */
import { z } from 'zod'
import { upAxes } from '../types/services.ts'

export const mostViews = 100
export const mostNotes = 200
export const longestNote = 500
export const longestViewName = 100
/** Outputs of one node. */
const mostOutputs = 16

const finite = z.number().finite()
const place = z.tuple([finite, finite, finite]).readonly()

/** From where one looks, and what one turns about. Angles in radians; the field of view is vertical, in degrees. */
const orbit = z.object({
  target: place,
  distance: finite.positive(),
  yaw: finite,
  pitch: finite,
  up: z.enum(upAxes),
  fov: finite.positive(),
})

export const keptScene = z.object({
  views: z
    .array(z.object({ name: z.string().max(longestViewName), orbit }))
    .max(mostViews)
    .readonly(),
  /** Two places, or the first of them. */
  ruler: z.array(place).max(2).readonly(),
  /** How long a unit of the scene is, in `unit`. */
  scale: finite.positive(),
  unit: z.string().max(12),
  notes: z
    .array(z.object({ at: place, text: z.string().max(longestNote) }))
    .max(mostNotes)
    .readonly(),
})
export type KeptScene = Readonly<z.infer<typeof keptScene>>
export const nothingKept: KeptScene = { views: [], ruler: [], scale: 1, unit: '', notes: [] }

/** By output, without what is as usual. */
export const keptScenes = z
  .record(z.string().max(256), keptScene.partial())
  .refine((all) => Object.keys(all).length <= mostOutputs, `has more than ${mostOutputs} outputs`)
