import { expect, it } from 'vitest'
import { arraysIn } from './scene.ts'

it('finds the arrays in the bytes, wherever those begin', () => {
  const floats = Float32Array.from({ length: 2 * (3 + 4 + 3 + 1 + 12) }, (_, i) => i)
  const bytes = new Uint8Array(floats.byteLength + 3)
  bytes.set(new Uint8Array(floats.buffer), 3)
  const { means, quats, scales, opacities, sh } = arraysIn(bytes.subarray(3), 2, 1)
  expect([...means]).toEqual([0, 1, 2, 3, 4, 5])
  expect([...quats]).toEqual([6, 7, 8, 9, 10, 11, 12, 13])
  expect([...scales]).toEqual([14, 15, 16, 17, 18, 19])
  expect([...opacities]).toEqual([20, 21])
  expect([sh[0], sh.length]).toEqual([22, 24])
})

it('refuses a part that is cut off', () => {
  expect(() => arraysIn(new Uint8Array(100), 2, 0)).toThrow('100 bytes, not 112')
})
