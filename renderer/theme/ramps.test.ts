/** Legends show the colours that pictures are drawn with. */
import { expect, it } from 'vitest'
import { diverging, labelColours, viridis } from '../../engine/ops/preview/colours.ts'
import { ramps } from './ramps.ts'

it.each([
  ['viridis', viridis],
  ['diverging', diverging],
] as const)('%s', (name, table) => {
  const stops = ramps[name].split(' ')
  const drawn = stops.map((_, i) => {
    const at = Math.round((i * 255) / (stops.length - 1)) * 3
    return `#${[...table.subarray(at, at + 3)].map((v) => v.toString(16).padStart(2, '0')).join('')}`
  })
  expect(stops).toEqual(drawn)
})

it('labels', () => {
  const stops = ramps.labels.split(' ')
  const drawn = stops.map((_, i) => `#${Buffer.from(labelColours().subarray(3 * i, 3 * i + 3)).toString('hex')}`)
  expect(stops).toEqual(drawn)
})
