/** The web server: the built page over HTTP, and one WebSocket per window (`link.ts`). */
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { closeCodes, enginePath, maxFrame, subprotocol } from '../../engine/protocol/link.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { stackOf } from '../stack.ts'
import { createGuard } from './guard.ts'
import { serveLink } from './link.ts'
import { bareResponse, securityHeaders, sendPage } from './pages.ts'
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
  /** Strangers can cause entries: bounded. */
  readonly log: (entry: string) => void
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

/** The Host of a request. Several are refused: it would be unclear which of them was checked. */
const hostOf = ({ headersDistinct: { host = [] } }: IncomingMessage): string | undefined =>
  host.length === 1 ? host[0] : undefined
const givenHost = ({ headersDistinct: { host } }: IncomingMessage): string => host?.join(', ') ?? 'none'

/** What Node answers to a request that it cannot read. */
function statusOf(code: string | undefined): string {
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  return `${status} ${STATUS_CODES[status]}`
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
    if (logged.size >= 100 || logged.has(line)) return
    logged.add(line)
    log(line)
  }

  /** The page for the request, or why there is none. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = hostOf(request)
    if (!guard.host(name)) {
      logRefusal('host', givenHost(request))
      return sendPage(response, 403, 'Refused', words.host)
    }
    for (const [header, value] of Object.entries(securityHeaders(name))) response.setHeader(header, value)
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

  function respond(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response).catch((error: unknown) => {
      // Of a file that cannot be read, the system's word is enough; neither the address nor the path belongs into a log.
      if (!gone.has(codeOf(error))) log(`a page could not be sent: ${codeOf(error) || stackOf(error)}`)
      if (response.headersSent) response.destroy()
      else sendPage(response, 500, 'Something went wrong', 'The terminal where Sightline runs says more.')
    })
  }
  // Node would refuse a request without Host, or with an unknown Expect, by itself: with none of our headers.
  const http = createServer({ requireHostHeader: false }, respond).on('checkExpectation', respond)
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET') socket.end(bareResponse(statusOf(error.code)))
    else socket.destroy()
  })

  const socketsFor = (maxPayload: number): WebSocketServer =>
    new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    }).on('wsClientError', (_, socket) => socket.end(bareResponse('400 Bad Request')))
  const sockets = socketsFor(maxFrame)
  /** Of those who are refused: they are told why, and have nothing to say. */
  const strangers = socketsFor(1024)
  const close = (socket: WebSocket, code: number, text: string): void => socket.close(code, reason(text))

  /** Why a window is not admitted, and what it sent instead. */
  function refusal(request: IncomingMessage): readonly [why: keyof typeof words, given: string] | undefined {
    const { headers } = request
    const [, given] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
    if (!guard.host(hostOf(request))) return ['host', givenHost(request)]
    if (!guard.origin(headers.origin, headers.host)) return ['origin', String(headers.origin)]
    return guard.token(given) ? undefined : ['token', '']
  }

  function connect(socket: WebSocket): void {
    socket.on('error', (error) => log(`a window's connection: ${error.message}`))
    serveLink(socket, sessions, { close: (code, text) => close(socket, code, text), log })
  }

  /** A page learns why it is refused only from a close code, so a refused socket is opened first. */
  function turnAway(socket: WebSocket, [why, given]: NonNullable<ReturnType<typeof refusal>>): void {
    socket.on('error', () => socket.terminate())
    logRefusal(why, given)
    close(socket, why === 'token' ? closeCodes.token : closeCodes.foreign, words[why])
    // A client that does not close in turn could go on sending.
    setTimeout(() => socket.terminate(), 1000).unref()
  }

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (URL.parse(`http://host${request.url}`)?.pathname !== enginePath) {
      socket.end(bareResponse('404 Not Found'))
      return
    }
    const refused = refusal(request)
    if (refused) strangers.handleUpgrade(request, socket, head, (opened) => turnAway(opened, refused))
    else sockets.handleUpgrade(request, socket, head, connect)
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
      for (const socket of [...sockets.clients, ...strangers.clients]) socket.terminate()
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
    },
  }
}
