import { conform } from '../../../host/testing/conform.ts'
import { statistics } from './op.ts'
import { samples } from './samples.ts'

const fields = ['min', 'max', 'mean', 'std', 'nan', 'infinite'] as const

conform(import.meta.dirname, { statistics }, samples, {
  async statistics({ ops }, [image], params: { bins: number }) {
    const channels = await ops.statistics(image, params)
    const named = fields.map((name) => [name, channels.map((channel) => channel[name] ?? Number.NaN)] as const)
    return { ...Object.fromEntries(named), histogram: channels.flatMap(({ histogram }) => histogram) }
  },
})
