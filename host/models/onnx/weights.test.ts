/** Weights as onnx.proto may hold them; the numbers are those of IEEE 754 and of two's complement. */
import { expect, it } from 'vitest'
import { weightOf } from './weights.ts'

const numbersOf = (dtype: string, bytes: readonly number[], field = 9) => {
  const held = { field, from: 0, to: bytes.length }
  const { numbers } = weightOf({ name: 'w', dtype, shape: [2], held }, Uint8Array.from(bytes))
  return [...(numbers as unknown as Iterable<number | bigint>)]
}

it.each([
  ['float32', [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], [1, -2]],
  ['float16', [0, 0x3c, 0, 0xc0], [1, -2]],
  ['float64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0], [1, -2]],
  ['int64', [1, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255, 255, 255, 255, 255], [1n, -2n]],
  ['int8', [1, 254], [1, -2]],
  ['uint8', [1, 254], [1, 254]],
] as const)('raw_data of %s', (dtype, bytes, numbers) => {
  expect(numbersOf(dtype, bytes)).toEqual(numbers)
})

it('int32_data, as varints of 64 bits: whole numbers, and the bits of half floats', () => {
  const minusTwo = [254, ...Array<number>(8).fill(255), 1]
  expect(numbersOf('int32', [1, ...minusTwo], 5)).toEqual([1, -2])
  // 0x3c00 and 0xc000
  expect(numbersOf('float16', [0x80, 0x78, 0x80, 0x80, 3], 5)).toEqual([1, -2])
})

it('is refused where numbers are missing', () => {
  expect(() => numbersOf('float32', [0, 0, 0x80, 0x3f])).toThrow(/1 numbers of 2/)
  expect(() => numbersOf('float32', [0, 0, 0x80])).toThrow(/end too early/)
})
