/**
 * The engine's address and token, and this window's session name. In a browser the token comes with the address, leaves the
 * address bar at once and survives a reload; the desktop program passes all three.
 */
import type { DesktopEndpoint } from '../../engine/protocol/desktop.ts'
import { enginePath, socketProtocols } from '../../engine/protocol/link.ts'
import { desktop } from '../desktop/bridge.ts'

const tokenKey = 'sightline.token'
const sessionKey = 'sightline.session'

function takeToken(): string {
  const url = new URL(location.href)
  const given = url.searchParams.get('token')
  if (given) {
    sessionStorage.setItem(tokenKey, given)
    url.searchParams.delete('token')
    history.replaceState(history.state, '', url)
  }
  // A page opened without a token gets a message; an empty one would not be a valid subprotocol.
  return sessionStorage.getItem(tokenKey) || 'none'
}

function browserEndpoint(): DesktopEndpoint {
  const url = new URL(enginePath, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const session = sessionStorage.getItem(sessionKey) ?? renewSession()
  return { url: url.href, token: takeToken(), session }
}

let endpoint: DesktopEndpoint | undefined

/** Called once, before anything connects. Returns the file that this window was opened for. */
export async function findEndpoint(): Promise<string | undefined> {
  endpoint = desktop ? await desktop.endpoint() : browserEndpoint()
  return endpoint.open
}

function found(): DesktopEndpoint {
  if (!endpoint) throw new Error('findEndpoint was not awaited')
  return endpoint
}

export function openSocket(): WebSocket {
  const { url, token } = found()
  return new WebSocket(url, socketProtocols(token))
}

/** Another window continues our session (a duplicated tab): from now on we have our own. */
export function renewSession(): string {
  const session = crypto.randomUUID()
  sessionStorage.setItem(sessionKey, session)
  if (endpoint) endpoint = { ...endpoint, session }
  return session
}

/** Chosen once per window, kept across reconnections and reloads. */
export const sessionId = (): string => found().session
