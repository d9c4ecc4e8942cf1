import { describe, expect, it } from 'vitest'
import { SightlineError } from '../types/problem.ts'
import { align, distribute } from './arrange.ts'
import { exposeInput, exposeOutput, removePort, removeUnusedSubgraphs } from './boundary.ts'
import { idFrom } from './changes.ts'
import type { Document, Subgraph } from './document.ts'
import { applyEdit, type Edit, patchSchema } from './edit.ts'
import {
  addFrame,
  addNode,
  addNote,
  changeFrame,
  changeNote,
  connect,
  disconnect,
  inSequence,
  keepScene,
  move,
  setDocumentTitle,
  setParam,
  setTitle,
  toggleBypass,
  toggleCollapsed,
} from './edits.ts'
import { formatFile, parseFile } from './file.ts'
import { copy, copyText, duplicate, paste } from './fragment.ts'
import { group, ungroup } from './group.ts'
import { insertOnWire, portsOnWire } from './insert.ts'
import { remove } from './remove.ts'
import { renameNode, renamePort, renameSubgraph } from './rename.ts'
import { nothingKept } from './scene.ts'
import { catalogue, doc, sub } from './test-graphs.ts'
import { flatten } from './topology.ts'

/** The edited document; checks that the edit can go over the protocol, and can be undone. */
function edited(document: Document, edit: Edit): Document {
  const before = formatFile(document)
  for (const patch of edit) expect(patchSchema.parse(patch)).toEqual(patch)
  const applied = applyEdit(document, edit)
  expect(applyEdit(applied.document, applied.inverse).document).toEqual(document)
  expect(formatFile(document)).toBe(before)
  return applied.document
}
const info = (type: string) => catalogue.get(type)

const chain = doc({ photo: 'io/photo', blur: 'filter/blur', canny: 'edge/canny', save: 'io/save' }, [
  'photo.image > blur.image',
  'blur.image > canny.image',
  'canny.edges > save.image',
])
const soft = sub({ image: ['a.image', 'mix.b'] }, { a: 'filter/blur', mix: 'math/blend' }, ['a.image > mix.a'], {
  image: 'mix.image',
})
const withSoft = doc(
  { photo: 'io/photo', s: 'graph/soft', t: 'graph/soft', save: 'io/save' },
  ['photo.image > s.image', 's.image > t.image', 't.image > save.image'],
  { soft },
)

