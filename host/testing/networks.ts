/** Runs pipelines with installed models in an engine of their own, for tests of networks with real weights. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Document } from '../../engine/graph/document.ts'
import { createEngine } from '../../engine/run/create.ts'
import type { TensorValue, Value } from '../../engine/values/index.ts'
import { catalogue } from '../../nodes/catalogue.ts'
import { createServices } from '../files/services.ts'
import { createModelDevice } from '../models/device.ts'
import { modelFolder } from '../store/places.ts'
import { createTestDevices } from './cpu.ts'

/** Photographs of scikit-image (Debian's python3-skimage). */
export const photographs = '/usr/lib/python3/dist-packages/skimage/data'

/**
 * What a test of these models and photographs lacks, as the reason to skip it; undefined: nothing.
 * @param photos files of scikit-image
 */
export function lacking(models: readonly string[], photos: readonly string[] = []): string | undefined {
  const missing = models.filter((name) => !existsSync(modelFolder(name)))
  const unseen = photos.filter((name) => !existsSync(join(photographs, name)))
  const reasons = [
    ...(missing.length > 0 ? [`install ${missing.join(', ')} with sightline models pull`] : []),
    ...(unseen.length > 0 ? [`install python3-skimage for ${unseen.join(', ')}`] : []),
  ]
  return reasons.length > 0 ? reasons.join('; ') : undefined
}

export interface NetworkBench {
  /**
   * What `look` makes of the outputs that no wire takes, by `NODE.PORT`. Throws where a node has a problem.
   * @param folder that paths in the pipeline are relative to
   */
  run<T>(
    graph: Document,
    folder: string,
    look: (
      outputs: ReadonlyMap<string, Value>,
      read: (tensor: TensorValue) => Promise<readonly number[]>,
    ) => T | Promise<T>,
  ): Promise<T>
}

/** Closed after the tests of the file. */
export async function createNetworkBench(): Promise<NetworkBench> {
  const devices = await createTestDevices()
  const models = createModelDevice({ threads: 2 })
  const { device, arena } = devices.threads
  const engine = createEngine({ device, arena, models, nodes: catalogue, memory: 1 << 30 })
  afterAll(async () => {
    await engine.close()
    await models.close()
    await devices.single.close()
    await devices.threads.close()
  })
  return {
    async run(graph, folder, look) {
      const result = await engine.run(graph, { services: createServices({ base: folder }) })
      try {
        if (result.problems.length > 0) throw new Error(JSON.stringify(result.problems))
        const outputs = new Map(result.sinks.map(({ node, port, value }) => [`${node}.${port}`, value] as const))
        return await look(outputs, async (tensor) => Array.from(await result.read(tensor)))
      } finally {
        result.release()
      }
    },
  }
}
