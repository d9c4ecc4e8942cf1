import { expect, it } from 'vitest'
import { unlessAborted } from './index.ts'

it('does not wait for what cannot be ended', async () => {
  const end = new AbortController()
  const waits = unlessAborted(end.signal, new Promise(() => undefined))
  end.abort(new Error('not wanted'))
  await expect(waits).rejects.toThrow('not wanted')
  await expect(unlessAborted(end.signal, Promise.resolve(1))).rejects.toThrow('not wanted')
  expect(await unlessAborted(new AbortController().signal, Promise.resolve(1))).toBe(1)
})
