import { SightlineError } from '../../engine/types/problem.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { Numbers } from '../../engine/values/index.ts'
import { vocColour } from '../voc.ts'

export type LabelCode = 'gray' | 'voc' | 'coco'

export interface ColouredLabels {
  /** Row-major, 0..1, `channels` numbers a pixel. */
  readonly numbers: Numbers
  readonly channels: number
  readonly width: number
  readonly code: LabelCode
  /** What a gray value of 1 stands for. */
  readonly white: number
}

/** The number of each pixel. */
function numbersOf({ numbers, channels, width, code, white }: ColouredLabels): Int32Array {
  const at = (i: number, c: number, scale = 255): number => Math.round((numbers[i * channels + c] ?? 0) * scale)
  const idOf = (r: number, g: number, b: number): number => r + 256 * g + 65536 * b
  const voc = new Map(Array.from({ length: 256 }, (_, index) => [idOf(...vocColour(index)), index]))
  return Int32Array.from({ length: numbers.length / channels }, (_, i) => {
    if (code === 'gray') return at(i, 0, white)
    const [r, g, b] = [at(i, 0), at(i, 1), at(i, 2)]
    if (code === 'coco') return idOf(r, g, b)
    const index = voc.get(idOf(r, g, b))
    if (index !== undefined) return index
    throw new SightlineError('param.invalid', {
      param: 'code',
      given: `VOC's colours, but the pixel in column ${i % width}, row ${Math.floor(i / width)} is ${r}, ${g}, ${b}`,
      wanted: 'what the colours of this picture stand for; pictures saved as JPEG cannot be read',
    })
  })
}

/** Reads the numbers of classes or segments from a picture of them. */
export const labelsInPicture = defineWork<ColouredLabels, Int32Array>({ name: 'segment/from-image', run: numbersOf })
