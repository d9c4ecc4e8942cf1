/** Laws in words: what a node promises of every picture, as its page says it. */
import type { Law } from './node.ts'

const measured: Readonly<Record<Law['measure'], string>> = {
  edgeEnergy: 'the energy of its edges',
  mean: 'its mean',
  variance: 'its variance',
  min: 'its smallest number',
  max: 'its largest number',
  pixels: 'its number of pixels',
  outliers: 'its share of outliers',
}

const expected: Readonly<Record<Law['expect'], string>> = {
  up: 'rises',
  down: 'falls',
  same: 'stays the same',
}

/** "When sigma rises, the energy of its edges falls." @param output named where it is not the first */
export function lawWords({ change, measure, expect, output }: Law): string {
  const changes = Object.entries(change).map(([name, way]) => `${name} ${way === 'up' ? 'rises' : 'falls'}`)
  const of = output ? ` (output ${output})` : ''
  return `When ${changes.join(' and ')}, ${measured[measure]} ${expected[expect]}${of}.`
}