describe('nodes and wires', () => {
  it('get readable ids of their own', () => {
    const first = addNode(chain, { type: 'filter/blur', position: { x: 0.4, y: 9.6 }, info: info('filter/blur') })
    expect(first.id).toBe('blur-2')
    const next = edited(chain, first.edit)
    expect(next.nodes['blur-2']).toEqual({ type: 'filter/blur', version: 2, position: { x: 0, y: 10 } })
    expect(addNode(next, { type: 'filter/blur', position: { x: 0, y: 0 } }).id).toBe('blur-3')
    expect(idFrom('Größe & Maß', 'x')).toBe('gro-e-ma')
    expect(idFrom('constructor', 'x')).toBe('x')
    expect(idFrom('縁', 'node')).toBe('node')
  })

  it('are wired: a new wire takes the place of the old', () => {
    expect(edited(chain, connect(chain, 'photo.image', 'save.image')).edges['save.image']).toBe('photo.image')
    expect(connect(chain, 'photo.image', 'blur.image')).toEqual([])
    expect(() => connect(chain, 'gone.image', 'blur.image')).toThrow('there is no node "gone"')
    expect(edited(chain, disconnect(chain, ['blur.image', 'none.at'])).edges['blur.image']).toBeUndefined()
  })

  it('inside a subgraph take the place of what came from outside', () => {
    const next = edited(withSoft, connect(withSoft, 'a.image', 'mix.b', 'soft'))
    expect(next.graphs.soft?.edges['mix.b']).toBe('a.image')
    expect(next.graphs.soft?.inputs.image?.to).toEqual(['a.image'])
  })

  it('keep parameters only where they differ from the default', () => {
    const set = edited(chain, setParam(chain, 'blur', 'sigma', 3, info('filter/blur')))
    expect(set.nodes.blur?.params).toEqual({ sigma: 3 })
    expect(edited(set, setParam(set, 'blur', 'sigma', 1.5, info('filter/blur')))).toEqual(chain)
    expect(edited(set, setParam(set, 'blur', 'sigma', undefined)).nodes.blur).not.toHaveProperty('params')
    expect(setParam(chain, 'blur', 'sigma', 1.5, info('filter/blur'))).toEqual([])
    expect(setParam(set, 'blur', 'sigma', 3, info('filter/blur'))).toEqual([])
    expect(() => setParam(chain, 'blur', 'sigma', -1, info('filter/blur'))).toThrow(SightlineError)
  })

  it('move in whole pixels, and not where they are already', () => {
    expect(move(chain, { nodes: { photo: { x: 0.2, y: -0.3 } } })).toEqual([])
    const next = edited(chain, move(chain, { nodes: { photo: { x: 10.6, y: 2 }, blur: { x: 1, y: 1 } } }))
    expect(next.nodes.photo?.position).toEqual({ x: 11, y: 2 })
    expect(() => move(chain, { frames: { photo: { x: 1, y: 1 } } })).toThrow('nothing called "photo"')
  })

  it('are sized where they have a size, in whole pixels', () => {
    const size = { width: 100, height: 50 }
    const framed = edited(chain, addFrame(chain, { title: 'f', position: { x: 0, y: 0 }, size }).edit)
    const box = { x: 4, y: -9.6, width: 120.4, height: 79.6 }
    const next = edited(framed, move(framed, { frames: { f: box }, nodes: { photo: box } }))
    expect(next.frames.f).toMatchObject({ position: { x: 4, y: -10 }, size: { width: 120, height: 80 } })
    expect(next.nodes.photo).not.toHaveProperty('size')
    expect(move(framed, { frames: { f: { x: 0.2, y: 0, ...size } } })).toEqual([])
  })

  it('are bypassed and shown all together', () => {
    const off = edited(chain, toggleBypass(chain, ['blur', 'canny']))
    expect([off.nodes.blur?.bypass, off.nodes.canny?.bypass]).toEqual([true, true])
    expect(toggleBypass(off, ['blur', 'save']).map(({ id }) => id)).toEqual(['save'])
    expect(edited(off, toggleBypass(off, ['blur', 'canny']))).toEqual(chain)
    expect(edited(chain, toggleCollapsed(chain, ['blur'])).nodes.blur?.collapsed).toBe(true)
  })

  it('keeps views and notes of a scene with its node, through a file, and writes nothing where none are left', () => {
    const orbit = { target: [1, 2, 3], distance: 4, yaw: 0.5, pitch: -0.25, up: '-y', fov: 50 } as const
    const kept = {
      ...nothingKept,
      views: [{ name: 'Front', orbit }],
      notes: [{ at: [0, 1, 0], text: 'door' }],
    } as const
    const made = edited(chain, keepScene(chain, 'blur', 'splats', kept))
    expect(made.nodes.blur?.scenes).toEqual({ splats: { views: kept.views, notes: kept.notes } })
    expect(parseFile(formatFile(made)).nodes.blur?.scenes).toEqual(made.nodes.blur?.scenes)
    expect(edited(made, keepScene(made, 'blur', 'splats', nothingKept))).toEqual(chain)
    // What no file may hold.
    const wrong = { ...kept, scale: Number.NaN }
    expect(() => applyEdit(chain, keepScene(chain, 'blur', 'splats', wrong))).toThrow(SightlineError)
  })

  it('have titles, frames and notes', () => {
    const titled = edited(chain, setTitle(chain, 'blur', ' Soft '))
    expect(titled.nodes.blur?.title).toBe('Soft')
    expect(edited(titled, setTitle(titled, 'blur', ' '))).toEqual(chain)
    const named = edited(chain, setDocumentTitle(chain, 'Edges'))
    expect(named.title).toBe('Edges')
    expect(edited(named, setDocumentTitle(named, ''))).toEqual(chain)
    const size = { width: 10, height: 20 }
    const place = { position: { x: 1.2, y: 2 }, size: { width: 9.8, height: 20 } }
    const frame = addFrame(chain, { title: 'Less noise', ...place, colour: 'blue' })
    const framed = edited(chain, frame.edit)
    expect(frame.id).toBe('less-noise')
    expect(
      edited(framed, changeFrame(framed, frame.id, { colour: undefined, title: 'More' })).frames[frame.id],
    ).toEqual({
      title: 'More',
      position: { x: 1, y: 2 },
      size,
    })
    const note = addNote(framed, { text: 'why', position: { x: 0, y: 0 }, size })
    const noted = edited(framed, note.edit)
    expect(edited(noted, changeNote(noted, 'note', { text: 'because' })).notes.note?.text).toBe('because')
    expect(changeNote(noted, 'note', { text: 'why' })).toEqual([])
  })

  it('are changed in sequence as one edit', () => {
    const edit = inSequence(
      chain,
      (d) => addNode(d, { type: 'filter/blur', position: { x: 0, y: 0 } }).edit,
      (d) => connect(d, 'photo.image', 'blur-2.image'),
    )
    expect(edited(chain, edit).edges['blur-2.image']).toBe('photo.image')
  })
})

