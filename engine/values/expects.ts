/** What a network expects of the picture at an input: how it was trained, and so what must be done to a picture first. */
import { z } from 'zod'

/**
 * The numbers of the tensor: x = (scale · v − mean) / std, where v is the picture's value from 0 to 1. `tensor/normalise` makes it,
 * with parameters of the same names; `geometry/resize` or `geometry/letterbox` gives the size before.
 */
export const expects = z.strictObject({
  /** The model's input, by the name in its file. */
  input: z.string().min(1),
  /** All of it in one sentence: "BGR, 0 to 255, minus the ImageNet mean; 224 × 224." */
  words: z.string().min(1),
  /** Order of the axes, N being 1. */
  layout: z.enum(['HWC', 'CHW', 'NHWC', 'NCHW']),
  /** `gray`: one channel. */
  order: z.enum(['RGB', 'BGR', 'gray']),
  /** What white is before the mean is taken away. */
  scale: z.union([z.literal(1), z.literal(255)]),
  /** Whether the numbers are rounded to whole ones: inputs of whole numbers, and networks fed from 8-bit pixels. */
  whole: z.boolean().default(false),
  /** For each channel in `order`, or one number for all. */
  mean: z.array(z.number()).min(1).max(3),
  std: z.array(z.number().positive()).min(1).max(3),
  /** In pixels. Absent: any size. */
  size: z.strictObject({ width: z.int().positive(), height: z.int().positive() }).optional(),
  /**
   * How a picture gets that size. `stretch`: both sides by themselves. `letterbox`: as large as fits, the rest filled. `crop`: as
   * small as covers it, the middle cut out. `none`: it need not.
   */
  resize: z.enum(['none', 'stretch', 'letterbox', 'crop']),
  /** As `geometry/resize` names it. Absent: of no importance. */
  method: z.enum(['nearest', 'bilinear', 'bicubic', 'area']).optional(),
})
export type ModelExpects = Readonly<z.infer<typeof expects>>
