/** What `app://sightline/` answers: the built page, and nothing else; always with the web server's headers. */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { pageHost } from '../../engine/protocol/desktop.ts'
import { securityHeaders } from './pages.ts'
import { contentTypes, fileOf } from './static.ts'

/**
 * @param root the folder of the built page
 * @param engine "127.0.0.1:PORT", the only address the page may connect to; empty while there is none
 */
export async function pageResponse(
  root: string,
  request: Pick<Request, 'method' | 'url'>,
  engine: string,
): Promise<Response> {
  const { host, pathname } = new URL(request.url)
  const path = host === pageHost && request.method === 'GET' ? fileOf(root, pathname) : undefined
  const content = path === undefined ? undefined : await readFile(path).catch(() => undefined)
  const headers = { ...securityHeaders(engine), 'Content-Type': 'text/plain; charset=utf-8' }
  if (path === undefined || !content) return new Response('There is no such page.', { status: 404, headers })
  headers['Content-Type'] = contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
  return new Response(new Uint8Array(content), { headers })
}
