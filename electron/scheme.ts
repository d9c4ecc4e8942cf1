/** `app://sightline/`: the built page, from the program's own files. */
import { protocol, type Session } from 'electron'
import { pageScheme } from '../engine/protocol/desktop.ts'
import { pageResponse } from '../host/server/app-page.ts'
import { page } from './places.ts'

/** Before the program is ready. */
export const registerScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])

/** `engine`: "127.0.0.1:PORT", the only address the page may connect to. */
export function servePage(session: Session, engine: () => string): void {
  session.protocol.handle(pageScheme, (request) => pageResponse(page, request, engine()))
}
