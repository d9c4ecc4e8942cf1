/** Which of several centres is nearest to each row: what k-means asks in every round. */
import type { TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { everyNumberOf, explainInputs } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { type NearestCentres, nearestPlain } from './plain.ts'
import { rowsOf } from './rows-of.ts'

export interface CentresParams {
  /** (K, D) */
  readonly centres: Float64Array
}

const label = 'Nearest centres'

const explain = explainInputs(
  ([rows], { centres }: CentresParams) =>
    nearestPlain(rows?.numbers ?? new Float32Array(0), rowsOf(label, rows?.shape), centres),
  ({ groups, gaps, sums, inertia }, { x, output }) => {
    if (output === 'groups') return { says: 'the nearest centre', value: groups[x] }
    if (output === 'gaps') return { says: 'a squared distance', value: gaps[x] }
    if (output === 'inertia') return { says: 'the sum of the squared distances', value: inertia }
    return { says: 'a sum over the rows of a group', value: sums[x] }
  },
)

/**
 * The nearest centre of each row, in float64. It has no GPU kernel.
 *
 * Rows (N, D) float32 in; plain numbers out.
 * @throws op.unsupported for what is no rows, and centres of another length
 * @see sklearn.cluster.KMeans (Lloyd)
 */
export const nearestCentres = defineOp<readonly [TensorValue], CentresParams, NearestCentres>({
  name: 'nearestCentres',
  nonFinite: 'A row with NaN is near to none and counts with the first; sums have it, as in numpy.sum.',
  async cpu(context, [rows], { centres }) {
    const { n, d } = rowsOf(label, rows)
    const k = d > 0 ? centres.length / d : 0
    if (!Number.isInteger(k) || k < 1) throw unsupported(label, `centres of ${centres.length} numbers`, `rows of ${d}`)
    const src = context.address(rows)
    const [groups, gaps, sums] = [workspace(context, 4 * n), workspace(context, 8 * n), workspace(context, 8 * k * d)]
    const { device } = context
    const asked = [src, d, context.upload(centres), k, groups, gaps]
    await device.dispatch({ kernel: 'nearestCentres', args: asked, rows: n })
    await device.dispatch({ kernel: 'groupSums', args: [src, n, d, groups, k, sums], rows: Math.ceil(d / 64) })
    const apart = context.float64(gaps, n).slice()
    return {
      groups: context.int32(groups, n).slice(),
      gaps: apart,
      sums: context.float64(sums, k * d).slice(),
      inertia: apart.reduce((sum, gap) => sum + gap, 0),
    }
  },
  whole: true,
  reach: (_, shapes) => everyNumberOf(shapes),
  terms: explain,
})
