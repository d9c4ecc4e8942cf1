/** For tests: a small catalogue and documents in shorthand. */
import { type Param, param } from '../types/param.ts'
import type { SocketSpec } from '../values/socket.ts'
import { socket } from '../values/sockets.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { type Document, emptyDocument, type Graph, type NodeRecord, type Subgraph } from './document.ts'

interface Sketch extends Partial<Omit<NodeInfo, 'inputs' | 'outputs' | 'params'>> {
  readonly inputs?: Readonly<Record<string, SocketSpec>>
  readonly outputs?: Readonly<Record<string, SocketSpec>>
  readonly params?: Readonly<Record<string, Param>>
}

const sketches: Readonly<Record<string, Sketch>> = {
  'io/photo': {
    kind: 'source',
    params: { path: param.file({ default: 'photo.png' }) },
    outputs: { image: socket.image({ channels: [1, 3, 4], spaces: ['gray', 'rgb'], range: [0, 1] }) },
  },
  'io/folder': { kind: 'source', outputs: { images: socket.sequence(socket.image({ spaces: ['rgb'] })) } },
  'io/orbit': {
    kind: 'source',
    outputs: { days: socket.sequence(socket.sequence(socket.image({ spaces: ['rgb'] }))) },
  },
  'filter/blur': {
    version: 2,
    inputs: { image: socket.image() },
    params: {
      sigma: param.number({ default: 1.5, min: 0, max: 64, unit: 'px' }),
      border: param.choice({ default: 'reflect101', of: ['reflect101', 'replicate'] }),
    },
    outputs: { image: socket.image().like('image') },
  },
  'colour/convert': {
    inputs: { image: socket.image({ spaces: ['gray', 'rgb', 'hsv'] }) },
    params: { to: param.choice({ default: 'gray', of: ['gray', 'rgb', 'hsv'] }) },
    outputs: { image: socket.image({ spaces: ['gray', 'rgb', 'hsv'] }) },
    converts: [
      {
        from: socket.image({ channels: [3], spaces: ['rgb'] }),
        to: socket.image({ channels: [1], spaces: ['gray'] }),
        params: { to: 'gray' },
        label: 'RGB → gray',
      },
      {
        from: socket.image({ channels: [3], spaces: ['hsv'] }),
        to: socket.image({ channels: [1], spaces: ['gray'] }),
        params: { to: 'gray' },
        label: 'HSV → gray',
      },
      {
        from: socket.image({ channels: [3], spaces: ['hsv'] }),
        to: socket.image({ channels: [3], spaces: ['rgb'] }),
        params: { to: 'rgb' },
        label: 'HSV → RGB',
      },
    ],
  },
  'edge/canny': {
    inputs: { image: socket.image({ channels: [1], spaces: ['gray'] }) },
    outputs: { edges: socket.image({ range: [0, 1], spaces: ['data'] }).like('image'), count: socket.number() },
  },
  'math/blend': {
    inputs: { a: socket.image(), b: socket.image(), mask: socket.image({ channels: [1], optional: true }) },
    params: { amount: param.number({ default: 0.5, min: 0, max: 1 }) },
    outputs: { image: socket.image().like('a') },
  },
  'math/mean': {
    inputs: { images: socket.image({ collect: true }) },
    outputs: { image: socket.image().like('images') },
  },
  'view/inspect': { inputs: { value: socket.any() }, outputs: { table: socket.table() } },
  'tensor/flatten': { inputs: { tensor: socket.tensor({ axes: ['NCHW'] }) }, outputs: { tensor: socket.tensor() } },
  'io/save': { kind: 'effect', inputs: { image: socket.image() } },
}

const info = (type: string, sketch: Sketch): NodeInfo => ({
  type,
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: type.split('/')[1] ?? type,
  keywords: [],
  summary: '',
  params: {},
  converts: [],
  explain: { idea: '', reference: '' },
  ...sketch,
  inputs: { ...sketch.inputs },
  outputs: { ...sketch.outputs },
})

export const catalogue: Catalogue = new Map(
  Object.entries(sketches).map(([type, sketch]) => [type, info(type, sketch)]),
)

type Short = string | readonly [type: string, more: Partial<NodeRecord>]

function graph(nodes: Readonly<Record<string, Short>>, wires: readonly string[]): Graph {
  const records = Object.entries(nodes).map(([id, short], index) => {
    const [type, more] = typeof short === 'string' ? [short, {}] : short
    return [id, { type, position: { x: 200 * index, y: 0 }, ...more }]
  })
  const edges = wires.map((wire) => wire.split(' > ').reverse())
  return { ...emptyDocument, nodes: Object.fromEntries(records), edges: Object.fromEntries(edges) }
}

/** `doc({ photo: 'io/photo', blur: ['filter/blur', { params: { sigma: 3 } }] }, ['photo.image > blur.image'])` */
export const doc = (
  nodes: Readonly<Record<string, Short>>,
  wires: readonly string[] = [],
  graphs: Document['graphs'] = {},
): Document => ({ ...graph(nodes, wires), graphs })

export const sub = (
  inputs: Readonly<Record<string, readonly string[]>>,
  nodes: Readonly<Record<string, Short>>,
  wires: readonly string[],
  outputs: Readonly<Record<string, string>>,
): Subgraph => {
  const { nodes: records, edges, frames, notes } = graph(nodes, wires)
  return {
    nodes: records,
    edges,
    frames,
    notes,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, to]) => [port, { to: [...to] }])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([port, from]) => [port, { from }])),
  }
}
