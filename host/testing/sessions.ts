/** For tests: an engine on a device of worker threads, made anew for each test of a file, and windows that speak to it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { NodeDefinition } from '../../engine/graph/node.ts'
import { createEngine } from '../../engine/run/create.ts'
import type { Engine } from '../../engine/run/engine.ts'
import { Log, testingNodes, testingServices, warmUp } from '../../engine/run/testing.ts'
import { TestWindow } from '../../engine/run/testing-window.ts'
import type { Services } from '../../engine/types/services.ts'
import { createTestDevices, type TestDevice } from './cpu.ts'

export interface TestSessions {
  readonly device: TestDevice
  readonly engine: Engine
  /** What the testing nodes did. */
  readonly log: Log
  /** The files that the nodes can read: each one's size. */
  readonly files: Map<string, number>
  readonly services: Services
  openWindow(world?: Services): TestWindow
  /** Closes the engine and makes one with these nodes. */
  reopen(nodes: readonly NodeDefinition[]): Promise<void>
}

/** Call it once at the top of a test file. After each test, all memory of the arena must be free again. */
export function testSessions(): TestSessions {
  let device: TestDevice
  let engine: Engine
  let used = 0
  let windows: TestWindow[] = []
  const log = new Log()
  const files = new Map([['a.txt', 1]])
  const services = testingServices(files)
  const open = (nodes: readonly NodeDefinition[]): void => {
    engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 256 << 20 })
  }
  beforeAll(async () => {
    device = (await createTestDevices()).threads
    await warmUp(device)
  })
  afterAll(() => device.close())
  beforeEach(() => {
    log.clear()
    windows = []
    used = device.arena.used
    open(testingNodes(log))
  })
  afterEach(async () => {
    for (const { session } of windows) session.close()
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
    files,
    services,
    openWindow(world = services) {
      const window = new TestWindow(engine, world)
      windows.push(window)
      return window
    },
    async reopen(nodes) {
      await engine.close()
      open(nodes)
    },
  }
}