describe('removing', () => {
  it('takes the wires along', () => {
    const next = edited(chain, remove(chain, { nodes: ['blur'], edges: ['save.image'] }))
    expect(Object.keys(next.nodes)).toEqual(['photo', 'canny', 'save'])
    expect(next.edges).toEqual({})
    expect(() => remove(chain, { nodes: ['gone'] })).toThrow('there is no node "gone"')
  })

  it('heals the wire through what is removed, where something was passed on', () => {
    expect(edited(chain, remove(chain, { nodes: ['blur'] }, undefined, catalogue)).edges).toEqual({
      'canny.image': 'photo.image',
      'save.image': 'canny.edges',
    })
    expect(edited(chain, remove(chain, { nodes: ['blur', 'canny'] }, undefined, catalogue)).edges).toEqual({
      'save.image': 'photo.image',
    })
    expect(edited(chain, remove(chain, { nodes: ['photo'] }, undefined, catalogue)).edges['blur.image']).toBeUndefined()
  })

  it('inside a subgraph takes along the ports that lose all, and their wires outside', () => {
    const next = edited(withSoft, remove(withSoft, { nodes: ['mix'] }, 'soft'))
    expect(next.graphs.soft?.inputs.image?.to).toEqual(['a.image'])
    expect(next.graphs.soft?.outputs).toEqual({})
    expect(next.edges).toEqual({ 's.image': 'photo.image' })
    const both = edited(withSoft, remove(withSoft, { nodes: ['mix', 'a'] }, 'soft'))
    expect(both.graphs.soft?.inputs).toEqual({})
    expect(both.edges).toEqual({})
  })

  it('inside a subgraph heals to its boundary', () => {
    const next = edited(withSoft, remove(withSoft, { nodes: ['a'] }, 'soft', catalogue))
    expect(next.graphs.soft?.inputs.image?.to).toEqual(['mix.b', 'mix.a'])
    const end = edited(withSoft, remove(withSoft, { nodes: ['mix'] }, 'soft', catalogue))
    expect(end.graphs.soft?.outputs.image?.from).toBe('a.image')
    expect(end.edges).toEqual(withSoft.edges)
  })
})

