/** Every kind of value. Made by host/build/kinds.ts from the files beside it; do not edit. */
import { image } from './image.ts'
import { number } from './number.ts'
import { plot } from './plot.ts'
import { sequence } from './sequence.ts'
import { table } from './table.ts'
import { tensor } from './tensor.ts'
import { text } from './text.ts'

export const kinds = {
  image,
  number,
  plot,
  sequence,
  table,
  tensor,
  text,
}
