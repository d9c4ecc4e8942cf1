import { expect, it } from 'vitest'
import { emptyDocument, emptyGraph } from '../../engine/graph/document.ts'
import type { NodeReport, WireReport } from '../../engine/protocol/reports.ts'
import { toldWords } from '../state/words.ts'
import { problemLines } from './problems.ts'

const node = (type: string, title?: string) => ({ type, position: { x: 0, y: 0 }, ...(title && { title }) })
const document = {
  ...emptyDocument,
  nodes: {
    photo: node('io/load-image', 'Holiday'),
    blur: node('filter/gaussian-blur', 'Soft'),
    sub: node('graph/edges'),
  },
  graphs: { edges: { ...emptyGraph, nodes: { sobel: node('edge/sobel') }, inputs: {}, outputs: {} } },
}
const s = { document, catalogue: new Map() }

it('lists what failed before what could not run, and says where it is', () => {
  const nodes = new Map<string, NodeReport>([
    ['blur', { status: 'skipped', problem: { code: 'input.upstream', params: { node: 'photo' } } }],
    ['sub/sobel', { status: 'error', problem: { code: 'file.none', params: {} } }],
    ['gone', { status: 'error', problem: { code: 'file.none', params: {} } }],
  ])
  const wires = new Map<string, WireReport>([
    [
      'blur.image',
      { problem: { code: 'wire.type', params: { given: 'a number', port: 'image', wanted: 'a picture' } } },
    ],
    ['sub.image', { converter: 'RGB → gray' }],
  ])
  const lines = problemLines(s, [{ code: 'graph.cycle', params: { path: 'a → a' } }], nodes, wires)
  expect(lines.map(({ tone, about, at }) => [tone, about, at?.join('/')])).toEqual([
    ['error', undefined, undefined],
    ['error', 'Soft · image', 'blur'],
    ['error', 'edges › edge/sobel', 'sub/sobel'],
    ['warning', 'Soft', 'blur'],
  ])
  expect(lines[1]?.words).toBe('This gives a number; "image" needs a picture.')
  expect(lines[3]?.words).toBe('Not run, because "Holiday" before it failed.')
})

it('calls a node that failed what the person sees, inside subgraphs too', () => {
  const words = (at: string) => toldWords({ code: 'input.upstream', params: { node: at } }, s)
  expect(words('sub/sobel')).toBe('Not run, because "edges › edge/sobel" before it failed.')
  expect(words('gone')).toBe('Not run, because "gone" before it failed.')
})

it('leaves waiting alone: it is no problem', () => {
  const waiting: NodeReport = {
    status: 'waiting',
    problem: { code: 'input.waiting', params: { wanted: 'a picture', port: 'image' } },
  }
  expect(problemLines(s, [], new Map([['blur', waiting]]), new Map())).toEqual([])
})

it('keeps the words of a code that is not known here', () => {
  const report: NodeReport = { status: 'error', problem: { code: 'gpu.on-fire', params: { degrees: 451 } } }
  expect(problemLines(s, [], new Map([['blur', report]]), new Map())[0]?.words).toContain('gpu.on-fire')
})
