/** Products of rows, or of columns, less their means: what principal components are the eigenvectors of. */
import type { TensorValue } from '../../values/index.ts'
import { unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { everyNumberOf, explainInputs } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { type Gram, gramPlain } from './plain.ts'
import { rowsOf } from './rows-of.ts'

const label = 'Products of rows'
/** Of the smaller side. */
export const mostProducts = 2048

const explain = explainInputs(
  ([rows]) => gramPlain(rows?.numbers ?? new Float32Array(0), rowsOf(label, rows?.shape)),
  ({ means, products, total }, { x, output }) => {
    if (output === 'means') return { says: 'the mean of a column', value: means[x] }
    if (output === 'total') return { says: 'the sum of all squares', value: total }
    return { says: 'the product of two rows or columns less their means', value: products[x] }
  },
)

/**
 * Means of the columns, and the products of all rows less them, or of all columns if there are fewer, in float64. It has no GPU kernel.
 *
 * Rows (N, D) float32 in; plain numbers out.
 * @throws op.unsupported for what is no rows, for none, and for more than 2,048 of both
 * @see numpy.cov, without the division
 */
export const gram = defineOp<readonly [TensorValue], object, Gram>({
  name: 'gram',
  nonFinite: 'In every product that has it, as in numpy.dot.',
  async cpu(context, [rows]) {
    const { n, d } = rowsOf(label, rows)
    const m = Math.min(n, d)
    if (m < 1 || m > mostProducts)
      throw unsupported(label, `${n} rows of ${d}`, `one to ${mostProducts} rows or columns`)
    const src = context.address(rows)
    const { device } = context
    const [means, centred] = [workspace(context, 8 * d), workspace(context, 8 * n * d)]
    const products = workspace(context, 8 * m * m)
    await device.dispatch({ kernel: 'columnSums', args: [src, n, d, means], rows: Math.ceil(d / 64) })
    const mean = context.float64(means, d)
    for (let i = 0; i < d; i++) mean[i] = (mean[i] ?? 0) / n
    const columns = d < n
    await device.dispatch({ kernel: 'centredRows', args: [src, n, d, means, columns ? 1 : 0, centred], rows: m })
    const length = columns ? n : d
    await device.dispatch({ kernel: 'rowProducts', args: [centred, m, length, products], rows: Math.ceil(m / 4) })
    await device.dispatch({ kernel: 'mirrored', args: [products, m], rows: m })
    const made = context.float64(products, m * m).slice()
    let total = 0
    for (let i = 0; i < m; i++) total += made[i * (m + 1)] ?? 0
    return { means: context.float64(means, d).slice(), products: made, total }
  },
  whole: true,
  reach: (_, shapes) => everyNumberOf(shapes),
  terms: explain,
})
