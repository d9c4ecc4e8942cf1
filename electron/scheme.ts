/** `app://sightline/`: the built page, from the program's own files, with the web server's headers. */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { protocol, type Session } from 'electron'
import { pageHost, pageScheme } from '../engine/protocol/desktop.ts'
import { securityHeaders } from '../host/server/pages.ts'
import { contentTypes, fileOf } from '../host/server/static.ts'
import { page } from './places.ts'

/** Before the program is ready. */
export const registerScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])

/** `engine`: "127.0.0.1:PORT", the only address the page may connect to. */
export function servePage(session: Session, engine: () => string): void {
  session.protocol.handle(pageScheme, async (request) => {
    const { host, pathname } = new URL(request.url)
    const path = host === pageHost && request.method === 'GET' ? fileOf(page, pathname) : undefined
    const content = path === undefined ? undefined : await readFile(path).catch(() => undefined)
    if (path === undefined || !content) return new Response('There is no such page.', { status: 404 })
    const headers = {
      ...securityHeaders(engine()),
      'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream',
    }
    return new Response(new Uint8Array(content), { headers })
  })
}
