import { conform } from '../../../host/testing/conform.ts'
import type { TensorValue } from '../../values/index.ts'
import { rasterise } from './op.ts'
import type { RasteriseParams } from './rules.ts'
import { samples } from './samples.ts'
import { testScene } from './testing.ts'

type Scene = RasteriseParams & { readonly scene: readonly [number, number, number, number] }

conform(import.meta.dirname, { rasterise }, samples, {
  async scene({ ops, fetch }, _, { scene, ...params }: Scene) {
    const parts = await Promise.all(testScene(...scene).map((part) => ops.fromNumbers(part)))
    const [means, quats, scales, opacities, sh] = parts as unknown as readonly [
      ...[TensorValue, TensorValue, TensorValue, TensorValue, TensorValue],
    ]
    const { image, alpha, depth } = await ops.rasterise(means, quats, scales, opacities, sh, params)
    return { image: await fetch(image), alpha: await fetch(alpha), depth: await fetch(depth) }
  },
})
