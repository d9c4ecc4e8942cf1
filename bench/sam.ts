/**
 * SAM 2: from a click to its mask. The picture is encoded once; then each click is an edit of the session, and counts when the
 * preview of its mask, as large as the picture, leaves the engine. Beside it the decoder in a session of its own, which is the
 * floor. Drawing the frame in the window is not in it.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Patch } from '../engine/graph/edit.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { makeEngine } from '../host/engine.ts'
import { root } from '../host/installation.ts'
import { modelFolder } from '../host/store/places.ts'
import { quantile } from './pairs.ts'
import type { Suite } from './report.ts'

const clicks = 30

const node = (points: readonly (readonly number[])[]) => ({
  type: 'segment/sam2',
  params: { points },
  position: { x: 300, y: 0 },
})

/** coffee is 600 × 400. */
const pipeline = {
  format: 'sightline',
  version: 1,
  nodes: [
    { id: 'photo', type: 'io/sample-image', params: { name: 'coffee' }, position: { x: 0, y: 0 } },
    { id: 'sam', ...node([]) },
  ],
  edges: [{ from: 'photo.image', to: 'sam.image' }],
}

/** The decoder alone, on numbers of the right shapes. */
async function bareDecoder(path: string, threads: number): Promise<() => Promise<void>> {
  const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 4 })
  const zeros = (...dims: number[]) =>
    new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)
  const feeds = {
    image_embed: zeros(1, 256, 64, 64),
    high_res_feats_0: zeros(1, 32, 256, 256),
    high_res_feats_1: zeros(1, 64, 128, 128),
    point_coords: zeros(1, 1, 2),
    point_labels: zeros(1, 1),
    mask_input: zeros(1, 1, 256, 256),
    has_mask_input: zeros(1),
  }
  return async () => void (await session.run(feeds))
}

export const sam: Suite = async ({ report, say, threads }) => {
  const decoder = join(modelFolder('sam2'), 'sam2_hiera_tiny_decoder_pr1.onnx')
  if (!existsSync(decoder)) return say('\nSAM 2 is left out: sightline models pull sam2 --yes installs it')
  say('\nSAM 2: from a click to its mask')
  const made = await makeEngine({ device: 'cpu', threads })
  // Nothing else keeps the process alive between two clicks.
  const alive = setInterval(() => undefined, 1000)
  let rev = 0
  let shown: (() => void) | undefined
  let idle: (() => void) | undefined
  const send = (message: EngineMessage): void => {
    if (message.type === 'previews' && message.rev === rev) shown?.()
    if (message.type === 'status' && message.rev === rev && message.run.state === 'idle') idle?.()
  }
  const session = made.engine.session({ send, services: made.services(root) })
  const view = { id: 'v', node: 'sam', port: 'mask', width: 600, height: 400, display: { mode: 'auto' } } as const
  const begun = performance.now()
  const rested = new Promise<void>((resolve) => {
    idle = resolve
  })
  session.receive({ type: 'open', rev: ++rev, document: pipeline })
  session.receive({ type: 'views', views: [view] } as Parameters<typeof session.receive>[0])
  await rested
  const encoded = performance.now() - begun
  const alone = await bareDecoder(decoder, threads)
  await alone()
  const [ours, floor]: [number[], number[]] = [[], []]
  for (let i = 0; i < clicks; i++) {
    const done = new Promise<void>((resolve) => {
      shown = resolve
    })
    const value = node([[60 + ((i * 97) % 480), 40 + ((i * 61) % 320), 1]])
    const start = performance.now()
    session.receive({
      type: 'edit',
      rev: ++rev,
      draft: false,
      edit: [{ table: 'nodes', id: 'sam', value } as unknown as Patch],
    })
    await done
    const between = performance.now()
    await alone()
    ours.push(between - start)
    floor.push(performance.now() - between)
  }
  session.close()
  for (const [name, all] of [
    ['click to mask', ours],
    ['the decoder alone', floor],
  ] as const)
    report({ suite: 'sam', name, figures: { 'p50 ms': quantile(all, 0.5), 'p95 ms': quantile(all, 0.95) } })
  report({ suite: 'sam', name: 'opened, with the embedding', figures: { ms: encoded } })
  clearInterval(alive)
  await made.close()
}
