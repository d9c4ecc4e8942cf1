import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unfoldedLimit } from './expand.ts'
import { infoOf, nestingLimit, subgraphAt } from './info.ts'
import { knownNames } from './known-names.ts'
import { catalogue, doc, sub } from './test-graphs.ts'
import { dependingOn, type FlatGraph, flatten, neededBy, resolve, sinks } from './topology.ts'

const wiresOf = (flat: FlatGraph): string[] =>
  [...flat.nodes.values()]
    .flatMap(({ id, inputs }) =>
      Object.entries(inputs).map(([port, from]) => `${from.node}.${from.port} > ${id}.${port}`),
    )
    .sort()
const codes = (flat: FlatGraph): Record<string, string> =>
  Object.fromEntries([...flat.problems].map(([at, { code }]) => [at, code]))

const chain = doc({ save: 'io/save', blur: 'filter/blur', photo: 'io/photo' }, [
  'photo.image > blur.image',
  'blur.image > save.image',
])

const soft = sub(
  { image: ['blur.image', 'mix.b'] },
  { blur: 'filter/blur', mix: 'math/blend' },
  ['blur.image > mix.a'],
  {
    image: 'mix.image',
  },
)
const edges = sub(
  { picture: ['soft.image'] },
  { soft: 'graph/soft', canny: 'edge/canny' },
  ['soft.image > canny.image'],
  {
    edges: 'canny.edges',
    smooth: 'soft.image',
  },
)
const nested = doc(
  { photo: 'io/photo', find: 'graph/edges', look: 'view/inspect' },
  ['photo.image > find.picture', 'find.edges > look.value'],
  { soft, edges },
)

describe('the flat graph', () => {
  it('has each node after what feeds it, and knows who uses what', () => {
    const flat = flatten(chain, catalogue)
    expect(flat.order).toEqual(['photo', 'blur', 'save'])
    expect(flat.uses.get('photo')).toEqual([{ port: 'image', node: 'blur', input: 'image' }])
    expect(flat.problems.size).toBe(0)
    expect([...neededBy(flat, ['blur'])].sort()).toEqual(['blur', 'photo'])
    expect([...dependingOn(flat, ['blur'])].sort()).toEqual(['blur', 'save'])
  })

  it('unfolds subgraphs in subgraphs, through every boundary', () => {
    const flat = flatten(nested, catalogue)
    expect([...flat.nodes.keys()].sort()).toEqual(['find/canny', 'find/soft/blur', 'find/soft/mix', 'look', 'photo'])
    expect(wiresOf(flat)).toEqual([
      'find/canny.edges > look.value',
      'find/soft/blur.image > find/soft/mix.a',
      'find/soft/mix.image > find/canny.image',
      'photo.image > find/soft/blur.image',
      'photo.image > find/soft/mix.b',
    ])
    expect(flat.order.map((id) => id.split('/').at(-1))).toEqual(['photo', 'blur', 'mix', 'canny', 'look'])
    expect(flat.nodes.get('find/soft/mix')?.inputs.b?.wire).toBe('find.picture')
    expect(flat.nodes.get('find/canny')?.inputs.image?.wire).toBe('find/canny.image')
    expect(flat.nodes.get('find/soft/mix')).toMatchObject({ graph: 'soft', local: 'mix' })
    expect(resolve(flat, 'find', 'smooth')).toEqual({ node: 'find/soft/mix', port: 'image' })
    expect(resolve(flat, 'find/soft', 'image')).toEqual({ node: 'find/soft/mix', port: 'image' })
    expect(resolve(flat, 'photo', 'image')).toEqual({ node: 'photo', port: 'image' })
    expect(resolve(flat, 'find', 'nothing')).toBeUndefined()
    expect([...neededBy(flat, ['find/soft'])].sort()).toEqual(['find/soft/blur', 'find/soft/mix', 'photo'])
  })

  it('names sinks: the outputs that nothing consumes', () => {
    expect(sinks(flatten(nested, catalogue), catalogue)).toEqual([
      { node: 'look', port: 'table' },
      { node: 'find/canny', port: 'count' },
    ])
  })

  it('is empty for an empty document', () => {
    expect(flatten(doc({}), catalogue).order).toEqual([])
  })

  it('names wires that lead nowhere and keeps the rest', () => {
    const flat = flatten(
      doc(
        { blur: 'filter/blur', find: 'graph/soft' },
        ['gone.image > blur.image', 'blur.image > lost.image', 'blur.image > find.wrong', 'find.wrong > blur.mask'],
        { soft },
      ),
      catalogue,
    )
    expect(codes(flat)).toEqual({
      'blur.image': 'wire.no-node',
      'lost.image': 'wire.no-node',
      'find.wrong': 'wire.no-port',
      'blur.mask': 'wire.no-port',
    })
    expect(flat.problems.get('find.wrong')?.params).toEqual({
      node: 'find',
      side: 'input',
      port: 'wrong',
      known: 'image',
    })
    expect(flat.nodes.get('blur')?.broken.image?.code).toBe('wire.no-node')
    expect(flat.order.length).toBe(3)
  })

  it('quotes names that read like counts', () => {
    expect(knownNames({ '0': 1, 'input.1': 2 })).toBe('"0", input.1')
    expect(knownNames({})).toBe('none')
  })
})

