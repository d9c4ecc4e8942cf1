/**
 * What a full run costs, and how much of that its previews: a 12-megapixel photograph through eight nodes, each in view. A session
 * with views and one without take turns; both change the blur at the photograph, so that seven nodes run again. Times are of the
 * processor (all threads), which other programs disturb less than the clock; memory is that of the arena.
 */
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Patch } from '../engine/graph/edit.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { makeEngine } from '../host/engine.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'
import { withPhoto } from './window.ts'

const nodes = [
  { id: 'photo', type: 'io/load-image', params: { path: 'photo.jpg' } },
  { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 1.5 } },
  { id: 'sharp', type: 'filter/sharpen' },
  { id: 'gray', type: 'colour/convert', params: { to: 'gray' } },
  { id: 'soft', type: 'filter/gaussian-blur', params: { sigma: 2 } },
  { id: 'edges', type: 'edge/sobel' },
  { id: 'strong', type: 'math/threshold' },
  { id: 'clean', type: 'filter/median' },
].map((node, i) => ({ ...node, position: { x: 300 * i, y: 0 } }))
const portOf = (id: string): string => (id === 'edges' ? 'magnitude' : 'image')
const document = {
  format: 'sightline',
  version: 1,
  nodes,
  edges: nodes.slice(1).map(({ id }, i) => {
    const from = nodes[i]?.id ?? ''
    return { from: `${from}.${portOf(from)}`, to: `${id}.image` }
  }),
}
/** Previews as a window asks for them: 160 pixels in a node, twice as many device pixels. */
const views = nodes.map(({ id }) => ({
  ...{
    id: `view ${id}`,
    node: id,
    port: portOf(id),
    width: 320,
    height: 320,
    display: { mode: 'auto' as const, flag: false },
  },
}))

interface Spent {
  /** Milliseconds by the clock, and of the processor. */
  readonly wall: number
  readonly work: number
}

const rounds = 15

export const full: Suite = async ({ report, say, threads }) => {
  say('\nfull run: 12 megapixels, eight nodes; "work" is processor time of all threads')
  await withPhoto(4000, 3000, document, async (pipeline) => {
    const { engine, services, devices, close } = await makeEngine({ threads, device: 'cpu', memory: 1.5e9 })
    const folder = dirname(pipeline)
    const start = () => {
      let rev = 0
      let idle: (() => void) | undefined
      const send = (message: EngineMessage): void => {
        if (message.type === 'status' && message.rev === rev && message.run.state === 'idle') idle?.()
      }
      const session = engine.session({ send, services: services(folder) })
      /** Sends what `make` returns and waits until the engine is idle. */
      const step = async (make: (rev: number) => Parameters<typeof session.receive>[0]): Promise<Spent> => {
        const cpu = process.cpuUsage()
        const began = performance.now()
        rev++
        const done = new Promise<void>((resolve) => {
          idle = resolve
        })
        session.receive(make(rev))
        await done
        const { user, system } = process.cpuUsage(cpu)
        return { wall: performance.now() - began, work: (user + system) / 1000 }
      }
      return { session, step }
    }
    const show = (name: string, { wall, work }: Spent) =>
      report({ suite: 'full run', name, figures: { 'clock ms': wall, 'work ms': work } })

    const [watched, blind] = [start(), start()]
    watched.session.receive({ type: 'views', views })
    const alone = { ...document, nodes: document.nodes.slice(0, 1), edges: [] }
    show('photo alone', await watched.step((rev) => ({ type: 'open', rev, document: alone })))
    say(`arena with the photograph: ${(devices.arena.used / 1e6).toFixed(0)} MB`)
    show('the rest, first time', await watched.step((rev) => ({ type: 'open', rev, document })))
    say(`arena with all eight results: ${(devices.arena.used / 1e6).toFixed(0)} MB`)
    await blind.step((rev) => ({ type: 'open', rev, document }))
    let sigma = 1.5
    const again = ({ step }: typeof watched): Promise<Spent> => {
      sigma += 0.001
      const value = { ...nodes[1], params: { sigma } }
      return step((rev) => ({
        type: 'edit',
        rev,
        draft: false,
        edit: [{ table: 'nodes', id: 'blur', value } as Patch],
      }))
    }
    const all: { a: Spent; b: Spent }[] = []
    for (let i = 0; i < rounds + 3; i++) {
      const a = await again(watched)
      const b = await again(blind)
      if (i >= 3) all.push({ a, b })
    }
    const of = (pick: (pair: (typeof all)[number]) => Spent): Spent => ({
      wall: median(all.map((pair) => pick(pair).wall)),
      work: median(all.map((pair) => pick(pair).work)),
    })
    show(
      'with previews',
      of(({ a }) => a),
    )
    show(
      'without',
      of(({ b }) => b),
    )
    show(
      'previews',
      of(({ a, b }) => ({ wall: a.wall - b.wall, work: a.work - b.work })),
    )
    watched.session.close()
    blind.session.close()
    await close()
  })
}
