import { describe, expect, it } from 'vitest'
import { SightlineError, wordsOf } from '../types/problem.ts'
import type { ImageShape, Shape } from '../values/index.ts'
import { type AnalyseOptions, analyse, check, newMemo } from './analyse.ts'
import type { NodeCheck } from './check.ts'
import type { Document } from './document.ts'
import { problemsOf, shapesOf } from './report.ts'
import type { ShapeFunction } from './shape.ts'
import { catalogue, doc, sub } from './test-graphs.ts'
import { type FlatNode, flatten } from './topology.ts'

const blur2 = { version: 2 } as const
const states = (nodes: ReadonlyMap<string, NodeCheck>): Record<string, string> =>
  Object.fromEntries([...nodes].map(([id, { state, problem }]) => [id, problem ? `${state} ${problem.code}` : state]))
const problemAt = (document: Document, id: string) => check(document, catalogue).nodes.get(id)?.problem

const rgb = (height: number, width: number): ImageShape => ({
  kind: 'image',
  height,
  width,
  channels: 3,
  space: 'rgb',
  alpha: false,
  range: [0, 1],
})
/** Definitions' `shape` for the testing catalogue: a photo of 4 × 6, a folder of three, a conversion. */
const shapeFunctions: Record<string, ShapeFunction> = {
  'io/photo': async ({ path }) => {
    if (path === 'missing.png') throw new SightlineError('file.missing', { path })
    return { image: rgb(4, 6) }
  },
  'io/folder': () => ({ images: { kind: 'sequence', length: 3, element: rgb(4, 6) } }),
  'io/orbit': () => ({
    days: { kind: 'sequence', length: 2, element: { kind: 'sequence', length: 5, element: rgb(4, 6) } },
  }),
  'colour/convert': ({ image, to }) => {
    const shape = image as ImageShape | undefined
    return shape ? { image: { ...shape, channels: to === 'gray' ? 1 : 3, space: to as 'gray' | 'rgb' | 'hsv' } } : {}
  },
}
const analysed = (document: Document, options: AnalyseOptions = {}) =>
  analyse(flatten(document, catalogue), catalogue, { shapeOf: (type) => shapeFunctions[type], ...options })

