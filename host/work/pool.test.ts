import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { defineWork } from '../../engine/types/work.ts'
import { works } from '../../nodes/works.ts'
import { worksSource } from '../build/works.ts'
import { spin } from '../testing/spin.work.ts'
import { testingWorks } from '../testing/works.ts'
import { createWorkPool, type HostWorkPool } from './pool.ts'

let pool: HostWorkPool | undefined
afterEach(() => pool?.close())
const open = (threads = 2, heap?: number): HostWorkPool => {
  pool = createWorkPool({ threads, lists: [testingWorks], ...(heap !== undefined && { heap }) })
  return pool
}
const never = new AbortController().signal
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** Until a test holds. */
const until = async (test: () => boolean): Promise<void> => {
  while (!test()) await sleep(2)
}

it('runs a work in a thread of its own, with progress, while this thread stays free', async () => {
  const said: [number, string | undefined][] = []
  let beats = 0
  const beat = setInterval(() => beats++, 5)
  const { rounds } = await open().run(spin, { ms: 200 }, { signal: never, progress: (f, s) => said.push([f, s]) })
  clearInterval(beat)
  expect(rounds).toBeGreaterThan(0)
  expect(beats).toBeGreaterThan(0)
  expect(said.length).toBeGreaterThan(1)
  expect(said.every(([fraction]) => fraction >= 0 && fraction < 1)).toBe(true)
  expect(said.at(-1)?.[1]).toMatch(/rounds$/)
})

it('copies plain arrays, moves those that are given away, and reads shared memory in place', async () => {
  const work = open()
  const plain = Float32Array.of(1, 2, 3)
  expect((await work.run(spin, { ms: 0, numbers: plain }, { signal: never })).doubled).toEqual(Float32Array.of(2, 4, 6))
  expect(plain.length).toBe(3)
  const given = Float32Array.of(4, 5)
  const moved = await work.run(spin, { ms: 0, numbers: given }, { signal: never, transfer: [given.buffer] })
  expect(moved.doubled).toEqual(Float32Array.of(8, 10))
  expect(given.buffer.byteLength).toBe(0)
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
  const shared = new Float32Array(buffer, 16, 2)
  const seen = work.run(spin, { ms: 60, numbers: shared }, { signal: never })
  // Written after it was sent: there is no copy.
  shared.set([7, 8])
  expect((await seen).doubled?.slice()).toEqual(Float32Array.of(14, 16))
})

it('runs at most as many at a time as there are threads, in order', async () => {
  const work = open(1)
  const ended: string[] = []
  const run = (name: string, ms: number) => work.run(spin, { ms }, { signal: never }).then(() => ended.push(name))
  const all = [run('first', 60), run('second', 20), run('third', 1)]
  expect(work.counters).toEqual({ threads: 1, busy: 1 })
  await Promise.all(all)
  expect(ended).toEqual(['first', 'second', 'third'])
  expect(work.counters).toEqual({ threads: 1, busy: 0 })
})

it('cancels a work that looks, and ends the thread of one that does not; both before the promise ends', async () => {
  const work = open(1)
  for (const polite of [true, false]) {
    const controller = new AbortController()
    let running = false
    const progress = (): void => {
      running = true
    }
    const run = work.run(spin, { ms: 60_000, polite }, { signal: controller.signal, progress })
    run.catch(() => undefined)
    await until(() => running)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(run).rejects.toBe(reason)
    expect(work.counters).toEqual({ threads: polite ? 1 : 0, busy: 0 })
  }
  expect((await work.run(spin, { ms: 1 }, { signal: never })).rounds).toBeGreaterThan(0)
})

it('cancels one that waits, which lets the next have its turn', async () => {
  const work = open(1)
  const controller = new AbortController()
  const first = work.run(spin, { ms: 60 }, { signal: never })
  const second = work.run(spin, { ms: 1 }, { signal: controller.signal })
  const third = work.run(spin, { ms: 1 }, { signal: never })
  controller.abort(new Error('not wanted'))
  await expect(second).rejects.toThrow('not wanted')
  expect((await first).rounds).toBeGreaterThan(0)
  expect((await third).rounds).toBeGreaterThan(0)
})

it('tells what a work threw, keeps its thread, and tells of a thread that died', async () => {
  const work = open(1, 64)
  const fails = (end: 'throw' | 'problem' | 'exit' | 'memory') => work.run(spin, { ms: 1, end }, { signal: never })
  await expect(fails('throw')).rejects.toMatchObject({
    code: 'work.failed',
    params: { name: 'testing/spin', message: 'it broke' },
  })
  await expect(fails('problem')).rejects.toMatchObject({ code: 'op.unsupported', params: { op: 'spin' } })
  expect(work.counters.threads).toBe(1)
  await expect(fails('exit')).rejects.toMatchObject({ code: 'work.ended', params: { how: /code 3/ } })
  expect(work.counters.threads).toBe(0)
  await expect(fails('memory')).rejects.toMatchObject({ code: 'work.ended', params: { how: /memory/ } })
  expect((await work.run(spin, { ms: 1 }, { signal: never })).rounds).toBeGreaterThan(0)
})

it('calls nothing but what the list has, and sends nothing that cannot be copied', async () => {
  const work = open(1)
  const other = defineWork({ name: 'constructor', run: () => 1 })
  await expect(work.run(other, undefined, { signal: never })).rejects.toMatchObject({ code: 'work.failed' })
  const odd = { ms: 1, numbers: (() => 1) as unknown as Float32Array }
  await expect(work.run(spin, odd, { signal: never })).rejects.toMatchObject({ code: 'work.failed' })
  expect(work.counters).toEqual({ threads: 1, busy: 0 })
})

it('finds every work that ships, under the name of its file', async () => {
  const file = fileURLToPath(new URL('../../nodes/works.ts', import.meta.url))
  expect(readFileSync(file, 'utf8')).toBe(await worksSource())
  const folder = fileURLToPath(new URL('../../nodes/', import.meta.url))
  const files = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.work.ts'))
  expect(Object.keys(works)).toHaveLength(files.length)
  for (const [name, load] of Object.entries(works))
    expect(Object.values(await load())).toContainEqual(expect.objectContaining({ name, run: expect.any(Function) }))
})
