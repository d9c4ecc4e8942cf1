import { expect, it } from 'vitest'
import { readNames } from './names.ts'

it('reads a list, an object of numbers, Keras’ own form, and lines', () => {
  const wanted = ['tench', 'Egyptian cat']
  expect(readNames('["tench", "Egyptian_cat"]', 'x', 2)).toEqual(wanted)
  expect(readNames('{"1": "Egyptian_cat", "0": "tench"}', 'x', 2)).toEqual(wanted)
  expect(readNames('{"0": ["n01440764", "tench"], "1": ["n02124075", "Egyptian_cat"]}', 'x', 2)).toEqual(wanted)
  expect(readNames('tench\r\nEgyptian_cat\n', 'x', 2)).toEqual(wanted)
})

it('says how many are wanted, and what a file of names is', () => {
  expect(() => readNames('tench', 'x', 2)).toThrow(expect.objectContaining({ code: 'classify.names' }))
  for (const text of ['{"a": "tench"}', '[1]', '[', '{"0": "tench", "2": "cat"}'])
    expect(() => readNames(text, 'x', 1)).toThrow(expect.objectContaining({ code: 'classify.names-form' }))
})
