/** Architectures, against torchvision: names and shapes of all weights, parameters and multiply-adds. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { totalsOf, weightsOfAll } from '../engine/values/layers/graph.ts'
import { chapterClaims } from './network/architectures/chapter.ts'
import { architecture, architectureNames } from './network/architectures/index.ts'
import { published } from './network/architectures/published.ts'

interface Told {
  readonly parameters: number
  readonly multiplyAdds: number
  /** Of sorted lines of names and shapes. */
  readonly state: string
}

const truth = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures', 'architectures.json'), 'utf8'),
) as Readonly<Record<string, Told>>

test('every architecture has its truth', () => {
  expect(Object.keys(truth)).toEqual(architectureNames)
})

test.each(architectureNames)('%s has the weights and the cost of torchvision’s', (name) => {
  const layers = architecture(name, 1000)
  const { parameters, multiplyAdds } = totalsOf(layers)
  const lines = weightsOfAll(layers).map((weight) => `${weight.name} ${weight.shape.join('x')}`)
  const state = createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16)
  expect({ parameters, multiplyAdds, state }).toEqual(truth[name])
})

test('every published figure is of an architecture, and its multiply-adds are ours within their rounding', () => {
  expect(Object.keys(published).sort()).toEqual([...architectureNames].sort())
  for (const [name, { gmacs }] of Object.entries(published)) {
    const { multiplyAdds } = totalsOf(architecture(name, 1000))
    if (gmacs !== undefined) expect(Math.abs(multiplyAdds / 1e9 - gmacs), name).toBeLessThanOrEqual(0.0005 + 1e-9)
  }
})

// Those of the chapter that have no note must be right as they are rounded.
test.each(chapterClaims.filter(({ value, note }) => value !== undefined && note === undefined))(
  'the chapter’s $says of $name is right within its rounding',
  ({ name, of, says, value = 0 }) => {
    const { parameters, multiplyAdds } = totalsOf(architecture(name, 1000))
    const counted = of === 'parameters' ? parameters : of === 'top-1' ? (published[name]?.top1 ?? 0) : multiplyAdds
    const digits = /[\d.]+/.exec(says)?.[0].split('.')[1]?.length ?? 0
    const unit = of === 'top-1' ? 1 : says.includes('B') ? 1e9 : 1e6
    expect(Math.abs(counted - value)).toBeLessThanOrEqual((0.5 * unit) / 10 ** digits)
  },
)

test('a picture that is too small is refused by the layer that notices', () => {
  expect(() => architecture('vgg16', 1000, [3, 20, 20])).toThrow(
    /"features\.30" \(MaxPool2d\) takes .*; 512 × 1 × 1 came/,
  )
  expect(() => architecture('swin_t', 1000, [3, 200, 200])).toThrow(/WindowAttention.* takes .*50 × 50 × 96 came/)
})
