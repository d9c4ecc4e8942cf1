/** The rules of all operators that layers and losses are made of. */
import type { Rule } from '../tape.ts'
import { convolutionRules } from './convolutions.ts'
import { matrixRules } from './matrices.ts'
import { moveRules } from './moves.ts'
import { normRules } from './norms.ts'
import { poolRules } from './pools.ts'
import { singleRules } from './single.ts'

export const rules: readonly Rule[] = [
  ...[convolutionRules, matrixRules, moveRules, normRules, poolRules, singleRules].flat(),
]
