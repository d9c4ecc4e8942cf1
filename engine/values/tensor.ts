/** Arrays of any shape with named axes. */
import { z } from 'zod'
import { type DType, dtypes } from './dtype.ts'
import type { ModelExpects } from './expects.ts'
import { extent } from './extent.ts'
import { gridOf } from './grid.ts'
import type { Kind } from './kind.ts'
import { type Prepared, preparedSchema } from './prepared.ts'
import type { Store } from './store.ts'

export interface TensorShape {
  readonly kind: 'tensor'
  readonly shape: readonly number[]
  /** One name an axis: N, C, H, W, ... */
  readonly axes: readonly string[]
  /** Absent: float32. */
  readonly dtype?: DType
  /** How its numbers were made of a picture. Absent: in another way, or it is not known. */
  readonly prepared?: Prepared
}

/** Any array of numbers, row-major. */
export interface TensorValue extends TensorShape {
  readonly store: Store
}

export interface TensorNeeds {
  /** The axes that are taken or given, as "NCHW". */
  readonly axes?: readonly string[]
  /** How the numbers may be stored. Absent: any. */
  readonly dtypes?: readonly DType[]
  /** Input of a model: what the network was trained on. Other numbers are taken too, with a warning (`graph/preparation.ts`). */
  readonly expects?: ModelExpects
}

/** The size that its pictures are drawn at. */
function drawn(shape: TensorShape) {
  const grid = gridOf(shape)
  return grid && { width: grid.columns * grid.width, height: grid.rows * grid.height }
}

export const tensor: Kind<TensorValue, TensorShape, TensorNeeds> = {
  kind: 'tensor',
  words: {
    title: 'Tensor',
    one: 'a tensor',
    wanted: ({ axes, dtypes }) =>
      `a tensor${dtypes ? ` of ${dtypes.join(' or ')}` : ''}${axes ? ` (${axes.join(' or ')})` : ''}`,
  },
  look: { light: '#b04f00', dark: '#f2a24e', radius: '50% 0' },
  head: z.object({
    kind: z.literal('tensor'),
    shape: z.array(z.number().int().nonnegative()),
    axes: z.array(z.string()),
    dtype: z.enum(dtypes).optional(),
    note: z.string().optional(),
    prepared: preparedSchema.optional(),
  }),
  parts: (value) => ({ numbers: value }),
  make: ({ kind, shape, axes, dtype, prepared }, { numbers }) => ({
    ...{ kind, shape, axes, ...(dtype && { dtype }), ...(prepared && { prepared }) },
    store: (numbers as TensorValue).store,
  }),
  shape: ({ kind, shape, axes, dtype, prepared }) => ({
    ...{ kind, shape, axes, ...(dtype && { dtype }), ...(prepared && { prepared }) },
  }),
  describe: ({ shape, axes, dtype = 'float32' }) =>
    `${axes.join('')} ${shape.join(' × ')}${dtype === 'float32' ? '' : ` ${dtype}`}`,
  drawn,
  // What is like it has other numbers.
  like: (_, { prepared: __, ...shape }) => shape,
  needs: ['axes', 'dtypes'],
  told: ({ axes, dtype = 'float32' }) => ({ axes: [axes.join('')], dtypes: [dtype] }),
  raster: (value) => value,
  sides: ({ shape }) => shape,
  files: (value) => [{ ext: 'npy', tensor: value }],
  report: async (value, read) => extent(await read(value)),
  sample: async (make) => [
    await make({ kind: 'tensor', shape: [2, 3], axes: ['H', 'W'] }, [0, 1, -2, 3.5, Number.NaN, Infinity]),
    {
      ...(await make({ kind: 'tensor', shape: [1, 2, 2, 1], axes: ['N', 'H', 'W', 'C'] }, [1, 2, 3, 4])),
      prepared: { order: 'gray', scale: 255, mean: [0], std: [1] },
    },
  ],
}
