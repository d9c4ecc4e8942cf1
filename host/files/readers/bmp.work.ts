import { defineWork } from '../../../engine/types/work.ts'
import { bmpPixels } from './bmp.ts'

export const bmpWork = defineWork({ name: 'files/bmp', run: (bytes: Uint8Array) => bmpPixels(bytes) })
