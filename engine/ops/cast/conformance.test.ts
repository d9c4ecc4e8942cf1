import { conform } from '../../../host/testing/conform.ts'
import { fromPicture, toFloat, toPicture } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { fromPicture, toPicture, toFloat }, samples, {
  toPicture: async ({ ops }, [image], params: { depth: 8 | 16 }) => ({ '': (await ops.toPicture(image, params)).data }),
})
