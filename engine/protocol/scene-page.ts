/** A page that shows one scene, to be given away: what is written into it, and how large it may be. */
import { z } from 'zod'
import { pageBackgrounds, type ScenePageLook, upAxes } from '../types/services.ts'

const finite = z.number().finite()

const place = z.tuple([finite, finite, finite]).readonly()

export const longestTitle = 200

/** How a scene is shown first. */
export const pageLook = z.object({
  title: z.string().max(longestTitle),
  /** Which axis is up. */
  up: z.enum(upAxes),
  /** From where one looks. Absent: from the front, with what holds most of the scene in sight. */
  view: z.object({ eye: place, target: place, fov: finite.min(1).max(170) }).optional(),
  background: z.enum(pageBackgrounds),
}) satisfies z.ZodType<ScenePageLook>

/** What the page is told. */
export const pageStart = pageLook.extend({
  /** A .sog beside the page; absent: it is in the page. */
  file: z.string().max(255).optional(),
  antialiased: z.boolean(),
})
export type PageStart = z.infer<typeof pageStart>

/** A page with the scene in it may have this many bytes: mail and chat programs take no more. */
export const largestPage = 25 * 1000 * 1000

/** The places of the template (`renderer/share/page.html`) that are filled in for a scene. */
export const pageSlots = { title: '{{title}}', start: '{{start}}', scene: '{{scene}}' } as const

/** Bytes that take this many, as base64. */
export const asText = (bytes: number): number => 4 * Math.ceil(bytes / 3)