describe('a node', () => {
  it('gets its defaults, and waits for what is missing without being wrong', () => {
    const { nodes } = check(doc({ photo: 'io/photo', mix: 'math/blend' }, ['photo.image > mix.a']), catalogue)
    expect(nodes.get('photo')).toMatchObject({ state: 'ready', params: { path: 'photo.png' } })
    expect(nodes.get('mix')?.state).toBe('waiting')
    expect(nodes.get('mix')?.problem).toEqual({ code: 'input.waiting', params: { wanted: 'a picture', port: 'b' } })
    expect(nodes.get('mix')?.inputs.a).toEqual({ node: 'photo', port: 'image', levels: 0 })
  })

  it('waits for the choice of its file, and what comes after it waits, too', () => {
    const photo = (path: string) =>
      doc({ photo: ['io/photo', { params: { path } }], mean: 'math/mean' }, ['photo.image > mean.images'])
    for (const path of ['', '  ']) {
      const { nodes } = check(photo(path), catalogue)
      expect(nodes.get('photo')).toMatchObject({ state: 'waiting', problem: { code: 'file.none', params: {} } })
      expect(nodes.get('mean')?.state).toBe('waiting')
    }
    expect(check(photo('cat.jpg'), catalogue).nodes.get('photo')?.state).toBe('ready')
    const wrong = doc({ photo: ['io/photo', { params: { path: '', toString: 1 } }] })
    expect(problemAt(wrong, 'photo')?.code).toBe('param.unknown')
  })

  it('says what is wrong with it', () => {
    const nodes = {
      unknown: ['who/knows', { params: { x: 1 } }],
      newer: ['filter/blur', { version: 3 }],
      typo: ['filter/blur', { ...blur2, params: { sigm: 2, toString: 1 } }],
      range: ['filter/blur', { ...blur2, params: { sigma: -1, border: 'replicate' } }],
      choice: ['filter/blur', { ...blur2, params: { border: 'round' } }],
    } as const
    const document = doc(nodes)
    expect(problemAt(document, 'unknown')?.code).toBe('node.unknown-type')
    expect(problemAt(document, 'newer')).toEqual({ code: 'node.newer', params: { version: 3, known: 2 } })
    expect(problemAt(document, 'typo')).toEqual({
      code: 'param.unknown',
      params: { param: 'sigm', type: 'blur', known: 'sigma, border' },
    })
    expect(problemAt(document, 'range')).toEqual({
      code: 'param.invalid',
      params: { param: 'sigma', given: '-1', wanted: 'a number from 0 to 64 px' },
    })
    expect(check(document, catalogue).nodes.get('range')?.params).toEqual({ sigma: 1.5, border: 'replicate' })
    expect(problemAt(document, 'choice')?.code).toBe('param.invalid')
  })

  it('of an older version is judged after its parameters were brought up to date', () => {
    const old = doc({ photo: 'io/photo', blur: ['filter/blur', { params: { radius: 6 } }] }, [
      'photo.image > blur.image',
    ])
    expect(check(old, catalogue).nodes.get('blur')).toMatchObject({ state: 'ready', params: { sigma: 1.5 } })
    const migrate = ({ params }: { params?: Record<string, unknown> | undefined }) => ({
      sigma: Number(params?.radius) / 2,
    })
    expect(check(old, catalogue, { migrate }).nodes.get('blur')?.params.sigma).toBe(3)
    expect(check(old, catalogue, { migrate: () => ({ sigma: 'x' }) }).nodes.get('blur')?.problem?.code).toBe(
      'param.invalid',
    )
  })

  it('after a failed one is skipped, naming the first that failed; after a waiting one it waits', () => {
    const { nodes } = check(
      doc({ bad: 'who/knows', a: 'filter/blur', b: 'filter/blur', lone: 'filter/blur', c: 'filter/blur' }, [
        'bad.out > a.image',
        'a.image > b.image',
        'lone.image > c.image',
      ]),
      catalogue,
    )
    expect(states(nodes)).toEqual({
      bad: 'error node.unknown-type',
      a: 'skipped input.upstream',
      b: 'skipped input.upstream',
      lone: 'waiting input.waiting',
      c: 'waiting input.waiting',
    })
    expect(nodes.get('b')?.problem?.params.node).toBe('bad')
  })

  it('in a circle is wrong, those after it are skipped, all others run', () => {
    const { nodes, wires } = check(
      doc({ a: 'filter/blur', b: 'filter/blur', c: 'filter/blur', photo: 'io/photo', d: 'filter/blur' }, [
        'a.image > b.image',
        'b.image > a.image',
        'b.image > c.image',
        'photo.image > d.image',
      ]),
      catalogue,
    )
    expect(states(nodes)).toEqual({
      a: 'error graph.cycle',
      b: 'error graph.cycle',
      c: 'skipped input.upstream',
      photo: 'ready',
      d: 'ready',
    })
    expect([...wires.keys()].sort()).toEqual(['a.image', 'b.image'])
  })
})

