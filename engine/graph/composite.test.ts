import { describe, expect, it } from 'vitest'
import { param } from '../types/param.ts'
import { socket } from '../values/sockets.ts'
import { check } from './analyse.ts'
import { nodeInfo } from './catalogue.ts'
import { defineComposite } from './composite.ts'
import { applyEdit } from './edit.ts'
import { infoOf, insideAt } from './info.ts'
import { defineNode } from './node.ts'
import { ownCopy } from './own-copy.ts'
import { doc, catalogue as others, sub } from './test-graphs.ts'
import { flatten, outsideOf, sinks } from './topology.ts'

const blur = defineNode({
  type: 'filter/soft',
  version: 3,
  kind: 'pure',
  draft: 'scaled',
  title: 'Soft',
  summary: 'Blurs.',
  inputs: { image: socket.image({ help: 'What to blur.' }) },
  params: {
    sigma: param.number({ default: 1.5, min: 0, max: 64, label: 'Sigma' }),
    passes: param.integer({ default: 1 }),
  },
  outputs: { image: socket.image().like('image'), rest: socket.image() },
  run: ({ image }) => ({ image }),
  explain: { idea: '', reference: '' },
})

const twice = defineComposite({
  type: 'filter/twice',
  version: 1,
  title: 'Twice',
  summary: 'Blurs twice.',
  nodes: { first: { of: blur, params: { sigma: 2 } }, second: { of: blur, params: { passes: 4 } } },
  wires: { 'second.image': 'first.image' },
  inputs: { image: ['first.image'] },
  outputs: { image: 'second.image' },
  params: {
    sigma: { to: ['first.sigma', 'second.sigma'] },
    passes: { to: ['second.passes'], default: 3, label: 'How often' },
  },
  explain: { idea: '', reference: '' },
})

const chosen = defineComposite({
  type: 'filter/chosen',
  version: 1,
  title: 'Chosen',
  summary: 'Blurs as one of two presets does.',
  nodes: { first: { of: blur }, second: { of: blur } },
  wires: { 'second.image': 'first.image' },
  inputs: { image: ['first.image'] },
  outputs: { image: 'second.image' },
  choices: {
    preset: {
      spec: param.choice({ default: 'soft', of: ['soft', 'strong'] }),
      sets: {
        soft: { 'first.sigma': 1, 'second.sigma': 2 },
        strong: { 'first.sigma': 8, 'second.sigma': 9, 'second.passes': 7 },
      },
    },
  },
  params: { passes: { to: ['first.passes'] } },
  explain: { idea: '', reference: '' },
})

const catalogue = new Map([...others, ...[blur, twice, chosen].map((node) => [node.type, nodeInfo(node)] as const)])
const used = doc({ photo: 'io/photo', it: ['filter/twice', { params: { sigma: 5 } }] }, ['photo.image > it.image'])