describe('copies', () => {
  it('keep the wires between them and get ids of their own', () => {
    const made = duplicate(chain, { nodes: ['blur', 'canny'] })
    const next = edited(chain, made.edit)
    expect(made.selection.nodes).toEqual(['blur-2', 'canny-2'])
    expect(next.edges['canny-2.image']).toBe('blur-2.image')
    expect(next.edges['blur-2.image']).toBeUndefined()
    expect(next.nodes['blur-2']?.position).toEqual({ x: 232, y: 32 })
    const fed = edited(chain, duplicate(chain, { nodes: ['blur'] }, { x: 0, y: 0 }, undefined, true).edit)
    expect(fed.edges['blur-2.image']).toBe('photo.image')
    expect(duplicate(next, { nodes: ['blur-2'] }).selection.nodes).toEqual(['blur-3'])
    const inside = edited(withSoft, duplicate(withSoft, { nodes: ['mix'] }, { x: 0, y: 0 }, 'soft', true).edit)
    expect(inside.graphs.soft?.edges['mix-2.a']).toBe('a.image')
    expect(inside.graphs.soft?.inputs.image?.to).toEqual(['a.image', 'mix.b', 'mix-2.b'])
  })

  it('go through text, and into another document with the subgraphs they use', () => {
    const text = copyText(withSoft, { nodes: ['s', 't'] })
    const other = doc({ s: 'io/photo' })
    const made = paste(other, text, { x: 5, y: 6 })
    const next = edited(other, made.edit)
    expect(made.selection.nodes).toEqual(['s-2', 't'])
    expect(next.graphs.soft).toEqual(soft)
    expect(next.edges).toEqual({ 't.image': 's-2.image' })
    const same = edited(withSoft, paste(withSoft, text).edit)
    expect(Object.keys(same.graphs)).toEqual(['soft'])
  })

  it('bring a definition that differs under a name of its own, with all that use it', () => {
    const outer = sub({}, { in: 'graph/soft' }, [], { image: 'in.image' })
    const source = doc({ o: 'graph/outer' }, [], { soft, outer })
    const target = doc({}, [], { soft: { ...soft, outputs: {} }, outer })
    const next = edited(target, paste(target, copy(source, { nodes: ['o'] })).edit)
    expect(Object.keys(next.graphs).sort()).toEqual(['outer', 'outer-2', 'soft', 'soft-2'])
    expect(next.graphs['outer-2']?.nodes.in?.type).toBe('graph/soft-2')
    expect(next.nodes.o?.type).toBe('graph/outer-2')
  })

  it('that are no pipeline are refused, and so is a subgraph inside itself', () => {
    expect(() => paste(chain, 'hello')).toThrow('not valid JSON')
    expect(() => paste(chain, '{"format":"sightline","version":1,"nodes":[{"id":"a"}]}')).toThrow('needs')
    expect(() => paste(withSoft, copy(withSoft, { nodes: ['s'] }), undefined, 'soft')).toThrow('would contain itself')
    const inside = { type: 'graph/soft', position: { x: 0, y: 0 } }
    expect(() => addNode(withSoft, inside, 'soft')).toThrow('would contain itself')
  })
})

describe('a node on a wire', () => {
  it('stands between the two ends, by the ports that fit best', () => {
    const { document, id } = ((made) => ({ document: edited(chain, made.edit), id: made.id }))(
      addNode(chain, { type: 'math/blend', position: { x: 0, y: 0 } }),
    )
    const next = edited(document, insertOnWire(document, catalogue, {}, id, 'canny.image'))
    expect(next.edges).toMatchObject({ 'blend.a': 'blur.image', 'canny.image': 'blend.image' })
    const blend = info('math/blend')
    expect(blend && portsOnWire(chain, catalogue, {}, blend, 'canny.image')).toEqual({ input: 'a', output: 'image' })
  })

  it('is refused where it does not fit or closes a circle', () => {
    expect(() => insertOnWire(chain, catalogue, {}, 'save', 'blur.image')).toThrow('does not fit')
    expect(() => insertOnWire(chain, catalogue, {}, 'canny', 'blur.image')).toThrow('cycle')
    expect(() => insertOnWire(chain, catalogue, {}, 'blur', 'blur.image')).toThrow('cycle')
    expect(() => insertOnWire(withSoft, catalogue, {}, 's', 'save.image')).toThrow('cycle')
    expect(() => insertOnWire(chain, catalogue, {}, 'blur', 'gone.image')).toThrow('does not fit')
  })
})

