/** Names by which a server may be reached, depending on what it listens on. */
import { expect, it } from 'vitest'
import { createGuard, createToken } from './guard.ts'

const guardAt = (address: string) => createGuard({ token: 'secret', address, origins: [] })

it('on this machine only: takes its loopback names, no address of the network', () => {
  const { host } = guardAt('127.0.0.1')
  for (const name of ['127.0.0.1:80', 'localhost', '[::1]:80']) expect(host(name)).toBe(true)
  for (const name of ['192.168.1.2:80', '0.0.0.0', 'pc.local', undefined, '']) expect(host(name)).toBe(false)
})

it('listening to the world: takes any address, as none can be rebound, but no name', () => {
  for (const address of ['0.0.0.0', '::', '192.168.1.2']) {
    const { host } = guardAt(address)
    for (const name of ['192.168.1.2:80', '[fe80::1]:80', 'localhost:80']) expect(host(name)).toBe(true)
    for (const name of ['evil.example', '192.168.1.2.evil.example', '999.1.1.1']) expect(host(name)).toBe(false)
  }
  expect(guardAt('pc.local').host('pc.local:80')).toBe(true)
})

it('makes tokens of 192 random bits that fit a header, and takes only the whole one', () => {
  const tokens = new Set(Array.from({ length: 100 }, createToken))
  expect(tokens.size).toBe(100)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/)
  const { token } = guardAt('127.0.0.1')
  expect(['secret', 'secre', 'secrets', '', undefined].map(token)).toEqual([true, false, false, false, false])
})