describe('subgraphs that cannot be unfolded', () => {
  it('are unknown ones', () => {
    const flat = flatten(doc({ a: 'graph/gone', constructor_: 'graph/constructor' }), catalogue)
    expect(codes(flat)).toEqual({ a: 'graph.unknown-subgraph', constructor_: 'graph.unknown-subgraph' })
    expect([...flat.nodes.keys()]).toEqual(['a', 'constructor_'])
  })

  it('are those that contain themselves', () => {
    const a = sub({}, { b: 'graph/b' }, [], {})
    const b = sub({}, { again: 'graph/a', blur: 'filter/blur' }, [], {})
    const flat = flatten(doc({ top: 'graph/a' }, [], { a, b }), catalogue)
    expect(flat.problems.get('top/b/again')).toEqual({
      code: 'graph.recursion',
      params: { name: 'a', path: 'a → b → a' },
    })
    expect(flat.nodes.has('top/b/blur')).toBe(true)
    expect(infoOf(flat.document, catalogue, { type: 'graph/a' })).toBeDefined()
  })

  it('are those that would unfold without end', () => {
    const ten = (inner: string) =>
      sub({}, Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`n${i}`, inner])), [], {})
    const graphs = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`g${i}`, ten(i === 0 ? 'filter/blur' : `graph/g${i - 1}`)]),
    )
    const flat = flatten(doc({ top: 'graph/g11' }, [], graphs), catalogue)
    expect(flat.nodes.size).toBeLessThanOrEqual(unfoldedLimit + 1)
    expect(Object.values(codes(flat))).toContain('graph.too-large')

    const deep = Object.fromEntries(
      Array.from({ length: 2 * nestingLimit }, (_, i) => [`g${i}`, sub({}, { n: `graph/g${i + 1}` }, [], {})]),
    )
    expect(Object.values(codes(flatten(doc({ top: 'graph/g0' }, [], deep), catalogue)))).toEqual(['graph.too-large'])
  })
})

describe('circles', () => {
  it('are named with a way round, on their nodes and wires; the rest runs', () => {
    const flat = flatten(
      doc(
        { photo: 'io/photo', a: 'math/blend', b: 'filter/blur', c: 'filter/blur', after: 'filter/blur', x: 'io/save' },
        [
          'photo.image > a.a',
          'c.image > a.b',
          'a.image > b.image',
          'b.image > c.image',
          'c.image > after.image',
          'photo.image > x.image',
        ],
      ),
      catalogue,
    )
    const problem = { code: 'graph.cycle', params: { path: 'a → b → c → a' } }
    expect(Object.fromEntries(flat.problems)).toEqual({
      a: problem,
      b: problem,
      c: problem,
      'a.b': problem,
      'b.image': problem,
      'c.image': problem,
    })
    expect(flat.order).toEqual(['photo', 'x', 'after'])
  })

  it('are also a node that feeds itself, and two at once', () => {
    const flat = flatten(
      doc({ self: 'filter/blur', a: 'filter/blur', b: 'filter/blur' }, [
        'self.image > self.image',
        'a.image > b.image',
        'b.image > a.image',
      ]),
      catalogue,
    )
    expect(flat.problems.get('self')?.params.path).toBe('self → self')
    expect(flat.problems.get('b')?.params.path).toBe('a → b → a')
    expect(flat.order).toEqual([])
  })

  it('are not where only the folded graph looks like one', () => {
    const twoLanes = sub({ a: ['one.image'], b: ['two.image'] }, { one: 'filter/blur', two: 'filter/blur' }, [], {
      a: 'one.image',
      b: 'two.image',
    })
    const flat = flatten(
      doc(
        { photo: 'io/photo', lanes: 'graph/lanes', mid: 'filter/blur' },
        ['photo.image > lanes.a', 'lanes.a > mid.image', 'mid.image > lanes.b'],
        { lanes: twoLanes },
      ),
      catalogue,
    )
    expect(flat.problems.size).toBe(0)
    expect(flat.order).toEqual(['photo', 'lanes/one', 'mid', 'lanes/two'])
  })

  it('are found as reachability finds them, in random graphs', () => {
    const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 24 })
    fc.assert(
      fc.property(pairs, (wires) => {
        const nodes = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`n${i}`, 'math/blend']))
        const flat = flatten(
          doc(
            nodes,
            wires.map(([from, to], i) => `n${from}.image > n${to}.p${i}`),
          ),
          catalogue,
        )
        const reach = Array.from({ length: 12 }, () => new Array<boolean>(12).fill(false))
        const at = (i: number): boolean[] => reach[i] ?? []
        for (const [from, to] of wires) at(from)[to] = true
        for (let k = 0; k < 12; k++)
          for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) at(i)[j] ||= at(i)[k] === true && at(k)[j] === true
        for (let i = 0; i < 12; i++) {
          expect(flat.problems.has(`n${i}`)).toBe(at(i)[i])
          expect(flat.order.includes(`n${i}`)).toBe(!at(i)[i])
        }
        for (const [from, to] of wires)
          if (!at(from)[from] && !at(to)[to])
            expect(flat.order.indexOf(`n${from}`)).toBeLessThan(flat.order.indexOf(`n${to}`))
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  it('of ten thousand nodes are found without recursion', () => {
    const nodes: Record<string, string> = {}
    const wires: string[] = []
    for (let i = 0; i < 10_000; i++) {
      nodes[`n${i}`] = 'filter/blur'
      wires.push(`n${i}.image > n${(i + 1) % 10_000}.image`)
    }
    expect(flatten(doc(nodes, wires), catalogue).problems.get('n7')?.code).toBe('graph.cycle')
  })
})

