import { conform } from '../../../host/testing/conform.ts'
import type { TestDevice } from '../../../host/testing/cpu.ts'
import type { ImageValue } from '../../values/index.ts'
import { rasterise } from './op.ts'
import type { RasteriseParams } from './rules.ts'
import { samples } from './samples.ts'
import { renderScene, testScene } from './testing.ts'

type Scene = RasteriseParams & { readonly scene: readonly [number, number, number, number] }

conform(import.meta.dirname, { rasterise }, samples, {
  async scene(device: TestDevice, _: readonly ImageValue[], { scene, ...params }: Scene) {
    const { image, alpha, depth } = await renderScene(device, testScene(...scene), params)
    return { image, alpha, depth }
  },
})
