import { describe, expect, it } from 'vitest'
import { wordsOf } from '../types/problem.ts'
import { socket } from '../values/sockets.ts'
import { canConnect, following, type KnownShapes, preceding, typesOf } from './connect.ts'
import type { Document } from './document.ts'
import { catalogue, doc, sub } from './test-graphs.ts'

const chain = doc(
  {
    photo: 'io/photo',
    a: 'filter/blur',
    b: 'filter/blur',
    canny: 'edge/canny',
    flat: 'tensor/flatten',
    folder: 'io/folder',
  },
  ['photo.image > a.image', 'a.image > b.image'],
)
const shapes: KnownShapes = {
  photo: { image: { kind: 'image', height: 4, width: 6, channels: 3, space: 'rgb', alpha: false } },
}
const verdict = (document: Document, from: string, to: string, path?: string): string => {
  const found = canConnect(document, catalogue, shapes, from, to, path)
  if (!found.ok) return wordsOf(found.problem)
  return ['ok', found.converter?.label, found.each && 'each'].filter(Boolean).join(' ')
}

describe('a wire that is dragged', () => {
  it('may end where it fits, with a converter where one is needed, for each of a sequence', () => {
    expect(verdict(chain, 'photo.image', 'b.image')).toBe('ok')
    expect(verdict(chain, 'photo.image', 'canny.image')).toBe('ok RGB → gray')
    expect(verdict(chain, 'folder.images', 'a.image')).toBe('ok each')
  })

  it('is refused in words', () => {
    expect(verdict(chain, 'photo.image', 'flat.tensor')).toBe(
      'This gives a 3-channel RGB picture; "tensor" needs a tensor (NCHW).',
    )
    expect(verdict(chain, 'gone.image', 'a.image')).toContain('"gone", which does not exist')
    expect(verdict(chain, 'photo.pixels', 'a.image')).toContain('has no output called "pixels"; it has image')
    expect(verdict(chain, 'photo.image', 'a.toString')).toContain('has no input called "toString"; it has image')
  })

  it('may close no circle', () => {
    expect(verdict(chain, 'b.image', 'a.image')).toContain('form a cycle (a → b → a)')
    expect(verdict(chain, 'a.image', 'a.image')).toContain('form a cycle (a → a)')
  })

  it('may go to and from placeholders of unknown type', () => {
    const document = doc({ x: 'who/knows', photo: 'io/photo' })
    expect(verdict(document, 'photo.image', 'x.anything')).toBe('ok')
    expect(verdict(document, 'x.something', 'x.anything')).toContain('cycle')
  })

  it('goes around through a subgraph where its lanes are apart, and not where they meet', () => {
    const lanes = sub({ a: ['one.image'], b: ['two.image'] }, { one: 'filter/blur', two: 'filter/blur' }, [], {
      a: 'one.image',
      b: 'two.image',
    })
    const document = doc(
      { photo: 'io/photo', l: 'graph/lanes', mid: 'filter/blur' },
      ['photo.image > l.a', 'l.a > mid.image'],
      { lanes },
    )
    expect(verdict(document, 'mid.image', 'l.b')).toBe('ok')
    expect(verdict(document, 'mid.image', 'l.a')).toContain('form a cycle (l → mid → l)')
    expect(verdict(document, 'one.image', 'two.image', 'l')).toBe('ok')
    expect(verdict(document, 'one.image', 'one.image', 'l')).toContain('cycle')
    const nested = sub({ x: ['in.a'], y: ['in.b'] }, { in: 'graph/lanes' }, [], { x: 'in.a', y: 'in.b' })
    const deeper = doc({ n: 'graph/nested', mid: 'filter/blur' }, ['n.x > mid.image'], { lanes, nested })
    expect(verdict(deeper, 'mid.image', 'n.y')).toBe('ok')
    expect(verdict(deeper, 'mid.image', 'n.x')).toContain('cycle')
  })
})

describe('what could stand at the other end', () => {
  const list = (matches: ReturnType<typeof following>): string[] =>
    matches.map(({ info, port, converter }) => `${info.type}.${port}${converter ? ` (${converter.label})` : ''}`)

  it('of an output, best first', () => {
    const rgb = { socket: socket.image({ channels: [3], spaces: ['rgb'] }) }
    expect(list(following(catalogue, rgb))).toEqual([
      'filter/blur.image',
      'colour/convert.image',
      'math/blend.a',
      'math/mean.images',
      'io/save.image',
      'view/inspect.value',
      'edge/canny.image (RGB → gray)',
    ])
    expect(list(following(catalogue, { socket: socket.number() }))).toEqual(['view/inspect.value'])
  })

  it('of an input, best first', () => {
    const found = list(preceding(catalogue, socket.image({ channels: [1], spaces: ['gray'] })))
    expect(found).toContain('io/photo.image')
    expect(found).not.toContain('view/inspect.table')
    expect(found).not.toContain('edge/canny.edges')
    expect(list(preceding(catalogue, socket.table()))).toEqual(['view/inspect.table'])
  })

  it('may be a subgraph of the document', () => {
    const inner = sub({ picture: ['canny.image'] }, { canny: 'edge/canny' }, [], { edges: 'canny.edges' })
    const document = doc({}, [], { find: inner })
    const gray = { socket: socket.image({ channels: [1], spaces: ['gray'] }) }
    expect(list(following(catalogue, gray, typesOf(document, catalogue)))).toContain('graph/find.picture')
  })
})
