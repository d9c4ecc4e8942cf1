import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import type { Document } from '../../graph/document.ts'
import { defineNode } from '../../graph/node.ts'
import type { Ops } from '../../ops/calls.ts'
import type { BoxesValue, DType, ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { socket } from '../../values/sockets.ts'
import { graphOf, testingNodes } from '../testing.ts'
import type { TestWindow } from '../testing-window.ts'

const bench = testSessions()
const { log, openWindow } = bench

describe('what lies over a picture', () => {
  const explain = { idea: 'A node for tests.', reference: 'Sightline' }
  const base = { version: 1, kind: 'pure', draft: 'exact', title: 'Test', summary: 'For tests.', explain } as const
  const halved = ({ width, height, channels }: ImageShape): ImageShape => ({
    ...{ kind: 'image', width: width / 2, height: height / 2, channels, space: 'gray', alpha: false, range: [0, 1] },
  })
  /** One box in a picture of this size. */
  const found = async ({ width, height }: ImageValue, ops: Ops): Promise<BoxesValue> => {
    const tensor = async (shape: number[], numbers: number[], dtype: DType = 'float32') =>
      (await ops.fromNumbers({
        shape: { kind: 'tensor', shape, axes: shape.map((_, i) => 'NC'[i] ?? ''), dtype },
        numbers,
      })) as TensorValue
    const [boxes, scores] = [await tensor([1, 4], [1, 2, 5, 6]), await tensor([1], [0.5])]
    return { kind: 'boxes', width, height, names: ['cup'], boxes, scores, classes: await tensor([1], [0], 'int32') }
  }
  const nodes = [
    defineNode({
      ...base,
      type: 'over/find',
      inputs: { left: socket.image({ optional: true }), right: socket.image() },
      params: {},
      outputs: {
        boxes: socket.boxes({ over: 'right' }),
        onLeft: socket.boxes({ over: 'left' }),
        nowhere: socket.boxes(),
      },
      run: async ({ right }, { ops }) => ({
        boxes: await found(right, ops),
        onLeft: await found(right, ops),
        nowhere: await found(right, ops),
      }),
    }),
    defineNode({
      ...base,
      type: 'over/half',
      inputs: { image: socket.image() },
      params: {},
      outputs: { image: socket.image({ over: 'image' }) },
      shape: ({ image }) => (image ? { image: halved(image) } : {}),
      run: async ({ image }, { ops }) => {
        const shape = halved(image)
        const numbers = new Float32Array(shape.width * shape.height * shape.channels).fill(1)
        return { image: (await ops.fromNumbers({ shape, numbers })) as ImageValue }
      },
    }),
    ...(['source', 'itself'] as const).map((where) => {
      const times = where === 'source' ? 2 : 1
      const sized = ({ width, height }: ImageShape) => ({ width: width * times, height: height * times })
      return defineNode({
        ...base,
        type: `over/${where}`,
        inputs: { image: socket.image() },
        params: {},
        outputs: { boxes: socket.boxes({ over: 'image' }) },
        shape: ({ image }) => (image ? { boxes: { kind: 'boxes', ...sized(image) } } : {}),
        run: async ({ image }, { ops }) => ({ boxes: await found({ ...image, ...sized(image) }, ops) }),
      })
    }),
    defineNode({
      ...base,
      type: 'over/keep',
      inputs: { boxes: socket.boxes() },
      params: {},
      outputs: { boxes: socket.boxes({ over: 'boxes' }) },
      run: ({ boxes }) => ({ boxes }),
    }),
  ]
  const marks = [{ kind: 'rect', box: [1, 2, 5, 6], label: 'cup', weight: 0.5, group: 0, row: 0 }]
  const flat = (value: number) => ['test/image', { value }] as const
  const showing = async (views: Record<string, string>, document: Document): Promise<TestWindow> => {
    await bench.reopen([...testingNodes(log), ...nodes])
    const window = openWindow()
    window.views(
      Object.entries(views).map(([id, ref]) => {
        const [node = '', port = ''] = ref.split('.')
        return { id, node, port }
      }),
    )
    await window.open(document)
    return window
  }
  const under = (window: TestWindow, id: string): number | undefined => window.pictures.get(id)?.red[0]

  it('is drawn over the picture at the input that its socket names, and over no other', async () => {
    const window = await showing(
      { right: 'find.boxes', left: 'find.onLeft', none: 'find.nowhere', alone: 'other.onLeft' },
      graphOf({ a: flat(0.2), b: flat(0.8), find: 'over/find', other: 'over/find' }, [
        'a.image > find.left',
        'b.image > find.right',
        'b.image > other.right',
      ]),
    )
    expect(under(window, 'right')).toBe(204)
    expect(under(window, 'left')).toBe(51)
    // Its socket names no input, and nothing is wired to the input named: over nothing.
    expect(under(window, 'none')).toBe(0)
    expect(under(window, 'alone')).toBe(0)
    for (const id of ['right', 'left', 'none', 'alone']) {
      expect(window.pictures.get(id)?.marks, id).toEqual(marks)
      expect(window.pictures.get(id), id).toMatchObject({ width: 8, height: 8 })
    }
  })

  it('is counted once it was found, for the subgraph around it too', async () => {
    const inner = graphOf({ b: flat(0.8), find: 'over/find', keep: 'over/keep' }, [
      'b.image > find.right',
      'find.boxes > keep.boxes',
    ])
    const { graphs: _, ...graph } = inner
    const window = await showing(
      {},
      {
        ...graphOf({ outer: 'graph/inner' }),
        graphs: { inner: { ...graph, inputs: {}, outputs: { boxes: { from: 'keep.boxes' } } } },
      },
    )
    const boxes = { kind: 'boxes', count: 1, width: 8, height: 8 }
    expect(window.reports.get('outer/keep')?.found).toEqual({ boxes })
    expect(window.reports.get('outer')?.found).toEqual({ boxes })
    // What was known before is not repeated.
    expect(window.reports.get('outer/b')).not.toHaveProperty('found')
  })

  it('is followed upstream through nodes whose input lies over something itself', async () => {
    const window = await showing(
      { near: 'first.boxes', far: 'second.boxes', lost: 'third.boxes' },
      graphOf({ a: flat(0.2), find: 'over/find', first: 'over/keep', second: 'over/keep', third: 'over/keep' }, [
        'a.image > find.right',
        'find.boxes > first.boxes',
        'first.boxes > second.boxes',
        'find.nowhere > third.boxes',
      ]),
    )
    expect(under(window, 'near')).toBe(51)
    expect(under(window, 'far')).toBe(51)
    expect(under(window, 'lost')).toBe(0)
    expect(window.pictures.get('far')?.marks).toEqual(marks)
    // Another picture under the same boxes is another preview.
    window.set('a', { value: 0.4 })
    await window.until('the other picture', () => under(window, 'far') === 102)
  })

  it('is drawn over the picture whose pixels it is told in, where that lies over another itself', async () => {
    const window = await showing(
      { far: 'told.boxes', near: 'own.boxes' },
      graphOf({ a: flat(0.2), half: 'over/half', told: 'over/source', own: 'over/itself' }, [
        'a.image > half.image',
        'half.image > told.image',
        'half.image > own.image',
      ]),
    )
    // The smaller picture is white.
    expect(under(window, 'far')).toBe(51)
    expect(under(window, 'near')).toBe(255)
  })

  it('follows the element of a sequence that is in view', async () => {
    const window = await showing(
      { far: 'keep.boxes' },
      graphOf({ photos: ['test/images', { length: 4 }], find: 'over/find', keep: 'over/keep' }, [
        'photos.images > find.right',
        'find.boxes > keep.boxes',
      ]),
    )
    expect(under(window, 'far')).toBe(0)
    window.say({ type: 'scrub', node: 'keep', index: 3 })
    await window.until('the last element', () => under(window, 'far') === 191)
    expect(window.pictures.get('far')?.marks).toEqual(marks)
  })
})