describe('a subgraph', () => {
  const upToPorts = ({ nodes, edges, frames, notes }: Document | Subgraph) => ({ nodes, edges, frames, notes })

  it('is made of several nodes and does the same', () => {
    const made = group(chain, { nodes: ['blur', 'canny'] }, { title: 'Find edges' })
    const next = edited(chain, made.edit)
    expect(made).toMatchObject({ id: 'find-edges', name: 'find-edges' })
    expect(next.graphs['find-edges']).toMatchObject({
      inputs: { image: { to: ['blur.image'] } },
      outputs: { edges: { from: 'canny.edges' } },
      edges: { 'canny.image': 'blur.image' },
    })
    expect(next.edges).toEqual({ 'find-edges.image': 'photo.image', 'save.image': 'find-edges.edges' })
    expect(next.nodes['find-edges']?.position).toEqual({ x: 300, y: 0 })
  })

  it('taken apart again gives the same graph', () => {
    const size = { width: 10, height: 10 }
    const full = edited(chain, addFrame(chain, { title: 'f', position: { x: 3, y: 3 }, size }).edit)
    const framed = group(full, { nodes: ['blur', 'canny'], frames: ['f'] })
    expect(edited(full, framed.edit).nodes[framed.id]?.position, 'among the nodes').toEqual({ x: 300, y: 0 })
    for (const nodes of [['blur', 'canny'], ['photo', 'save'], ['photo', 'blur', 'canny', 'save'], ['canny']])
      for (const options of [{}, { catalogue }]) {
        const made = group(full, { nodes, frames: ['f'] }, options)
        const grouped = edited(full, made.edit)
        expect(edited(grouped, ungroup(grouped, made.id).edit)).toEqual(full)
      }
  })

  it('inside a subgraph keeps the boundary around it, both ways', () => {
    for (const nodes of [['a'], ['mix'], ['a', 'mix']]) {
      const made = group(withSoft, { nodes }, {}, 'soft')
      const grouped = edited(withSoft, made.edit)
      expect(grouped.edges).toEqual(withSoft.edges)
      const wires = (document: Document) =>
        [...flatten(document, catalogue).nodes.values()]
          .flatMap(({ record: { type }, inputs }) => Object.keys(inputs).map((port) => `${type}.${port}`))
          .sort()
      expect(wires(grouped)).toEqual(wires(withSoft))
      const back = edited(grouped, ungroup(grouped, made.id, 'soft').edit)
      expect(upToPorts(back.graphs.soft as Subgraph)).toEqual(upToPorts(soft))
      expect(new Set(back.graphs.soft?.inputs.image?.to)).toEqual(new Set(soft.inputs.image?.to))
      expect(back.graphs.soft?.outputs).toEqual(soft.outputs)
    }
  })

  it('shares one input for what has one feed, and offers what is loose', () => {
    const document = doc({ photo: 'io/photo', mix: 'math/blend', sobel: 'edge/canny' }, [
      'photo.image > mix.a',
      'photo.image > mix.b',
    ])
    const made = group(document, { nodes: ['mix', 'sobel'] }, { catalogue })
    expect(edited(document, made.edit).graphs.group).toMatchObject({
      inputs: { a: { to: ['mix.a', 'mix.b'] }, image: { to: ['sobel.image'] } },
      outputs: { image: { from: 'mix.image' }, edges: { from: 'sobel.edges' } },
    })
  })

  it('used twice stays when one use is taken apart', () => {
    const next = edited(withSoft, ungroup(withSoft, 's').edit)
    expect(next.graphs.soft).toEqual(soft)
    expect(next.edges).toEqual({
      'a.image': 'photo.image',
      'mix.a': 'a.image',
      'mix.b': 'photo.image',
      't.image': 'mix.image',
      'save.image': 't.image',
    })
    expect(() => ungroup(withSoft, 'photo')).toThrow('is no subgraph')
  })

  it('gets and loses ports from inside', () => {
    const shown = exposeOutput(withSoft, 'soft', 'a.image')
    expect(shown.port).toBe('a-image')
    const next = edited(withSoft, shown.edit)
    expect(next.graphs.soft?.outputs['a-image']).toEqual({ from: 'a.image' })
    const fed = exposeInput(next, 'soft', 'mix.mask')
    expect(edited(next, fed.edit).graphs.soft?.inputs.mask).toEqual({ to: ['mix.mask'] })
    const moved = edited(withSoft, exposeInput(withSoft, 'soft', 'mix.a', 'image').edit)
    expect(moved.graphs.soft).toMatchObject({ edges: {}, inputs: { image: { to: ['a.image', 'mix.b', 'mix.a'] } } })
    const without = edited(withSoft, removePort(withSoft, 'soft', 'inputs', 'image'))
    expect(without.edges).toEqual({ 'save.image': 't.image' })
    expect(() => removePort(withSoft, 'soft', 'outputs', 'none')).toThrow('no port')
  })

  it('goes when nothing uses it, if that is wanted', () => {
    const outer = sub({}, { in: 'graph/soft' }, [], {})
    const unused = doc({ x: 'io/photo' }, [], { soft, outer })
    expect(edited(unused, removeUnusedSubgraphs(unused)).graphs).toEqual({})
    expect(removeUnusedSubgraphs(withSoft)).toEqual([])
  })
})

