/** The web server: the built page over HTTP, and one WebSocket per window (`link.ts`). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { closeCodes, enginePath, maxFrame, subprotocol } from '../../engine/protocol/link.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { createGuard } from './guard.ts'
import { serveLink } from './link.ts'
import { securityHeaders, sendPage } from './pages.ts'
import type { Sessions } from './sessions.ts'
import { serveFile } from './static.ts'

export interface ServerOptions {
  /** The address to listen on, and the port; 0: any free one. */
  readonly host: string
  readonly port: number
  readonly token: string
  /** Opens the page once, instead of the token, because others may see it (on the browser's command line). */
  readonly ticket?: string
  /** Origins besides the server's own pages: the desktop window's. */
  readonly origins: readonly string[]
  /** The folder of the built page, absolute. */
  readonly page: string
  readonly sessions: Sessions
  readonly log: (line: string) => void
}

export interface Server {
  readonly port: number
  close(): Promise<void>
}

/** Error codes of a client that went away during the response. */
const gone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED'])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** The capacity of a WebSocket close frame: 123 bytes. */
const reason = (text: string): string => {
  const bytes = Buffer.from(text)
  return bytes.length <= 123 ? text : `${new TextDecoder().decode(bytes.subarray(0, 117)).replace(/\uFFFD$/, '')}...`
}

const words = {
  host: 'This page was reached by a name that is not its own. Open the address that Sightline printed.',
  origin: 'Another site tried to reach the engine. Open the address that Sightline printed.',
  token: 'The token is not of this start. Open the address that Sightline printed last.',
} as const

export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, token, page, sessions, log } = options
  const guard = createGuard({ token, address: host, origins: options.origins })
  let ticket = options.ticket

  const logged = new Set<string>()
  /** Strangers may knock often; log one line for each kind, and a hundred in all. */
  function logRefusal(why: keyof typeof words, given: string): void {
    const line = `refused a ${why}${why === 'token' ? '' : ` (${JSON.stringify(given.slice(0, 200))})`}`
    if (logged.size < 100 && !logged.has(line)) log(line)
    logged.add(line)
  }

  /** The page for the request, or why there is none. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = request.headers.host
    if (!guard.host(name)) {
      logRefusal('host', String(name))
      return sendPage(response, 403, 'Refused', words.host)
    }
    for (const [header, value] of Object.entries(securityHeaders(String(name)))) response.setHeader(header, value)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return sendPage(response, 405, 'Not like this', 'This server only gives pages.')
    }
    const url = URL.parse(`http://host${request.url}`)
    if (!url) return sendPage(response, 400, 'Not an address', 'The address cannot be read.')
    if (ticket !== undefined && url.pathname === `/open/${ticket}`) {
      ticket = undefined
      response.writeHead(303, { Location: `/?token=${token}`, 'Cache-Control': 'no-store' }).end()
      return
    }
    const given = url.searchParams.get('token')
    if (given !== null && !guard.token(given)) {
      logRefusal('token', '')
      return sendPage(response, 401, 'Not the right token', words.token)
    }
    await serveFile(page, url.pathname, request, response)
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!gone.has(codeOf(error))) log(`${request.url}: ${error instanceof Error ? error.stack : error}`)
      if (response.headersSent) response.destroy()
      else sendPage(response, 500, 'Something went wrong', 'The terminal where Sightline runs says more.')
    })
  })

  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrame,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })
  const close = (socket: WebSocket, code: number, text: string): void => socket.close(code, reason(text))

  /** Why a window is not admitted, and what it sent instead. */
  function refusal({ headers }: IncomingMessage): readonly [why: keyof typeof words, given: string] | undefined {
    const [, given] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
    if (!guard.host(headers.host)) return ['host', String(headers.host)]
    if (!guard.origin(headers.origin, headers.host)) return ['origin', String(headers.origin)]
    return guard.token(given) ? undefined : ['token', '']
  }

  /** A page learns why it is refused only from a close code, so a refused socket is opened first. */
  function connect(socket: WebSocket, request: IncomingMessage): void {
    socket.on('error', (error) => log(`a window's connection: ${error.message}`))
    const refused = refusal(request)
    if (!refused) {
      serveLink(socket, sessions, { close: (code, text) => close(socket, code, text), log })
      return
    }
    const [why, given] = refused
    logRefusal(why, given)
    close(socket, why === 'token' ? closeCodes.token : closeCodes.foreign, words[why])
    // A client that does not close in turn could go on sending.
    setTimeout(() => socket.terminate(), 1000).unref()
  }

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (URL.parse(`http://host${request.url}`)?.pathname !== enginePath) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, connect)
  })

  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new SightlineError('cli.port-in-use', { port: options.port }, error))
      else reject(new SightlineError('cli.listen', { host, port: options.port, message: error.message }, error))
    })
    http.listen(options.port, host, resolve)
  })
  const address = http.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
    },
  }
}
