/** A sweep copies what depends on its parameters, once for each cell, and nothing else. */
import { expect, it } from 'vitest'
import { param } from '../types/param.ts'
import { socket } from '../values/sockets.ts'
import type { NodeInfo } from './catalogue.ts'
import type { Document } from './document.ts'
import { mostCells, sweepType } from './sweep.ts'
import { doc, catalogue as known, sub } from './test-graphs.ts'
import { flatten } from './topology.ts'

const text = param.text({ default: '' })
const info = {
  ...(known.get('filter/blur') as NodeInfo),
  type: sweepType,
  version: 1,
  inputs: { image: { ...socket.image(), optional: true } },
  params: { first: text, values: text, second: text, others: text },
  outputs: { grid: socket.image() },
} as NodeInfo
const catalogue = new Map([...known, [sweepType, info]])

/** photo → blur → again → sweep. */
const graph = (params: Record<string, string>, more: Parameters<typeof doc>[1] = []): Document => {
  const made = doc({ photo: 'io/photo', blur: 'filter/blur', again: 'filter/blur', sweep: sweepType }, [
    'photo.image > blur.image',
    'blur.image > again.image',
    'again.image > sweep.image',
    ...more,
  ])
  const { sweep } = made.nodes
  if (!sweep) throw new Error('no sweep')
  return { ...made, nodes: { ...made.nodes, sweep: { ...sweep, params } } }
}

const problemOf = (document: Document) => flatten(document, catalogue).problems.get('sweep')?.code

it('runs what depends on the parameter for each value, and shares the rest', () => {
  const flat = flatten(graph({ first: 'blur.sigma', values: '1, 2.5' }), catalogue)
  expect([...flat.problems]).toEqual([])
  expect(flat.nodes.get('sweep/0/blur')?.record.params).toEqual({ sigma: 1 })
  expect(flat.nodes.get('sweep/1/blur')?.record.params).toEqual({ sigma: 2.5 })
  expect(flat.nodes.get('sweep/1/blur')?.inputs.image?.node).toBe('photo')
  expect(flat.nodes.get('sweep/1/again')?.inputs.image?.node).toBe('sweep/1/blur')
  const { inputs } = flat.nodes.get('sweep') ?? {}
  expect(Object.entries(inputs ?? {}).map(([port, { node }]) => `${port} ${node}`)).toEqual([
    'image again',
    'image:0 sweep/0/again',
    'image:1 sweep/1/again',
  ])
  // Only the last of the two depends on its own parameter.
  const last = flatten(graph({ first: 'again.sigma', values: '1, 2.5' }), catalogue)
  expect([...last.nodes.keys()].filter((id) => id.startsWith('sweep/'))).toEqual(['sweep/0/again', 'sweep/1/again'])
  expect(last.order).toHaveLength(last.nodes.size)
})

it('has a row for each value of a second parameter, of the same node too', () => {
  const params = { first: 'blur.sigma', values: '1,2,3', second: 'blur.border', others: 'reflect101, replicate' }
  const flat = flatten(graph(params), catalogue)
  expect(flat.nodes.get('sweep/0/blur')?.record.params).toEqual({ sigma: 1, border: 'reflect101' })
  expect(flat.nodes.get('sweep/5/blur')?.record.params).toEqual({ sigma: 3, border: 'replicate' })
  expect(flat.nodes.has('sweep/6/blur')).toBe(false)
})

it('varies what a subgraph exposes, and what lies in one', () => {
  const soft = {
    ...sub({ image: ['blur.image'] }, { blur: 'filter/blur', other: 'filter/blur' }, ['blur.image > other.image'], {
      image: 'other.image',
    }),
    params: { sigma: { to: ['blur.sigma'] } },
  }
  for (const of of ['soft.sigma', 'soft/blur.sigma']) {
    const made = doc(
      { photo: 'io/photo', soft: 'graph/soft', sweep: sweepType },
      ['photo.image > soft.image', 'soft.image > sweep.image'],
      { soft },
    )
    const sweep = { ...made.nodes.sweep, params: { first: of, values: '3' } }
    const flat = flatten({ ...made, nodes: { ...made.nodes, sweep } } as Document, catalogue)
    expect([...flat.problems]).toEqual([])
    expect(flat.nodes.get('sweep/0/soft/blur')?.record.params).toEqual({ sigma: 3 })
    expect(flat.nodes.get('sweep/0/soft/other')?.inputs.image?.node).toBe('sweep/0/soft/blur')
  }
})

