/** Whatever is sent, the answer has the policy, the log says little, and nothing of what was sent reaches the terminal raw. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeCodes, enginePath, socketProtocols } from '../../engine/protocol/link.ts'
import { boundedLog } from '../terminal/log.ts'
import { pageResponse } from './app-page.ts'
import { selectStyleHash } from './pages.ts'
import { openWindow, type TestServer, temporaryFolder, testServer } from './testing.ts'

let at: TestServer
let page: string
beforeAll(async () => {
  page = join(temporaryFolder(), 'page')
  mkdirSync(join(page, 'folder'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<title>the editor</title>')
  symlinkSync('loop', join(page, 'loop'))
  at = await testServer({ page, ticket: 'once' })
})
afterAll(() => at.close())

/** The bytes of a request, as given, and all that comes back until the server closes. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(at.server.port, '127.0.0.1', () => socket.write(request))
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (part) => {
      text += part
      // A WebSocket stays open.
      if (text.startsWith('HTTP/1.1 101')) socket.destroy()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

const own = 'Host: localhost\r\nConnection: close\r\n'
const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n'

/** Requests of every kind that gets an answer, by status. */
const requests: readonly (readonly [status: number, request: string])[] = [
  [200, `GET / HTTP/1.1\r\n${own}\r\n`],
  [200, `HEAD / HTTP/1.1\r\n${own}\r\n`],
  [303, `GET /open/once HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /nothing HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /folder HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /loop HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /%1b]0;title%07%9b31m%0asightline:%20fine HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /${'%1b'.repeat(4000)} HTTP/1.1\r\n${own}\r\n`],
  [404, `GET /${'a/'.repeat(4000)} HTTP/1.1\r\n${own}\r\n`],
  [401, `GET /?token=%1b HTTP/1.1\r\n${own}\r\n`],
  [405, `POST / HTTP/1.1\r\n${own}\r\n`],
  [405, `DELETE /%1b HTTP/1.1\r\n${own}\r\n`],
  [403, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'],
  [403, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
  [403, 'GET / HTTP/1.0\r\n\r\n'],
  [403, `GET / HTTP/1.1\r\nHost: localhost\r\n${own}\r\n`],
  [403, `GET / HTTP/1.1\r\nHost: evil.example\r\n${own}\r\n`],
  [403, `GET / HTTP/1.1\r\n${own}host: evil.example\r\n\r\n`],
  [403, `GET / HTTP/1.1\r\n${own}Host:\r\n\r\n`],
  [200, `GET / HTTP/1.1\r\n${own}Expect: a miracle\r\n\r\n`],
  [400, 'nonsense\r\n\r\n'],
  [400, `GET / HTTP/9.9\r\n${own}\r\n`],
  [400, `GET / HTTP/1.1\r\n${own}Content-Length: many\r\n\r\n`],
  [431, `GET / HTTP/1.1\r\n${own}X: ${'x'.repeat(20_000)}\r\n\r\n`],
  [404, `GET /other HTTP/1.1\r\n${upgrade}${key}\r\n`],
  [400, `GET ${enginePath} HTTP/1.1\r\n${upgrade}\r\n`],
  [400, `GET ${enginePath} HTTP/1.1\r\n${upgrade}${key.replace('13', '99')}\r\n`],
  [400, `POST ${enginePath} HTTP/1.1\r\n${upgrade}${key}\r\n`],
  [400, `GET ${enginePath} HTTP/1.1\r\n${upgrade}${key}Sec-WebSocket-Protocol: ,,\r\n\r\n`],
]

describe('every answer has the policy', () => {
  it.each(requests)('%i', async (status, request) => {
    const answer = await raw(request)
    const [head = ''] = answer.split('\r\n\r\n')
    expect(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])).toBe(status)
    const policies = [...head.matchAll(/^content-security-policy: (.*)$/gim)].map(([, policy]) => String(policy))
    expect(policies).toHaveLength(1)
    const directives = String(policies[0]).trim().split('; ')
    expect(directives.some((directive) => /^default-src '(self|none)'$/.test(directive))).toBe(true)
    expect(directives).toContain("frame-ancestors 'none'")
    expect(policies[0]).not.toContain('unsafe-inline')
    expect(policies[0]).not.toContain("'unsafe-eval'")
    expect(head.toLowerCase()).toContain('x-content-type-options: nosniff')
  })

  it('in the desktop program too', async () => {
    const asked: readonly (readonly [status: number, url: string, method?: string])[] = [
      [200, 'app://sightline/'],
      [404, 'app://sightline/nothing'],
      [404, 'app://sightline/..%2findex.html'],
      [404, 'app://sightline/%'],
      [404, 'app://sightline/folder'],
      [404, 'app://sightline/loop'],
      [404, 'app://elsewhere/'],
      [404, 'app://sightline/', 'POST'],
    ]
    for (const engine of ['', '127.0.0.1:1234'])
      for (const [status, url, method = 'GET'] of asked) {
        const answer = await pageResponse(page, { url, method }, engine)
        expect([url, method, answer.status]).toEqual([url, method, status])
        const policy = String(answer.headers.get('content-security-policy')).split('; ')
        expect(policy).toContain("default-src 'self'")
        expect(policy).toContain(`style-src 'self' 'sha256-${selectStyleHash}'`)
        expect(policy).toContain(`connect-src 'self'${engine && ` ws://${engine}`}`)
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      }
  })
})

it('refuses a socket with two Host headers', async () => {
  for (const others of ['Host: evil.example\r\n', 'Host: localhost\r\n']) {
    const protocols = `Sec-WebSocket-Protocol: ${socketProtocols(at.token).join(', ')}\r\n`
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect(at.server.port, '127.0.0.1', () =>
        socket.write(`GET ${enginePath} HTTP/1.1\r\n${upgrade}${others}${key}${protocols}\r\n`),
      )
      const parts: Buffer[] = []
      socket.on('data', (part) => parts.push(part)).on('error', reject)
      socket.on('close', () => resolve(Buffer.concat(parts)))
    })
    // RFC 6455: a close frame (0x88), its length, the code.
    const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
    expect([body[0], body.readUInt16BE(2)]).toEqual([0x88, closeCodes.foreign])
  }
})

it('takes no more than a greeting from those who are refused', async () => {
  const window = openWindow({ port: at.server.port, token: 'wrong' })
  await window.opened
  window.socket.send(new Uint8Array(100_000))
  expect((await window.closed).code).toBe(closeCodes.token)
})

it('says little of it, and nothing raw, on the terminal', async () => {
  const lines: string[] = []
  const log = boundedLog((line) => lines.push(line))
  for (const entry of at.log) log(entry)
  at.log.length = 0
  for (let i = 0; i < 200; i++) {
    await raw(`GET /${'%1b'.repeat(3000)}${i} HTTP/1.1\r\n${own}\r\n`)
    await raw(`GET / HTTP/1.1\r\nHost: ${'\x1b[31m'.repeat(100)}${i}\r\n\r\n`)
    await raw(`GET / HTTP/1.1\r\nHost: stranger-${i}.example\r\nConnection: close\r\n\r\n`)
  }
  for (const entry of at.log) log(entry)
  expect(lines.join('\n').length).toBeLessThan(20_000)
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]*$/)
})
