/** Architectures, against torchvision: names and shapes of all weights, parameters and multiply-adds. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { totalsOf, weightsOfAll } from '../engine/values/layers/graph.ts'
import { architecture, architectureNames } from './network/architectures/index.ts'

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

test('a picture that is too small is refused by the layer that notices', () => {
  expect(() => architecture('vgg16', 1000, [3, 20, 20])).toThrow(
    /"features\.30" \(MaxPool2d\) takes .*; 512 × 1 × 1 came/,
  )
  expect(() => architecture('swin_t', 1000, [3, 200, 200])).toThrow(/WindowAttention.* takes .*50 × 50 × 96 came/)
})
