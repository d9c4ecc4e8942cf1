/** Where the engine listens, and the token that opens it. The token leaves the address bar at once and survives a reload. */
import { enginePath, socketProtocols } from '../../engine/protocol/link.ts'

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

let token: string | undefined

export function openSocket(): WebSocket {
  const url = new URL(enginePath, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  token ??= takeToken()
  return new WebSocket(url, socketProtocols(token))
}

/** Another window goes on with our session (a duplicated tab): from now on we have our own. */
export function renewSession(): string {
  const made = crypto.randomUUID()
  sessionStorage.setItem(sessionKey, made)
  return made
}

/** Chosen once a window, kept over reconnections and reloads. */
export const sessionId = (): string => sessionStorage.getItem(sessionKey) ?? renewSession()
