/**
 * Networks of layers: one picture through them, beside PyTorch on the same threads; and how soon a changed layer has a new summary.
 * Ours is the whole node: the picture goes to the model's process and the numbers come back.
 */
import { totalsOf } from '../engine/values/layers/graph.ts'
import { defaultMemory } from '../host/memory.ts'
import { noisePicture, withWeights } from '../host/testing/layers.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { architecture } from '../nodes/network/architectures/index.ts'
import { networkRun } from '../nodes/network/run.ts'
import { networkSummary } from '../nodes/network/summary.ts'
import { median, pairs, timed } from './pairs.ts'
import { openTorch } from './peers/torch.ts'
import type { Suite } from './report.ts'

const names = ['resnet50', 'mobilenet_v2', 'vit_b_16'] as const
const changes = 15

export const inference: Suite = async ({ report, say, threads, only }) => {
  say('\ninference: one picture of 224 × 224 through a network of layers')
  const torch = await openTorch(threads)
  if (!torch) say('No python3 with torch and torchvision here (apt install python3-torchvision): they are left out.')
  // As much memory, and as many threads, as the engine has: a model that has no room is loaded again for each run.
  const bench = await createNodeBench(import.meta.dirname, { threads, memory: defaultMemory() })
  try {
    for (const name of names.filter((one) => only === undefined || one.includes(only))) {
      const network = await withWeights(bench, name, architecture(name, 1000))
      const image = await noisePicture(bench, [3, 224, 224])
      const run = async (): Promise<void> => {
        await bench.run(networkRun, { network, image }, { normalise: 'none' })
      }
      await run()
      if (torch) {
        const { a, b, ratio, reliable } = await pairs(timed(run), () => torch.run(name), { seconds: 20, warmup: 2 })
        report({
          ...{ suite: 'inference', name },
          figures: { ours: a, [`torch ${torch.version}`]: b, ratio, ...(!reliable && { '': 'unreliable' }) },
        })
      } else {
        const all: number[] = []
        for (let i = 0; i < 9; i++) all.push(await timed(run)())
        report({ suite: 'inference', name, figures: { ours: median(all) } })
      }
      bench.device.clear()
    }
    const all: number[] = []
    for (let i = 0; i < changes; i++) {
      const start = performance.now()
      const layers = architecture('resnet152', 10 + i)
      await bench.run(networkSummary, { network: { kind: 'network', layers } })
      if (totalsOf(layers).parameters > 0) all.push(performance.now() - start)
    }
    const [first = Number.NaN, ...again] = all
    report({
      ...{ suite: 'inference', name: 'ResNet-152 changed: new summary' },
      figures: { 'first ms': first, 'again ms': median(again), 'largest ms': Math.max(...again) },
    })
  } finally {
    torch?.close()
    await bench.close()
  }
}
