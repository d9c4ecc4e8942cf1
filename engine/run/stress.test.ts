/** Random events: what is shown in the end equals a fresh engine's result, and nothing is left behind. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { createEngine } from './create.ts'
import { graphOf, Log, sleep, testingNodes, testingServices, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
beforeAll(async () => {
  device = (await createTestDevices()).single
  await warmUp(device)
})
afterAll(() => device.close())

const document = graphOf(
  {
    photo: ['test/image', { width: 96, height: 64, ramp: true }],
    one: ['test/gain', { ms: 3 }],
    two: ['test/gain', { waste: true }],
    exact: 'test/exact',
    slow: 'test/slow',
    images: ['test/images', { length: 4, side: 48 }],
    each: ['test/gain', { ms: 1 }],
    mean: 'test/mean',
    tiles: 'test/tiles',
    last: 'test/gain',
    number: 'test/number',
    train: ['test/train', { ms: 1 }],
    after: 'test/add',
    write: 'test/write',
  },
  [
    'photo.image > one.image',
    'one.image > two.image',
    'two.image > exact.image',
    'exact.image > slow.image',
    'images.images > each.image',
    'each.image > mean.images',
    'mean.image > tiles.image',
    'tiles.images > last.image',
    'number.number > train.a',
    'train.number > after.a',
    'each.image > write.value',
  ],
)
const shown = ['photo', 'one', 'two', 'exact', 'slow', 'each', 'mean', 'last']
const gains = ['one', 'two', 'each', 'last', 'exact']

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never
const action = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    node: fc.constantFrom(...gains),
    factor: fc.integer({ min: 0, max: 3 }),
    draft: fc.boolean(),
  }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('look' as const), nodes: fc.subarray(shown), width: fc.constantFrom(8, 24, 96) }),
  fc.record({ do: fc.constant('scrub' as const), node: fc.constantFrom('images', 'each', 'last'), index: fc.nat(5) }),
  fc.record({ do: fc.constant('bypass' as const), node: fc.constantFrom('one', 'each') }),
  fc.record({
    do: fc.constant('run' as const),
    nodes: fc.option(fc.constantFrom(['write'], ['train']), { nil: undefined }),
  }),
  fc.record({ do: fc.constant('cancel' as const) }),
  fc.record({ do: fc.constant('probe' as const), node: fc.constantFrom(...shown) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 4, 12) }),
)

const look = (nodes: readonly string[], width: number) =>
  nodes.map((node) => ({ id: node, node, width, height: width }))

async function play(window: TestWindow, steps: readonly Action[]): Promise<void> {
  const { signal } = new AbortController()
  const questions: Promise<unknown>[] = []
  for (const step of steps)
    if (step.do === 'set') window.set(step.node, { factor: step.factor }, step.draft)
    else if (step.do === 'look') window.views(look(step.nodes, step.width))
    else if (step.do === 'scrub') window.say({ type: 'scrub', node: step.node, index: step.index })
    else if (step.do === 'run') window.say({ type: 'run', ...(step.nodes && { nodes: [...step.nodes] }) })
    else if (step.do === 'wait') await sleep(step.ms, signal)
    else if (step.do === 'probe') {
      const probe = window.session.request('probe', { node: step.node, port: 'image', x: 1, y: 1 })
      questions.push(probe.catch((error: unknown) => expect(error).toMatchObject({ code: expect.any(String) })))
    } else if (step.do === 'bypass') {
      const { bypass, ...record } = window.session.document.nodes[step.node] ?? { type: '', position: { x: 0, y: 0 } }
      window.edit([{ table: 'nodes', id: step.node, value: bypass ? record : { ...record, bypass: true } }])
    } else window.say({ type: step.do })
  await Promise.all(questions)
}

/** Everything at full size, of these elements. */
async function finish(window: TestWindow, image: number, tile: number): Promise<unknown> {
  window.say({ type: 'settle' })
  window.views(look(shown, 24))
  window.say({ type: 'scrub', node: 'images', index: image })
  window.say({ type: 'scrub', node: 'tiles', index: tile })
  window.set('number', { value: window.rev })
  await window.idle()
  return shown.map((node) => {
    const picture = window.pictures.get(node)
    return [
      node,
      window.reports.get(node)?.problem ?? 'fine',
      picture?.width,
      picture?.red.filter((_, i) => i % 7 === 0).join(' '),
    ]
  })
}

describe('a session', () => {
  it('shows in the end what a fresh engine shows, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const log = new Log()
    const nodes = testingNodes(log)
    const services = testingServices()
    const { arena } = device
    const { budget } = arena
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 5, maxLength: 40 }),
        fc.boolean(),
        fc.nat(3),
        fc.nat(1),
        async (steps, scarce, image, tile) => {
          const { used } = arena
          const ends: unknown[] = []
          let last = document
          for (const fresh of [false, true]) {
            // Scarce: results must be discarded and spilled all the time.
            const tight = scarce && !fresh
            if (tight) arena.budget = used + (400 << 10)
            const memory = tight ? 150 << 10 : 64 << 20
            const engine = createEngine({ device: device.device, arena, nodes, memory })
            const window = new TestWindow(engine, services)
            try {
              await window.open(last)
              if (!fresh) await play(window, steps)
              ends.push(await finish(window, image, tile))
              last = window.session.document
              expect(window.messages.filter((message) => JSON.stringify(message).includes('"unexpected"'))).toEqual([])
            } finally {
              window.session.close()
              await engine.close()
              arena.budget = budget
            }
            expect(arena.used).toBe(used)
            expect(arena.counters.spilled).toBe(0)
          }
          expect(ends[0]).toEqual(ends[1])
        },
      ),
      { numRuns: 60 },
    )
  })
})