it('may lie before another sweep', () => {
  const made = graph({ first: 'blur.sigma', values: '1,2' })
  const nodes = {
    ...made.nodes,
    after: { type: 'filter/blur', position: { x: 0, y: 0 } },
    outer: { type: sweepType, position: { x: 0, y: 0 }, params: { first: 'again.sigma', values: '5,6,7' } },
  }
  const edges = { ...made.edges, 'after.image': 'sweep.grid', 'outer.image': 'after.image' }
  const flat = flatten({ ...made, nodes, edges }, catalogue)
  expect([...flat.problems]).toEqual([])
  expect(flat.nodes.get('outer/2/sweep/1/again')?.record.params).toEqual({ sigma: 7 })
  expect(flat.nodes.get('outer/2/sweep/1/again')?.inputs.image?.node).toBe('sweep/1/blur')
  expect(flat.nodes.get('outer/2/sweep')?.inputs['image:1']?.node).toBe('outer/2/sweep/1/again')
  expect(flat.order).toHaveLength(flat.nodes.size)
})

it.each([
  ['a node that is not there', { first: 'blr.sigma', values: '1' }, 'sweep.no-node'],
  ['itself', { first: 'sweep.values', values: '1' }, 'sweep.not-before'],
  ['no parameter', { first: 'blur', values: '1' }, 'sweep.no-param'],
  ['a parameter that is a file', { first: 'photo.path', values: 'a.png' }, 'sweep.no-param'],
  ['no values', { first: 'blur.sigma', values: ' , ' }, 'sweep.no-values'],
  ['a value beyond the bounds', { first: 'blur.sigma', values: '1, 65' }, 'sweep.value'],
  ['a word for a number', { first: 'blur.sigma', values: 'much' }, 'sweep.value'],
  ['a choice that there is not', { first: 'blur.border', values: 'wrap' }, 'sweep.value'],
  ['one parameter twice', { first: 'blur.sigma', values: '1', second: 'blur.sigma', others: '2' }, 'sweep.twice'],
  [
    'too many cells',
    {
      first: 'blur.sigma',
      values: Array(mostCells + 1)
        .fill(1)
        .join(),
    },
    'sweep.cells',
  ],
])('refuses %s', (_, params, code) => expect(problemOf(graph(params))).toBe(code))

it('refuses what is not before it, and what writes', () => {
  const made = graph({ first: 'other.sigma', values: '1' })
  const other = { ...made, nodes: { ...made.nodes, other: { type: 'filter/blur', position: { x: 0, y: 0 } } } }
  expect(problemOf(other)).toBe('sweep.not-before')
  // In a circle nothing hangs.
  const { sweep } = made.nodes
  const round = { ...made.edges, 'blur.image': 'again.image' }
  const circle = {
    ...made,
    edges: round,
    nodes: { ...made.nodes, sweep: { ...sweep, params: { first: 'blur.sigma', values: '1' } } },
  }
  expect(flatten(circle as Document, catalogue).problems.get('blur')?.code).toBe('graph.cycle')
})

it('in a file no node can claim to have cells', () => {
  const made = graph({ first: '', values: '' })
  const blur = { ...made.nodes.blur, cells: 1e9 }
  const flat = flatten({ ...made, nodes: { ...made.nodes, blur } } as Document, catalogue)
  expect([...flat.problems]).toEqual([])
})

it('goes through a long chain, and leaves a bypassed sweep before it alone', () => {
  const length = 6000
  const ids = Array.from({ length }, (_, i) => `n${i}`)
  const chain = doc(
    {
      photo: 'io/photo',
      ...Object.fromEntries(ids.map((id) => [id, 'filter/blur'])),
      first: sweepType,
      sweep: sweepType,
    },
    ['photo.image > n0.image', ...ids.slice(1).map((id, i) => `n${i}.image > ${id}.image`)].concat([
      `n${length - 1}.image > first.image`,
      'first.grid > sweep.image',
    ]),
  )
  const { first, sweep } = chain.nodes
  if (!first || !sweep) throw new Error('no sweep')
  const params = { first: `n${length - 1}.sigma`, values: '1, 2' }
  const nodes = {
    ...chain.nodes,
    first: { ...first, params: { first: 'nobody.sigma' }, bypass: true as const },
    sweep: { ...sweep, params },
  }
  const flat = flatten({ ...chain, nodes }, catalogue)
  expect(flat.problems.get('first')).toBeUndefined()
  expect(flat.nodes.has(`sweep/1/n${length - 1}`)).toBe(true)
})
