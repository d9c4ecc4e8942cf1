/** What a page may not do, whoever wrote it: navigate away, open windows, embed others, use devices but the camera after Play. Electron's security checklist. */
import { app, type Session, shell, systemPreferences, type WebContents } from 'electron'
import { pageOrigin } from '../engine/protocol/desktop.ts'

/** What the editor needs: the clipboard, and full screen. */
const allowed: ReadonlySet<string> = new Set(['clipboard-read', 'clipboard-sanitized-write', 'fullscreen'])

const isOurs = (url: string): boolean => URL.parse(url)?.origin === pageOrigin || url.startsWith(`${pageOrigin}/`)

/** Windows in which a person has pressed Play on a camera. */
const withCamera = new WeakSet<WebContents>()

/** Lets a window open a camera, or no longer. Returns whether the system lets this program: macOS asks the person the first time. */
export async function allowCamera(contents: WebContents, wanted: boolean): Promise<boolean> {
  if (wanted) withCamera.add(contents)
  else withCamera.delete(contents)
  return !wanted || process.platform !== 'darwin' || systemPreferences.askForMediaAccess('camera')
}

/** Pictures only, never sound. */
const mayFilm = (contents: WebContents | null, types: readonly (string | undefined)[]): boolean =>
  contents !== null && withCamera.has(contents) && types.length > 0 && types.every((type) => type === 'video')

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide, details) => {
    const types = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    const fine = permission === 'media' ? mayFilm(contents, types) : allowed.has(permission)
    decide(isOurs(details.requestingUrl) && fine)
  })
  session.setPermissionCheckHandler((contents, permission, origin, { mediaType }) => {
    const fine = permission === 'media' ? mayFilm(contents, [mediaType]) : allowed.has(permission)
    return isOurs(origin) && fine
  })
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