describe('a composite', () => {
  it('has the sockets and parameters of what is inside, with the values set there', () => {
    expect(nodeInfo(twice)).toMatchObject({
      kind: 'pure',
      draft: 'scaled',
      inputs: { image: { type: 'image', help: 'What to blur.' } },
      outputs: { image: { type: 'image' } },
      params: {
        sigma: { type: 'number', default: 2, max: 64, label: 'Sigma' },
        passes: { type: 'integer', default: 3, label: 'How often' },
      },
    })
    expect(nodeInfo(twice).outputs.image).not.toHaveProperty('like')
  })

  it('refuses what is not inside', () => {
    const { composite: _, run: __, kind: ___, draft: ____, ...declared } = twice
    const made = (inputs: Record<string, string[]>) => () =>
      defineComposite({ ...declared, nodes: { first: { of: blur } }, wires: {}, inputs, outputs: {}, params: {} })
    expect(made({ image: ['first.picture'] })).toThrow('there is no first.picture inside')
    expect(made({ image: ['third.image'] })).toThrow('there is no third.image inside')
  })

  it('is flattened, with the parameters of each use', () => {
    const flat = flatten(used, catalogue)
    expect([...flat.nodes.keys()]).toEqual(['photo', 'it/first', 'it/second'])
    expect(flat.nodes.get('it/first')?.record.params).toEqual({ sigma: 5 })
    expect(flat.nodes.get('it/second')?.record.params).toEqual({ sigma: 5, passes: 3 })
    expect(flat.nodes.get('it/first')?.inputs.image).toMatchObject({ node: 'photo', port: 'image' })
    expect(flat.groups.get('it')).toMatchObject({ name: 'filter/twice', builtIn: true })
  })

  it('says what is wrong with its own parameters and version, in its own name', () => {
    const wrong = (more: object) => {
      const document = doc({ photo: 'io/photo', it: ['filter/twice', more] }, ['photo.image > it.image'])
      return check(document, catalogue).nodes.get('it')?.problem?.code
    }
    expect(wrong({ params: { sigma: 65 } })).toBe('param.invalid')
    expect(wrong({ params: { kernel: 65 } })).toBe('param.unknown')
    expect(wrong({ version: 2 })).toBe('node.newer')
  })

  it('is stepped over as a whole where it is bypassed', () => {
    const flat = flatten(
      doc({ photo: 'io/photo', it: ['filter/twice', { bypass: true }], next: 'filter/soft' }, [
        'photo.image > it.image',
        'it.image > next.image',
      ]),
      catalogue,
    )
    expect(flat.nodes.get('next')?.inputs.image).toMatchObject({ node: 'photo', port: 'image' })
  })

  it('gives its outputs its own name, and keeps what it does not pass on', () => {
    const flat = flatten(used, catalogue)
    expect(sinks(flat, catalogue).map((output) => outsideOf(flat, output))).toEqual([{ node: 'it', port: 'image' }])
    expect(outsideOf(flat, { node: 'photo', port: 'image' })).toEqual({ node: 'photo', port: 'image' })
    // A person's own subgraph is no secret.
    const own = doc({ it: 'graph/own' }, [], { own: sub({}, { a: 'io/photo' }, [], { image: 'a.image' }) })
    expect(outsideOf(flatten(own, catalogue), { node: 'it/a', port: 'image' })).toEqual({ node: 'it/a', port: 'image' })
  })

  it('is looked into, also within a subgraph, and nothing inside is anyone’s to edit', () => {
    const outer = doc({ g: 'graph/own' }, [], {
      own: sub({}, { it: ['filter/twice', { params: { sigma: 7 } }] }, [], {}),
    })
    expect(insideAt(outer, catalogue, 'g')?.builtIn).toBe(false)
    expect(insideAt(outer, catalogue, 'g/it')).toMatchObject({ builtIn: true, name: 'filter/twice' })
    expect(insideAt(outer, catalogue, 'g/it')?.graph.nodes.first?.params).toEqual({ sigma: 7 })
    expect(insideAt(outer, catalogue, 'g/it')?.graph).toBe(insideAt(outer, catalogue, 'g/it')?.graph)
    expect(insideAt(outer, catalogue, 'g/it/first')).toBeUndefined()
    expect(infoOf(outer, catalogue, { type: 'graph/own' })?.outputs).toEqual({})
  })

  it('becomes a subgraph of one’s own in one edit, which undo takes back', () => {
    const { edit, name } = ownCopy(used, catalogue, 'it')
    expect(name).toBe('twice')
    const { document, inverse } = applyEdit(used, edit)
    expect(document.nodes.it).toEqual({ type: 'graph/twice', position: used.nodes.it?.position })
    expect(document.graphs.twice?.nodes.first?.params).toEqual({ sigma: 5 })
    expect(document.edges).toEqual(used.edges)
    expect(applyEdit(document, inverse).document).toEqual(used)
    expect(() => ownCopy(used, catalogue, 'photo')).toThrow('no built-in node')
  })
})

describe('a choice among presets', () => {
  const inside = (params: Readonly<Record<string, string | number>>) => {
    const flat = flatten(doc({ it: ['filter/chosen', { params }] }), catalogue)
    return [...flat.nodes.values()].map(({ record }) => record.params)
  }

  it('is a parameter that sets several inside at once', () => {
    expect(nodeInfo(chosen).params.preset).toMatchObject({ type: 'choice', default: 'soft' })
    expect(inside({})).toEqual([{ sigma: 1, passes: 1 }, { sigma: 2 }])
    expect(inside({ preset: 'strong', passes: 3 })).toEqual([
      { sigma: 8, passes: 3 },
      { sigma: 9, passes: 7 },
    ])
  })

  it('names only parameters that are there', () => {
    const spec = param.choice({ default: 'a', of: ['a'] })
    const choices = { preset: { spec, sets: { a: { 'first.radius': 1 } } } }
    const parts = { nodes: { first: { of: blur } }, wires: {}, inputs: {}, outputs: {}, params: {} }
    const words = { type: 'filter/wrong', version: 1, title: '', summary: '', explain: { idea: '', reference: '' } }
    expect(() => defineComposite({ ...words, ...parts, choices })).toThrow('there is no first.radius inside')
  })

  it('is what it was in a copy of one’s own', () => {
    const before = doc({ it: ['filter/chosen', { params: { preset: 'strong' } }] })
    const after = applyEdit(before, ownCopy(before, catalogue, 'it').edit).document
    const records = (document: typeof before) =>
      [...flatten(document, catalogue).nodes.values()].map(({ id, record }) => [id, record.params])
    expect(records(after)).toEqual(records(before))
  })
})