describe('bypassed nodes', () => {
  const off = { bypass: true } as const

  it('pass on the first input of the type, through several in a row', () => {
    const flat = flatten(
      doc({ photo: 'io/photo', a: ['filter/blur', off], b: ['math/blend', off], save: 'io/save' }, [
        'photo.image > a.image',
        'a.image > b.a',
        'b.image > save.image',
      ]),
      catalogue,
    )
    expect(flat.nodes.get('save')?.inputs.image).toEqual({ node: 'photo', port: 'image', wire: 'save.image' })
    expect(flat.uses.get('photo')).toEqual([{ port: 'image', node: 'save', input: 'image' }])
    expect(resolve(flat, 'b', 'image')).toEqual({ node: 'photo', port: 'image' })
    expect(sinks(flat, catalogue)).toEqual([])
  })

  it('pass nothing on where there is nothing of the type', () => {
    const flat = flatten(
      doc(
        {
          photo: 'io/photo',
          canny: ['edge/canny', off],
          source: ['io/photo', off],
          look: 'view/inspect',
          l2: 'view/inspect',
        },
        ['photo.image > canny.image', 'canny.count > look.value', 'source.image > l2.value'],
      ),
      catalogue,
    )
    expect(flat.nodes.get('look')?.inputs).toEqual({})
    expect(flat.nodes.get('l2')?.inputs).toEqual({})
    expect(resolve(flat, 'canny', 'count')).toBeUndefined()
    expect(resolve(flat, 'canny', 'edges')).toEqual({ node: 'photo', port: 'image' })
  })

  it('may be whole subgraphs, and stand inside them', () => {
    const flat = flatten(
      doc(
        { photo: 'io/photo', find: ['graph/edges', off], save: 'io/save' },
        ['photo.image > find.picture', 'find.edges > save.image'],
        { soft, edges },
      ),
      catalogue,
    )
    expect([...flat.nodes.keys()]).toEqual(['photo', 'find', 'save'])
    expect(flat.nodes.get('save')?.inputs.image?.node).toBe('photo')

    const inner = { ...soft, nodes: { ...soft.nodes, mix: { ...soft.nodes.mix, bypass: true } } } as typeof soft
    const within = flatten({ ...nested, graphs: { soft: inner, edges } }, catalogue)
    expect(within.nodes.get('find/canny')?.inputs.image?.node).toBe('find/soft/blur')
    expect(resolve(within, 'find', 'smooth')).toEqual({ node: 'find/soft/blur', port: 'image' })
  })

  it('in a circle pass nothing on, and the circle is named', () => {
    const flat = flatten(
      doc({ a: ['filter/blur', off], b: ['filter/blur', off], save: 'io/save' }, [
        'a.image > b.image',
        'b.image > a.image',
        'b.image > save.image',
      ]),
      catalogue,
    )
    expect(flat.problems.get('a')?.code).toBe('graph.cycle')
    expect(flat.nodes.get('save')?.inputs).toEqual({})
    expect(flat.order).toEqual(['save'])
  })
})

describe('a subgraph as a type', () => {
  it('has the ports of its boundary, with the sockets behind them', () => {
    const info = infoOf(nested, catalogue, { type: 'graph/edges' })
    expect(info?.inputs).toEqual({ picture: { type: 'image' } })
    expect(info?.outputs).toEqual({
      edges: { type: 'image', range: [0, 1], spaces: ['data'] },
      smooth: { type: 'image' },
    })
    expect(infoOf({ ...nested, graphs: { ...nested.graphs } }, catalogue, { type: 'graph/edges' })).toBe(info)
    expect(infoOf(nested, catalogue, { type: 'graph/nothing' })).toBeUndefined()
  })

  it('is found along the path that is looked into', () => {
    expect(subgraphAt(nested, 'find/soft')).toBe('soft')
    expect(subgraphAt(nested, 'find/gone')).toBeUndefined()
    expect(subgraphAt(nested, 'photo')).toBeUndefined()
  })
})
