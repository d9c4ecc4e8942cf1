/**
 * Who may talk to the server. The token keeps out other users and programs; the Host check keeps out names that an attacker
 * points at this machine (DNS rebinding); the Origin check keeps out pages of other sites and other local servers.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** 192 random bits, in characters valid in URLs and headers. */
export const createToken = (): string => randomBytes(24).toString('base64url')

export interface Guard {
  /** Whether a Host header names this server. */
  host(header: string | undefined): boolean
  /** Whether a page of this origin may connect to this Host. No origin: not a browser; the token decides. */
  origin(header: string | undefined, host: string | undefined): boolean
  token(given: string | undefined): boolean
}

export interface GuardOptions {
  readonly token: string
  /** The address that the server listens on. */
  readonly address: string
  /** Origins besides the server's own pages: the desktop window's. */
  readonly origins: readonly string[]
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])
export const isLoopback = (address: string): boolean => loopbackNames.has(address) || address === '::1'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The name in "name:port", if it is well-formed. */
const nameOf = (header: string): string | undefined => /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.exec(header)?.[1]

export function createGuard({ token, address, origins }: GuardOptions): Guard {
  const wanted = digest(token)
  const own = address.toLowerCase()
  return {
    host(header) {
      const name = nameOf(header ?? '')?.toLowerCase()
      if (name === undefined) return false
      if (loopbackNames.has(name) || name === own) return true
      // A server open to the network has many addresses; any name could be an attacker's, but an address cannot be rebound.
      return !isLoopback(own) && isIP(name.replace(/^\[|\]$/g, '')) !== 0
    },
    origin: (header, host) => header === undefined || header === `http://${host}` || origins.includes(header),
    // Compare digests, so that the timing reveals nothing about the token, not even its length.
    token: (given) => given !== undefined && timingSafeEqual(digest(given), wanted),
  }
}
