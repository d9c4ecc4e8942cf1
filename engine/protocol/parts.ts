/** Schemas that several messages share. */
import { z } from 'zod'

export const path = z.string().min(1).max(4096)
export const side = z.number().int().min(1).max(8192)
/** A card is no larger on any screen. */
export const cardSide = z.number().int().min(1).max(2048)
const finite = z.number().finite()

export const problemSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Of one element of a sequence: which. */
  element: z.string().optional(),
})
/** A camera that the engine has opened in the window. */
export const captureId = z.string().min(1).max(64)

/** A rectangle of a value in its own pixels (fractions allowed), drawn `width` × `height` device pixels large. */
export const regionSchema = z.object({ x: finite, y: finite, width: finite.positive(), height: finite.positive() })

/** A file or folder outside the document's own, and what the user allows it. */
export const fileUse = z.object({ path, access: z.enum(['read', 'write']) })

/** The file form of a document (`engine/graph/file.ts` validates it fully). */
export const documentFile = z.record(z.string(), z.unknown())

export const count = z.number().int().nonnegative()
