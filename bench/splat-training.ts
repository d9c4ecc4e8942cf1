/** What training splats comes to, and how soon: the PSNR of held-out views of a made scene, at two sizes, every hundred steps. */
import type { ImageValue, PlotValue, Value } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { around, sequenceOf } from '../host/testing/views.ts'
import { render } from '../nodes/splat/render.ts'
import { train } from '../nodes/splat/train.ts'
import { proceduralScene } from '../nodes/splat-made.ts'
import { toSplats } from '../nodes/splats.ts'
import type { Suite } from './report.ts'

const [views, splats, steps] = [40, 4000, 1000] as const

export const splatTraining: Suite = async ({ threads, report, say, only }) => {
  say(
    `\nsplat-training: ${views} views of ${splats} splats, every eighth held out, from 2,000 gray splats; ${threads} threads`,
  )
  for (const size of [128, 256]) {
    if (only !== undefined && !`${size}`.includes(only)) continue
    const bench = await createNodeBench('.', { threads })
    try {
      const { ops } = bench.device
      const scene = await toSplats(ops, proceduralScene('ball', splats, 0))
      const cameras = around([0, 0, 0], views, size)
      const images: Value[] = []
      for (const camera of cameras)
        images.push((await bench.run(render, { splats: scene, camera })).image as ImageValue)
      const [begun, used] = [performance.now(), process.cpuUsage()]
      let step = 0
      const job = {
        ...{ resume: undefined, paused: false, checkpoint: async () => undefined },
        emit: async (outputs: Readonly<Record<string, Value>>) => {
          step += 100
          const { user, system } = process.cpuUsage(used)
          const psnr = (outputs.quality as PlotValue).series[0]?.values.at(-1) ?? Number.NaN
          const count = outputs.splats?.kind === 'splats' ? (outputs.splats.opacities.shape[0] ?? 0) : 0
          const seconds = { seconds: (performance.now() - begun) / 1000, processor: (user + system) / 1e6 / threads }
          report({
            suite: 'splat-training',
            name: `${size} × ${size}, step ${step}`,
            figures: { ...seconds, splats: count, psnr },
          })
        },
      }
      await bench.run(
        train,
        { images: sequenceOf(images), cameras: sequenceOf(cameras) },
        { steps, most: 5000 },
        { job },
      )
    } finally {
      await bench.close()
    }
  }
}
