import { defineWork } from '../../../engine/types/work.ts'
import { radiancePixels } from './radiance.ts'

export const radianceWork = defineWork({ name: 'files/radiance', run: (bytes: Uint8Array) => radiancePixels(bytes) })