describe('a wire', () => {
  it('that does not fit says what is given and what is wanted', () => {
    const analysis = check(
      doc({ photo: 'io/photo', flat: 'tensor/flatten' }, ['photo.image > flat.tensor', 'photo.image > flat.other']),
      catalogue,
    )
    const problem = analysis.wires.get('flat.tensor')?.problem
    expect(problem && wordsOf(problem)).toBe(
      'This gives a gray or RGB picture of 1, 3 or 4 channels; "tensor" needs a tensor (NCHW).',
    )
    expect(analysis.wires.get('flat.other')?.problem?.code).toBe('wire.no-port')
    expect(states(analysis.nodes).flat).toBe('error wire.no-port')
  })

  it('from an output that does not exist is named with those that do', () => {
    const analysis = check(doc({ photo: 'io/photo', blur: 'filter/blur' }, ['photo.pixels > blur.image']), catalogue)
    expect(analysis.wires.get('blur.image')?.problem).toEqual({
      code: 'wire.no-port',
      params: { node: 'photo', side: 'output', port: 'pixels', known: 'image' },
    })
  })

  it('gets the converter that loses least, as soon as what flows is known', async () => {
    const document = doc({ photo: 'io/photo', canny: 'edge/canny' }, ['photo.image > canny.image'])
    expect(check(document, catalogue).wires.size).toBe(0)
    const analysis = await analysed(document)
    expect(analysis.wires.get('canny.image')).toEqual({ converter: 'RGB → gray' })
    expect(analysis.nodes.get('canny')?.inputs.image?.converter).toEqual({
      type: 'colour/convert',
      params: { to: 'gray' },
      label: 'RGB → gray',
      input: 'image',
      output: 'image',
    })
    expect(analysis.nodes.get('canny')?.outputs.edges?.shape).toEqual({
      ...rgb(4, 6),
      channels: 1,
      space: 'data',
    })
    const hsv = await analysed(
      doc({ photo: 'io/photo', hsv: ['colour/convert', { params: { to: 'hsv' } }], canny: 'edge/canny' }, [
        'photo.image > hsv.image',
        'hsv.image > canny.image',
      ]),
    )
    expect(hsv.wires.get('canny.image')).toEqual({ converter: 'HSV → gray' })
  })

  it('into a subgraph tells the same where it is drawn and where it ends', async () => {
    const inner = sub({ picture: ['canny.image'] }, { canny: 'edge/canny' }, [], { edges: 'canny.edges' })
    const analysis = await analysed(
      doc({ photo: 'io/photo', find: 'graph/find' }, ['photo.image > find.picture'], { find: inner }),
    )
    expect(Object.fromEntries(analysis.wires)).toEqual({
      'find.picture': { converter: 'RGB → gray' },
      'find/canny.image': { converter: 'RGB → gray' },
    })
    expect(shapesOf(analysis).find?.edges).toEqual(shapesOf(analysis)['find/canny']?.edges)
  })
})

describe('shapes', () => {
  const shapeAt = async (document: Document, id: string, port = 'image'): Promise<Shape | undefined> =>
    shapesOf(await analysed(document))[id]?.[port]

  it('follow `like`, and what the output fixes beside it', async () => {
    const document = doc({ photo: 'io/photo', blur: ['filter/blur', blur2], look: 'view/inspect' }, [
      'photo.image > blur.image',
      'blur.image > look.value',
    ])
    expect(await shapeAt(document, 'blur')).toEqual(rgb(4, 6))
    expect(await shapeAt(document, 'look', 'table')).toEqual({ kind: 'table' })
  })

  it('of bypassed nodes are those of what is passed on', async () => {
    const document = doc({ photo: 'io/photo', blur: ['filter/blur', { bypass: true }] }, ['photo.image > blur.image'])
    expect(await shapeAt(document, 'blur')).toEqual(rgb(4, 6))
    expect((await analysed(document)).nodes.get('blur')?.state).toBe('bypassed')
  })

  it('that fail are the problem of their node, and the rest goes on', async () => {
    const document = doc(
      {
        bad: ['io/photo', { params: { path: 'missing.png' } }],
        blur: 'filter/blur',
        good: 'io/photo',
        b2: 'filter/blur',
      },
      ['bad.image > blur.image', 'good.image > b2.image'],
    )
    const analysis = await analysed(document)
    expect(states(analysis.nodes)).toEqual({
      bad: 'error file.missing',
      blur: 'skipped input.upstream',
      good: 'ready',
      b2: 'ready',
    })
    expect(problemsOf(analysis)).toEqual([
      { at: 'bad', problem: { code: 'file.missing', params: { path: 'missing.png' } } },
    ])
  })

  it('of a converter that fails are the problem of the node after it', async () => {
    const analysis = await analysed(doc({ photo: 'io/photo', canny: 'edge/canny' }, ['photo.image > canny.image']), {
      shapeOf: (type) =>
        type === 'colour/convert'
          ? () => {
              throw new Error('no room')
            }
          : shapeFunctions[type],
    })
    expect(analysis.nodes.get('canny')?.problem).toEqual({ code: 'unexpected', params: { message: 'no room' } })
    expect(analysis.nodes.get('canny')?.outputs.edges?.socket.type).toBe('image')
  })
})

