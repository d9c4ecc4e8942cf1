/** Every op. The key is the name by which nodes call it. */
import { fromNumbers } from './array/op.ts'
import { convertColour } from './colour/op.ts'
import { separable } from './separable/op.ts'

export const ops = { fromNumbers, convertColour, separable } as const
