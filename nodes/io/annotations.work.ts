import { defineWork } from '../../engine/types/work.ts'
import { type Annotations, parseCoco } from '../annotations.ts'

/** Reads the text of a COCO file, which may be large. */
export const readCoco = defineWork<{ readonly text: string; readonly path: string }, Annotations>({
  name: 'io/annotations',
  run: ({ text, path }) => parseCoco(text, path),
})