describe('sequences', () => {
  it('run nodes that take one value for each, and end where they are collected', async () => {
    const analysis = await analysed(
      doc({ folder: 'io/folder', blur: 'filter/blur', canny: 'edge/canny', mean: 'math/mean' }, [
        'folder.images > blur.image',
        'blur.image > canny.image',
        'blur.image > mean.images',
      ]),
    )
    const of3 = (element: Shape): Shape => ({ kind: 'sequence', length: 3, element })
    const shapes = shapesOf(analysis)
    expect(shapes.blur?.image).toEqual(of3(rgb(4, 6)))
    expect(shapes.canny?.count).toEqual(of3({ kind: 'number' }))
    expect(shapes.mean?.image).toEqual(rgb(4, 6))
    expect(Object.fromEntries(analysis.wires)).toEqual({
      'blur.image': { each: true },
      'canny.image': { converter: 'RGB → gray', each: true },
    })
    expect(analysis.nodes.get('mean')?.inputs.images?.levels).toBe(0)
  })

  it('nest: one level is collected, the other goes on', async () => {
    const analysis = await analysed(
      doc({ orbit: 'io/orbit', blur: 'filter/blur', mean: 'math/mean', mean2: 'math/mean' }, [
        'orbit.days > blur.image',
        'blur.image > mean.images',
        'mean.image > mean2.images',
      ]),
    )
    expect(analysis.nodes.get('blur')?.inputs.image?.levels).toBe(2)
    expect(analysis.nodes.get('mean')?.inputs.images?.levels).toBe(1)
    expect(shapesOf(analysis).mean?.image).toEqual({ kind: 'sequence', length: 2, element: rgb(4, 6) })
    expect(shapesOf(analysis).mean2?.image).toEqual(rgb(4, 6))
  })

  it('are known by their sockets before anything is read', () => {
    const { nodes } = check(
      doc({ orbit: 'io/orbit', blur: 'filter/blur', mean: 'math/mean' }, [
        'orbit.days > blur.image',
        'blur.image > mean.images',
      ]),
      catalogue,
    )
    expect(nodes.get('blur')?.inputs.image?.levels).toBe(2)
    expect(nodes.get('mean')?.outputs.image?.socket.type).toBe('sequence')
  })

  it('meet single values, and other sequences of the same length only', async () => {
    const two: ShapeFunction = () => ({ images: { kind: 'sequence', length: 2, element: rgb(4, 6) } })
    const nodes = {
      folder: 'io/folder',
      other: ['io/folder', { params: {} }],
      photo: 'io/photo',
      mix: 'math/blend',
    } as const
    const single = await analysed(doc(nodes, ['folder.images > mix.a', 'photo.image > mix.b']))
    expect(shapesOf(single).mix?.image).toEqual({ kind: 'sequence', length: 3, element: rgb(4, 6) })
    let calls = 0
    const differing = await analysed(doc(nodes, ['folder.images > mix.a', 'other.images > mix.b']), {
      shapeOf: (type) => (type === 'io/folder' && calls++ > 0 ? two : shapeFunctions[type]),
    })
    expect(differing.nodes.get('mix')?.problem).toEqual({
      code: 'sequence.lengths',
      params: { a: 'a', b: 'b', na: 3, nb: 2 },
    })
  })

  it('may be a single value where they are collected', async () => {
    const analysis = await analysed(doc({ photo: 'io/photo', mean: 'math/mean' }, ['photo.image > mean.images']))
    expect(analysis.nodes.get('mean')?.state).toBe('ready')
    expect(shapesOf(analysis).mean?.image).toEqual(rgb(4, 6))
  })

  it('are not nested deeper than the limit', async () => {
    const document = doc({ orbit: 'io/orbit', blur: 'filter/blur' }, ['orbit.days > blur.image'])
    const analysis = await analysed(document, { sequenceDepth: 1 })
    expect(analysis.nodes.get('blur')?.problem).toEqual({ code: 'sequence.too-deep', params: { depth: 2, limit: 1 } })
  })
})

