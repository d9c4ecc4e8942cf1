/**
 * What makes a pipeline a gallery entry: `"about"` in its file. The document keeps it among unknown keys (`extra`), so that a
 * mistake in it does not prevent opening the pipeline.
 */
import { z } from 'zod'
import { type Document, portSchema } from './document.ts'
import { schemaProblem } from './file-words.ts'

/** The chapters of the course, in order. */
export const chapters: Readonly<Record<string, string>> = {
  '6.1': 'Image fundamentals and classical vision',
  '6.2': 'CNN architectures',
  '6.3': 'Object detection',
  '6.4': 'Image segmentation',
  '6.5': 'Generative adversarial networks',
  '6.6': 'Vision transformers',
  '6.7': 'Multimodal AI',
  '6.8': 'Video and 3D vision',
}

export const aboutSchema = z.object({
  chapter: z.string().refine((chapter) => Object.hasOwn(chapters, chapter), 'is no chapter (6.1 to 6.8)'),
  /** Its position within its chapter. */
  order: z.number().finite().default(0),
  /** One sentence: what is shown. */
  summary: z.string().min(1).max(300),
  /** The output that its card shows. */
  picture: portSchema,
})
export type About = Readonly<z.infer<typeof aboutSchema>>

/** Undefined for a pipeline without one. Throws `about.wrong`. */
export function aboutOf(document: Document): About | undefined {
  const given = document.extra?.about
  if (given === undefined) return undefined
  const parsed = aboutSchema.safeParse(given)
  if (!parsed.success) throw schemaProblem(parsed.error, given, 'about.wrong')
  return parsed.data
}
