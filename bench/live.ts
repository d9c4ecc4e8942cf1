/**
 * A live source through a chain of five nodes with five previews, in the engine alone: how many frames a second are shown when
 * frames come as fast as they can, and how old a frame is when its previews are sent, at 30 frames a second.
 */
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { makeEngine } from '../host/engine.ts'
import { root } from '../host/installation.ts'
import { loadNodes } from '../host/nodes.ts'
import { median, quantile } from './pairs.ts'
import type { Suite } from './report.ts'

const ids = ['source', 'blur', 'gray', 'edges', 'strong']
const types = ['io/test-source', 'filter/gaussian-blur', 'colour/convert', 'edge/sobel', 'math/threshold']
const portOf = (id: string): string => (id === 'edges' ? 'magnitude' : 'image')

const chain = (width: number, height: number, fps: number) => ({
  format: 'sightline',
  version: 1,
  nodes: ids.map((id, i) => ({
    id,
    type: types[i],
    ...(id === 'source' && { params: { pattern: 'stripes', width, height, fps } }),
    ...(id === 'gray' && { params: { to: 'gray' } }),
    position: { x: i, y: 0 },
  })),
  edges: ids.slice(1).map((id, i) => ({ from: `${ids[i]}.${portOf(ids[i] ?? '')}`, to: `${id}.image` })),
})

/** Milliseconds for the first frames, and for those that are measured. */
const warm = 2000
const measured = 8000

interface Measured {
  readonly fps: number
  readonly ages: readonly number[]
}

async function measure(threads: number, width: number, height: number, fps: number): Promise<Measured> {
  /** When the frame was made that runs now. */
  let made = 0
  const watched = (node: NodeDefinition): NodeDefinition => ({
    ...node,
    run: (given, context) => {
      made = context.frame?.time ?? 0
      return node.run(given, context)
    },
  })
  const nodes = (await loadNodes()).map((node) => (node.feed ? watched(node) : node))
  const { engine, services, close } = await makeEngine({ threads, nodes })
  let ages: number[] = []
  const send = (message: EngineMessage): void => {
    if (message.type === 'previews') ages.push(performance.now() - made)
  }
  const session = engine.session({ send, services: services(root) })
  session.receive({ type: 'open', rev: 1, document: chain(width, height, fps) })
  session.receive({
    type: 'views',
    views: ids.map((id) => ({
      id,
      node: id,
      port: portOf(id),
      width: 320,
      height: 240,
      display: { mode: 'auto', flag: false },
    })),
  })
  session.receive({ type: 'play' })
  await new Promise((resolve) => setTimeout(resolve, warm))
  ages = []
  const start = performance.now()
  await new Promise((resolve) => setTimeout(resolve, measured))
  const seconds = (performance.now() - start) / 1000
  const result = { fps: ages.length / seconds, ages }
  session.close()
  await close()
  return result
}

export const live: Suite = async ({ report, say, threads }) => {
  say('\nlive: a source and four nodes with five previews of 320 × 240, in the engine alone')
  for (const [width, height] of [
    [640, 480],
    [1280, 720],
  ] as const) {
    const fast = await measure(threads, width, height, 240)
    const { ages, fps } = await measure(threads, width, height, 30)
    report({
      suite: 'live',
      name: `${width} × ${height}`,
      figures: {
        'most fps': fast.fps,
        'fps of 30': fps,
        'age p50 ms': median([...ages]),
        'age p95 ms': quantile([...ages], 0.95),
      },
    })
  }
}
