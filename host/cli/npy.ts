/** NumPy's .npy, version 1.0 (numpy.lib.format): magic, version, length of the header, a Python dictionary, the numbers. */
import { endianness } from 'node:os'
import type { Numbers } from '../../engine/values/index.ts'

/** NumPy's name of the type: byte order, kind, bytes. */
function typeOf(values: Numbers): string {
  if (values instanceof Uint8Array) return '|u1'
  return `${endianness() === 'LE' ? '<' : '>'}${values instanceof Int32Array ? 'i4' : 'f4'}`
}

/** @param shape row-major; its product is the number of `values` */
export function npy(values: Numbers, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const type = typeOf(values)
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`
  // Spaces and a newline, so that the numbers start at a multiple of 64.
  const head = 10
  const length = Math.ceil((head + dictionary.length + 1) / 64) * 64 - head
  const bytes = new Uint8Array(head + length + values.byteLength)
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, length & 255, length >> 8])
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), head)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), head + length)
  return bytes
}
