import { conform } from '../../../host/testing/conform.ts'
import { type RoiAlignParams, type RoiPoolParams, roiAlign, roiPool } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { roiAlign, roiPool }, samples, {
  async roiAlign({ ops, fetch }, [image], params: RoiAlignParams) {
    return { '': await fetch(await ops.roiAlign(await ops.toTensor(image, { axes: 'NHWC' }), params)) }
  },
  async roiPool({ ops, fetch }, [image], params: RoiPoolParams) {
    return { '': await fetch(await ops.roiPool(await ops.toTensor(image, { axes: 'NHWC' }), params)) }
  },
})
