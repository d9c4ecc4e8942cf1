import { conform } from '../../../host/testing/conform.ts'
import { viridis } from './colours.ts'
import { preview } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { preview }, samples, {
  viridis: async () => ({ '': viridis }),
  async preview({ ops }, [image], params: { width: number; height: number }) {
    const { rgba } = await ops.preview(image, { ...params, display: { mode: 'auto' } })
    return { '': rgba.filter((_, i) => i % 4 !== 3) }
  },
})
