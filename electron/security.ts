/** What a page may not do, whoever wrote it: navigate away, open windows, embed others, use devices. Electron's security checklist. */
import { app, type Session, shell, type WebContents } from 'electron'
import { pageOrigin } from '../engine/protocol/desktop.ts'

/** What the editor needs: the clipboard, and full screen. */
const allowed: ReadonlySet<string> = new Set(['clipboard-read', 'clipboard-sanitized-write', 'fullscreen'])

const isOurs = (url: string): boolean => URL.parse(url)?.origin === pageOrigin || url.startsWith(`${pageOrigin}/`)

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, decide, { requestingUrl }) =>
    decide(isOurs(requestingUrl) && allowed.has(permission)),
  )
  session.setPermissionCheckHandler((_, permission, origin) => isOurs(origin) && allowed.has(permission))
  session.setDevicePermissionHandler(() => false)
}

/** A link in a note or in a node's reference opens in the browser. */
function openOutside(address: string): void {
  const url = URL.parse(address)
  if (url?.protocol === 'https:') void shell.openExternal(url.href)
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) {
      event.preventDefault()
      openOutside(event.url)
    }
  })
  contents.on('will-redirect', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

export const guardAllContents = (): void =>
  void app.on('web-contents-created', (_, contents) => guardContents(contents))
