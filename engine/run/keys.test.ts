import { describe, expect, it } from 'vitest'
import { hashText } from './keys.ts'

describe('keys', () => {
  // Python package mmh3 5.3.0: hash_bytes(text.encode('utf-16-le'), 0, x64arch=False), read as four little-endian words.
  it.each([
    ['', '00000000000000000000000000000000'],
    ['a', '033bb196ccef4fe1ccef4fe1ccef4fe1'],
    ['blur', '6a29684eb17a243955a032f555a032f5'],
    ['filter/gaussian-blur', 'd37bd8341ea4bfdf3a9d962108a13198'],
    ['häß ✓', '83cb458dac1f3243ac5b1fd109c5db10'],
    ['The quick brown fox jumps over the lazy dog', '15beb6860f94f6cafed4894d28be6d5b'],
    ['0123456789abcdef0123456789abcdef!', '25d245c58dd1ff3735ee3dcc935115e5'],
  ])('hashes %j as MurmurHash3 does', (text, hash) => {
    expect(hashText(text)).toBe(hash)
  })
})
