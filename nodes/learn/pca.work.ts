import { defineWork } from '../../engine/types/work.ts'
import { principal } from '../pca.ts'

export const pcaWork = defineWork({
  name: 'learn/pca',
  run: (
    { rows, length, count }: { readonly rows: Float32Array; readonly length: number; readonly count: number },
    context,
  ) =>
    principal(rows, length, count, (part) => {
      context.progress(part)
      return context.cancelled
    }),
})
