/** Runs one node by itself, for tests: on one thread, with real files, everything freed afterwards. */

import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { checkParams } from '../../engine/graph/check.ts'
import type { NodeDefinition } from '../../engine/types/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Shape, Value } from '../../engine/types/value.ts'
import { createServices, type FileServices } from '../files/services.ts'
import { createTestDevices, type TestDevice } from './cpu.ts'

export interface NodeBench {
  readonly device: TestDevice
  readonly services: FileServices
  /** The parameters with defaults filled in. Throws what is wrong with them. */
  params(node: NodeDefinition, given?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  shape(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, Shape | undefined>>>
  run(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
    options?: { readonly scale?: number; readonly wants?: (output: string) => boolean },
  ): Promise<Readonly<Record<string, Value>>>
  close(): Promise<void>
}

/** @param base the folder of the document */
export async function createNodeBench(base: string): Promise<NodeBench> {
  const { single: device, threads } = await createTestDevices()
  await threads.close()
  const services = createServices({ base })
  const { signal } = new AbortController()
  const params: NodeBench['params'] = (node, given = {}) => {
    const checked = checkParams(nodeInfo(node), given)
    if (checked.problem) throw new SightlineError(checked.problem.code, checked.problem.params)
    return checked.params
  }
  return {
    device,
    services,
    params,
    async shape(node, inputs, given) {
      const known = { ...inputs, ...params(node, given) }
      if (node.shape) return node.shape(known, { services, signal })
      // `like` is a string where it is declared, and the builder's method where it is not.
      const likes = Object.entries(node.outputs).map(([port, { like }]) => [
        port,
        typeof like === 'string' ? inputs[like] : undefined,
      ])
      return Object.fromEntries(likes)
    },
    async run(node, inputs, given, { scale = 1, wants = () => true } = {}) {
      const context = { ops: device.ops, signal, services, scale, seed: 0, wants, progress: () => undefined }
      const outputs = await node.run({ ...inputs, ...params(node, given) }, context)
      const entries = Object.entries(outputs).map(async ([port, value]) => [port, await value] as const)
      return Object.fromEntries((await Promise.all(entries)).filter(([, value]) => value !== undefined)) as Record<
        string,
        Value
      >
    },
    close: () => device.close(),
  }
}