describe('a walk after an edit', () => {
  const chain = doc({ photo: 'io/photo', a: 'filter/blur', b: 'filter/blur', c: 'filter/blur', other: 'io/photo' }, [
    'photo.image > a.image',
    'a.image > b.image',
    'b.image > c.image',
  ])
  const counting = () => {
    const asked: string[] = []
    const memo = newMemo()
    const look = (document: Document, more: AnalyseOptions = {}) =>
      analysed(document, {
        memo,
        shapeOf: (type) => (given) => {
          asked.push(type)
          return shapeFunctions[type]?.(given) ?? {}
        },
        ...more,
      })
    return { asked, look }
  }
  const withNode = (document: Document, id: string, change: object): Document =>
    ({ ...document, nodes: { ...document.nodes, [id]: { ...document.nodes[id], ...change } } }) as Document

  it('asks nothing again when nothing changed, or only where a node stands', async () => {
    const { asked, look } = counting()
    const first = await look(chain)
    expect(asked.length).toBe(5)
    const second = await look(withNode(chain, 'b', { position: { x: 9, y: 9 }, title: 'B' }))
    expect(asked.length).toBe(5)
    for (const [id, node] of first.nodes) expect(second.nodes.get(id)).toBe(node)
  })

  it('asks the changed node, and those after it only if what it gives changed', async () => {
    const { asked, look } = counting()
    const first = await look(chain)
    asked.length = 0
    const second = await look(withNode(chain, 'a', { params: { sigma: 3 }, version: 2 }))
    expect(asked).toEqual(['filter/blur'])
    expect(second.nodes.get('a')).not.toBe(first.nodes.get('a'))
    expect(second.nodes.get('b')).toBe(first.nodes.get('b'))
  })

  it('asks a source whose file changed, and one that failed', async () => {
    const { asked, look } = counting()
    let identity = 1
    const stamp = ({ id }: FlatNode) => (id === 'photo' ? identity : undefined)
    await look(chain, { stamp })
    asked.length = 0
    identity = 2
    await look(chain, { stamp })
    expect(asked).toEqual(['io/photo'])
    const broken = withNode(chain, 'photo', { params: { path: 'missing.png' } })
    expect((await look(broken, { stamp })).nodes.get('c')?.state).toBe('skipped')
    asked.length = 0
    expect((await look(broken, { stamp })).nodes.get('c')?.state).toBe('skipped')
    expect(asked).toEqual(['io/photo'])
    expect((await look(chain, { stamp })).nodes.get('c')?.state).toBe('ready')
  })

  it('ends with the reason when it is aborted', async () => {
    const abort = new AbortController()
    const looking = analysed(chain, {
      signal: abort.signal,
      shapeOf: () => () =>
        new Promise((_, reject) => abort.signal.addEventListener('abort', () => reject(new Error('cut')))),
    })
    abort.abort(new Error('newer'))
    await expect(looking).rejects.toThrow('newer')
  })

  it('reads independent headers at the same time', async () => {
    let open = 0
    let most = 0
    await analysed(doc({ a: 'io/photo', b: 'io/photo', c: 'io/photo' }), {
      shapeOf: () => async () => {
        most = Math.max(most, ++open)
        await Promise.resolve()
        open--
        return {}
      },
    })
    expect(most).toBe(3)
  })
})
