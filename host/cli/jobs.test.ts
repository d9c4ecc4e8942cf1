/** Jobs on the command line: resumed by themselves, not run again once they are finished, started over on request. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { catalogue } from '../../nodes/catalogue.ts'
import { buildKernels } from '../build/kernels.ts'
import { temporaryFolder } from '../server/testing.ts'
import { lineJob } from '../testing/line.ts'
import { testingWorks } from '../testing/works.ts'
import { jobTeller } from './jobs.ts'
import { run } from './run.ts'

const folder = temporaryFolder()
const file = join(folder, 'line.sightline.json')
let epochs: number[] = []
let out = ''
let err: string[] = []
/** Called with each epoch. */
let onEpoch = (_: number): void => undefined

beforeEach(async () => {
  await buildKernels()
  ;[epochs, out, err, onEpoch] = [[], '', [], () => undefined]
  vi.stubEnv('SIGHTLINE_HOME', join(folder, 'home'))
  vi.spyOn(console, 'log').mockImplementation((text) => {
    out += text
  })
  vi.spyOn(console, 'error').mockImplementation((line) => err.push(String(line)))
  const nodes = [{ id: 'line', type: 'test/line', params: { epochs: 12 } }]
  writeFileSync(
    file,
    JSON.stringify({
      format: 'sightline',
      version: 1,
      nodes: nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })),
      edges: [],
    }),
  )
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const own = {
  nodes: [
    ...catalogue,
    lineJob((epoch) => {
      epochs.push(epoch)
      onEpoch(epoch)
    }),
  ],
  works: [testingWorks],
}
const sightline = (more = {}) => run({ file, device: 'cpu', threads: 1, json: true, ...more }, own)
const slope = (): number => JSON.parse(out).nodes[0].outputs.slope.value

it('resumes what was interrupted, keeps what is finished, starts over where that is asked for', async () => {
  onEpoch = (epoch) => {
    if (epoch === 5) process.emit('SIGINT', 'SIGINT')
  }
  expect(await sightline()).toBe(130)
  expect(epochs.at(-1)).toBeLessThan(12)
  const made = epochs.length
  ;[epochs, out, onEpoch] = [[], '', () => undefined]
  expect(await sightline()).toBe(0)
  // The last epoch may have been made without being kept.
  expect([made, made + 1]).toContain(epochs[0])
  expect(epochs.at(-1)).toBe(12)
  expect(err.join('\n')).toMatch(/line: Resumed at \d+ % \(epoch \d+ of 12\)\./)
  const resumed = slope()

  ;[epochs, out] = [[], '']
  expect(await sightline()).toBe(0)
  expect(epochs).toEqual([])
  expect(slope()).toBe(resumed)
  expect(JSON.parse(out).nodes[0].status).toBe('cached')

  out = ''
  expect(await sightline({ restart: true })).toBe(0)
  expect(epochs).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
  expect(slope()).toBe(resumed)
  expect(readdirSync(join(folder, 'home/data/jobs')).filter((name) => name.endsWith('.checkpoint'))).toEqual([])
})

it('tells now and then how far a job is', () => {
  const said: string[] = []
  const tell = jobTeller((line) => said.push(line))
  const now = vi.spyOn(performance, 'now')
  for (const [at, fraction] of [
    [0, 0],
    [9000, 0.1],
    [11_000, 0.2],
    [12_000, 0.3],
    [22_000, 0.4],
  ] as const) {
    now.mockReturnValue(at)
    tell('line', { status: 'running', job: 'running', progress: { fraction, say: 'epoch' } })
    tell('other', { status: 'running', progress: { fraction } })
  }
  expect(said).toEqual(['sightline: line: 20 %, epoch', 'sightline: line: 40 %, epoch'])
})
