import { conform } from '../../../host/testing/conform.ts'
import { labelColours, viridis } from './colours.ts'
import { preview } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { preview }, samples, {
  viridis: async () => ({ '': viridis }),
  async labels({ ops }, [image], params: { width: number; height: number }) {
    const { rgba } = await ops.preview(image, { ...params, display: { mode: 'labels' } })
    const hex = (bytes: Uint8Array, at: number, step: number) =>
      Buffer.from(bytes.subarray(at * step, at * step + 3)).toString('hex')
    const entries = Array.from({ length: 256 }, (_, i) => hex(labelColours(), i, 3))
    return { '': Array.from({ length: rgba.length / 4 }, (_, i) => entries.indexOf(hex(rgba, i, 4))) }
  },
  async preview({ ops }, [image], params: { width: number; height: number }) {
    const { rgba } = await ops.preview(image, { ...params, display: { mode: 'auto' } })
    return { '': rgba.filter((_, i) => i % 4 !== 3) }
  },
})
