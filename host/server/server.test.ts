/** Who is admitted and what they get: token, Host, Origin, paths, headers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeCodes } from '../../engine/protocol/link.ts'
import { startServer } from './server.ts'
import { openWindow, type TestServer, temporaryFolder, testServer, welcomed } from './testing.ts'

let at: TestServer
beforeAll(async () => {
  const outside = temporaryFolder()
  const page = join(outside, 'page')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  writeFileSync(join(outside, 'page-secret.txt'), 'secret')
  writeFileSync(join(page, 'index.html'), '<title>the editor</title>')
  writeFileSync(join(page, 'assets/index-Bx12_aB9.js'), 'export {}')
  writeFileSync(join(page, 'empty.txt'), '')
  at = await testServer({ page, ticket: 'once' })
})
afterAll(() => at.close())

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sent verbatim: `fetch` would normalise the path and set its own Host. */
function get(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: at.server.port, path, method, headers: { ...headers } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

describe('the page', () => {
  it('comes at the printed address, with headers that keep others out', async () => {
    const { status, headers, text } = await get(`/?token=${at.token}`)
    expect(status).toBe(200)
    expect(text).toContain('the editor')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    const policy = String(headers['content-security-policy']).split('; ')
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${at.server.port}`)
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('keeps files with a hash in their name, and only those', async () => {
    const { headers, text } = await get('/assets/index-Bx12_aB9.js')
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['cache-control']).toContain('immutable')
    expect(text).toBe('export {}')
    expect((await get('/empty.txt')).headers).toMatchObject({ 'content-length': '0', 'cache-control': 'no-cache' })
  })

  it('answers HEAD without a body and refuses to be written to', async () => {
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(await get('/', { method: 'POST' })).toMatchObject({ status: 405 })
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/../../secret.txt',
    '/../page-secret.txt',
    '//etc/passwd',
    '/%00',
    '/%',
    '/assets',
    '/assets/',
    '/nothing.js',
    '/constructor',
  ])('finds nothing at %s', async (path) => {
    const { status, text } = await get(path)
    expect(status).toBe(404)
    expect(text).not.toContain('secret')
  })

  it('refuses a wrong token with a page that says what to do', async () => {
    const { status, text } = await get('/?token=wrong')
    expect(status).toBe(401)
    expect(text).toContain('Open the address that Sightline printed last')
  })

  it.each([
    'evil.example',
    'evil.example:1',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1:80:80',
    'localhost:x',
  ])('refuses the Host %j', async (host) => {
    expect(await get('/', { headers: { host } })).toMatchObject({ status: 403 })
  })

  it.each(['localhost', 'LOCALHOST:1234', '[::1]:80', '127.0.0.1'])('takes the Host %j', async (host) => {
    expect(await get('/', { headers: { host } })).toMatchObject({ status: 200 })
  })

  it('gives the token once for the ticket', async () => {
    expect(await get('/open/wrong')).toMatchObject({ status: 404 })
    const first = await get('/open/once')
    expect(first).toMatchObject({ status: 303, headers: { location: `/?token=${at.token}` } })
    expect(await get('/open/once')).toMatchObject({ status: 404 })
  })
})

describe('the socket', () => {
  const open = (token: string, headers: Record<string, string> = {}) =>
    openWindow({ port: at.server.port, token, headers })

  it('opens for the token, with our subprotocol and never the token as the chosen one', async () => {
    const window = await welcomed(at)
    expect(window.socket.protocol).toBe('sightline')
    expect(window.socket.extensions).toBe('')
    window.socket.close()
  })

  it.each(['x', 'wrong'.repeat(1000)])('closes with 4401 for a wrong token', async (token) => {
    expect(await open(token).closed).toMatchObject({ code: closeCodes.token, reason: expect.stringContaining('token') })
  })

  it('closes with 4403 for a page of another origin, also with the right token', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null', `https://127.0.0.1:${at.server.port}`])
      expect(await open(at.token, { Origin: origin }).closed).toMatchObject({ code: closeCodes.foreign })
  })

  it('closes with 4403 for a foreign Host, also where Origin and Host agree', async () => {
    const headers = { Host: 'evil.example', Origin: 'http://evil.example' }
    expect(await open(at.token, headers).closed).toMatchObject({ code: closeCodes.foreign })
  })

  it('opens for its own page and for the desktop window', async () => {
    for (const Origin of [at.url, 'app://sightline']) {
      const window = open(at.token, { Origin })
      await window.opened
      window.socket.close()
      expect((await window.closed).code).toBe(1005)
    }
  })

  it('is at one path only', async () => {
    const window = openWindow({ port: at.server.port, token: at.token, path: '/other' })
    await expect(window.opened).rejects.toThrow('404')
  })

  it('is logged once for each stranger, without the token', async () => {
    for (let i = 0; i < 3; i++) await open('mine', { Origin: 'https://stranger.example' }).closed
    const lines = at.log.filter((line) => line.includes('stranger.example'))
    expect(lines).toHaveLength(1)
    expect(at.log.join()).not.toContain(at.token)
  })
})

it('names the port that is in use', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const { sessions, token, folder } = at
  const start = startServer({ host: '127.0.0.1', port, token, origins: [], page: folder, sessions, log() {} })
  await expect(start).rejects.toMatchObject({ code: 'cli.port-in-use', params: { port } })
  taken.close()
})

it('says how to build a page that is not there', async () => {
  const bare = await testServer()
  const answer = await fetch(bare.url)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build')
  await bare.close()
})
