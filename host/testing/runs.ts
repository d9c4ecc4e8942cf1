/** For tests: an engine on a device of one thread, made anew for each test of a file, and runs of documents on it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Document } from '../../engine/graph/document.ts'
import type { NodeDefinition } from '../../engine/graph/node.ts'
import { createEngine } from '../../engine/run/create.ts'
import type { Engine, RunOptions, RunResult } from '../../engine/run/engine.ts'
import { Log, testingNodes, testingServices } from '../../engine/run/testing.ts'
import type { Services } from '../../engine/types/services.ts'
import type { NumberValue } from '../../engine/values/index.ts'
import { createTestDevices, type TestDevice } from './cpu.ts'

export interface TestRuns {
  readonly device: TestDevice
  readonly engine: Engine
  /** What the testing nodes did. */
  readonly log: Log
  readonly nodes: readonly NodeDefinition[]
  readonly services: Services
  run(document: Document, options?: Partial<RunOptions>): Promise<RunResult>
  statuses(result: RunResult): Record<string, string>
  /** The number that a sink of the run gave. */
  numberOf(result: RunResult, node: string): number | undefined
}

/** Call it once at the top of a test file. After each test, all memory of the arena must be free again. */
export function testRuns(): TestRuns {
  let device: TestDevice
  let engine: Engine
  let used = 0
  const log = new Log()
  const nodes = testingNodes(log)
  const services = testingServices(new Map([['a.txt', 1]]))
  beforeAll(async () => {
    device = (await createTestDevices()).single
  })
  afterAll(() => device.close())
  beforeEach(() => {
    log.clear()
    used = device.arena.used
    engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 64 << 20 })
  })
  afterEach(async () => {
    await engine.close()
    expect(device.arena.used).toBe(used)
    expect(device.arena.counters.spilled).toBe(0)
  })
  return {
    get device() {
      return device
    },
    get engine() {
      return engine
    },
    log,
    nodes,
    services,
    run: (document, options = {}) => engine.run(document, { services, ...options }),
    statuses: (result) => Object.fromEntries(result.nodes.map(({ id, status }) => [id, status])),
    numberOf: (result, node) =>
      (result.sinks.find((sink) => sink.node === node)?.value as NumberValue | undefined)?.value,
  }
}
