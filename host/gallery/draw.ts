/** A card's picture: runs the pipeline like the command line, but without effects and only as far as its picture needs. */
import { type Document, type PortRef, splitPort } from '../../engine/graph/document.ts'
import { makeOps } from '../../engine/ops/context.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { displayOf, rasterOf } from '../../engine/values/index.ts'
import type { Made } from '../engine.ts'
import type { FileServices } from '../files/services.ts'
import type { Draw } from './gallery.ts'

export function drawWith(made: Pick<Made, 'engine' | 'devices'>, services: FileServices): Draw {
  return async (document: Document, picture: PortRef, { width, height }) => {
    const [node, port] = splitPort(picture)
    const result = await made.engine.run(document, { services, effects: false, nodes: [node] })
    const { signal } = new AbortController()
    const work = makeOps(made.devices, signal)
    try {
      const sink = result.sinks.find((sink) => sink.node === node && sink.port === port)?.value
      // Of a sequence the first.
      const value = sink?.kind === 'sequence' && sink.length > 0 ? await sink.at(0, signal) : sink
      const raster = value && rasterOf(value)
      if (raster) {
        const { rgba, ...drawn } = await work.ops.preview(raster, { width, height, display: displayOf(value, {}) })
        return { width: drawn.width, height: drawn.height, pixels: rgba }
      }
      // Of the nodes before it, the first that failed says most.
      const problem = result.nodes.find(({ status }) => status === 'error')?.problem ?? result.problems[0]
      if (problem) throw new SightlineError(problem.code, problem.params)
      throw new SightlineError('gallery.no-picture', { port: picture })
    } finally {
      work.finish([])
      result.release()
    }
  }
}
