/**
 * The engine's overhead beside the pixels: chains of 100 and 1,000 blurs of a 16 × 16 picture, driven as by a window.
 * "engine ms" is the time its thread was busy; "runs" the number of nodes that ran.
 */
import { performance } from 'node:perf_hooks'
import type { Patch } from '../engine/graph/edit.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { makeEngine } from '../host/engine.ts'
import { root } from '../host/installation.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'

const blur = (sigma: number, x: number) => ({ type: 'filter/gaussian-blur', params: { sigma }, position: { x, y: 0 } })

function chain(length: number) {
  const ids = Array.from({ length }, (_, i) => `n${i}`)
  return {
    format: 'sightline',
    version: 1,
    nodes: [
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
      { id: 'small', type: 'geometry/crop', params: { width: 16, height: 16 }, position: { x: 0, y: 0 } },
      ...ids.map((id, i) => ({ id, ...blur(1, i) })),
    ],
    edges: [
      { from: 'photo.image', to: 'small.image' },
      ...ids.map((id, i) => ({ from: i ? `n${i - 1}.image` : 'small.image', to: `${id}.image` })),
    ],
  }
}

async function measure(length: number, report: Parameters<Suite>[0]['report'], threads: number): Promise<void> {
  const { engine, services, close } = await makeEngine({ threads })
  let rev = 0
  let idle: (() => void) | undefined
  const send = (message: EngineMessage): void => {
    if (message.type === 'status' && message.rev === rev && message.run.state === 'idle') idle?.()
  }
  const session = engine.session({ send, services: services(root) })
  /** Sends what `make` returns and waits until the engine is idle. */
  const step = async (make: (rev: number) => Parameters<typeof session.receive>[0]) => {
    const runs = engine.counters.runs
    const before = performance.eventLoopUtilization()
    rev++
    const done = new Promise<void>((resolve) => {
      idle = resolve
    })
    session.receive(make(rev))
    await done
    return { ms: performance.eventLoopUtilization(before).active, runs: engine.counters.runs - runs }
  }
  const edit = (id: string, value: Patch['value']) =>
    step((rev) => ({ type: 'edit', rev, draft: false, edit: [{ table: 'nodes', id, value } as Patch] }))
  const repeat = async (name: string, work: (i: number) => Promise<{ ms: number; runs: number }>) => {
    for (let i = 0; i < 5; i++) await work(-1 - i)
    const all = []
    for (let i = 0; i < 21; i++) all.push(await work(i))
    const figures = { 'engine ms': median(all.map(({ ms }) => ms)), runs: median(all.map(({ runs }) => runs)) }
    report({ suite: 'engine', name: `${length} nodes: ${name}`, figures })
  }

  const first = await step((rev) => ({ type: 'open', rev, document: chain(length) }))
  report({ suite: 'engine', name: `${length} nodes: first run`, figures: { 'engine ms': first.ms, runs: first.runs } })
  await repeat('opened again, nothing changed', () => step((rev) => ({ type: 'open', rev, document: chain(length) })))
  await repeat('a node moved', (i) => edit('n3', blur(1, i)))
  await repeat('last parameter changed', (i) => edit(`n${length - 1}`, blur(1 + (i + 9) / 100, 0)))
  await repeat('middle parameter changed', (i) => edit(`n${length / 2}`, blur(1 + (i + 9) / 100, 0)))
  session.close()
  await close()
}

export const engine: Suite = async ({ report, say, threads }) => {
  say('\nengine: a chain of blurs of 16 × 16 pixels; runs = nodes that ran')
  for (const length of [100, 1000]) await measure(length, report, threads)
}
