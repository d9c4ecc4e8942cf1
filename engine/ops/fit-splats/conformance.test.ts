import { conform } from '../../../host/testing/conform.ts'
import type { TensorValue } from '../../values/index.ts'
import { fitSplats } from './op.ts'
import type { FitCamera, FitParams } from './params.ts'
import { samples } from './samples.ts'
import { pictureOf, rowsOf } from './testing.ts'

interface Given {
  readonly scene: readonly [count: number, degree: number, seed: number, size: number]
  readonly width: number
  readonly height: number
  readonly camera: FitCamera
  readonly part: number
  readonly background: readonly [number, number, number]
  /** The largest gradient of each column. */
  readonly largest: readonly number[]
}

const still: FitParams['rates'] = {
  ...{ means: 1e-9, meansEnd: 1e-9, decay: 1, quats: 0, scales: 0, opacities: 0, colours: 0, harmonics: 0 },
}

conform(import.meta.dirname, { fitSplats }, samples, {
  async gradients({ ops, fetch }, _, { scene, width, height, camera, part, background, largest }: Given) {
    const { numbers, row, count } = rowsOf(...scene)
    const shape = { kind: 'tensor', shape: [count, row], axes: ['N', 'C'] } as const
    const zeros = new Float32Array(numbers.length)
    const [params, first, second] = (await Promise.all(
      [numbers, zeros, zeros].map((own) => ops.fromNumbers({ shape, numbers: own })),
    )) as [TensorValue, TensorValue, TensorValue]
    const pictures = (await ops.fromNumbers({
      shape: { kind: 'tensor', shape: [1, height, width, 3], axes: ['N', 'H', 'W', 'C'] },
      numbers: pictureOf(width, height),
    })) as TensorValue
    const made = await ops.fitSplats(params, first, second, pictures, {
      ...{ cameras: [camera], order: [0], start: 0, part, background, antialiased: false, rates: still },
    })
    const gradients = (await fetch(made.gradients)).map((v, i) => v / (largest[i % row] ?? Number.NaN))
    return { gradients, losses: await fetch(made.losses) }
  },
})
