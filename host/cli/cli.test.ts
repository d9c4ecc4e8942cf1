/** Small parts of the command line. */
import { expect, it } from 'vitest'
import { table } from '../text/table.ts'
import { openerOf } from './browser.ts'
import { npy } from './npy.ts'

it('writes .npy as the format says', () => {
  const bytes = npy(new Float32Array([1, 2, 3, 4, 5, 6]), [1, 2, 3])
  // NEP 1: magic, version 1.0, u16 length, a Python dictionary ending in a newline, data at a multiple of 64.
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  const length = new DataView(bytes.buffer).getUint16(8, true)
  expect((10 + length) % 64).toBe(0)
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + length))
  expect(header).toMatch(/^{'descr': '<f4', 'fortran_order': False, 'shape': \(1, 2, 3\), } *\n$/)
  expect([...new Float32Array(bytes.slice(10 + length).buffer)]).toEqual([1, 2, 3, 4, 5, 6])
  expect(new TextDecoder().decode(npy(new Float32Array(2), [2]))).toContain("'shape': (2,)")
})

it('lines columns up', () => {
  const rows = [
    ['a', '1.0', 'x'],
    ['longer', '10.25', ''],
  ]
  expect(table(rows, ['left', 'right'])).toBe('a         1.0  x\nlonger  10.25')
  expect(table([])).toBe('')
})

it('opens a browser only where there is a screen', () => {
  expect(openerOf({ DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open'])
  expect(openerOf({}, 'linux')).toBeUndefined()
  expect(openerOf({ DISPLAY: ':0', CI: 'true' }, 'linux')).toBeUndefined()
  expect(openerOf({}, 'darwin')).toEqual(['open'])
  expect(openerOf({}, 'win32')?.[0]).toBe('rundll32')
})
