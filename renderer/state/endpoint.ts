/**
 * Where the engine listens, what opens it, and this window's name for its session. In a browser the token comes with the
 * address, leaves the address bar at once and survives a reload; the desktop program tells all three.
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
  // A page opened without one is refused in words; an empty one would not even be a valid subprotocol.
  return sessionStorage.getItem(tokenKey) || 'none'
}

function browserEndpoint(): DesktopEndpoint {
  const url = new URL(enginePath, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const session = sessionStorage.getItem(sessionKey) ?? renewSession()
  return { url: url.href, token: takeToken(), session }
}

let endpoint: DesktopEndpoint | undefined

/** Called once, before anything connects. Gives the file that this window was opened for. */
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

/** Another window goes on with our session (a duplicated tab): from now on we have our own. */
export function renewSession(): string {
  const session = crypto.randomUUID()
  sessionStorage.setItem(sessionKey, session)
  if (endpoint) endpoint = { ...endpoint, session }
  return session
}

/** Chosen once a window, kept over reconnections and reloads. */
export const sessionId = (): string => found().session
