import { conform } from '../../../host/testing/conform.ts'
import { type ComponentsParams, components } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { components }, samples, {
  async components({ ops, fetch }, [image], params: ComponentsParams) {
    const { labels, count } = await ops.components(image, params)
    return { labels: await fetch(labels), count: [count] }
  },
})