describe('other names', () => {
  it('of nodes are followed by wires and boundaries', () => {
    const next = edited(chain, renameNode(chain, 'blur', 'smooth'))
    expect(next.edges).toMatchObject({ 'smooth.image': 'photo.image', 'canny.image': 'smooth.image' })
    const inner = edited(withSoft, renameNode(withSoft, 'mix', 'blend', 'soft')).graphs.soft
    expect(inner?.inputs.image?.to).toEqual(['a.image', 'blend.b'])
    expect(inner?.outputs.image?.from).toBe('blend.image')
    expect(() => renameNode(chain, 'blur', 'canny')).toThrow('already')
    expect(() => renameNode(chain, 'blur', 'No Id')).toThrow('is no id')
  })

  it('of subgraphs and their ports are followed by the nodes that stand for them', () => {
    const next = edited(withSoft, renameSubgraph(withSoft, 'soft', 'softer'))
    expect(next.nodes.s?.type).toBe('graph/softer')
    expect(next.graphs).toEqual({ softer: soft })
    const input = edited(withSoft, renamePort(withSoft, 'soft', 'inputs', 'image', 'picture'))
    expect(input.edges).toEqual({
      's.picture': 'photo.image',
      't.picture': 's.image',
      'save.image': 't.image',
    })
    const output = edited(withSoft, renamePort(withSoft, 'soft', 'outputs', 'image', 'result'))
    expect(output.edges['t.image']).toBe('s.result')
  })
})

describe('arranging', () => {
  const boxes = {
    nodes: { a: { x: 0, y: 0, width: 10, height: 10 }, b: { x: 30, y: 5, width: 20, height: 30 } },
    notes: { n: { x: 100, y: 50, width: 10, height: 10 } },
  }

  it('aligns at the edges and axes of the box around', () => {
    expect(align(boxes, 'right')).toEqual({
      nodes: { a: { x: 100, y: 0 }, b: { x: 90, y: 5 } },
      notes: { n: { x: 100, y: 50 } },
    })
    expect(align(boxes, 'middle').nodes).toEqual({ a: { x: 0, y: 25 }, b: { x: 30, y: 15 } })
  })

  it('distributes with the same gap, the first and the last staying', () => {
    expect(distribute(boxes, 'horizontal')).toEqual({
      nodes: { a: { x: 0, y: 0 }, b: { x: 45, y: 5 } },
      notes: { n: { x: 100, y: 50 } },
    })
    expect(distribute({ nodes: { a: boxes.nodes.a } }, 'vertical')).toEqual({})
  })
})
