/** Where the engine listens, and the token that opens it. The token leaves the address bar at once and survives a reload. */
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
  return sessionStorage.getItem(tokenKey) ?? ''
}

const token = takeToken()

export const socketUrl = (): string => {
  const url = new URL('/socket', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.searchParams.set('token', token)
  return url.href
}

/** Chosen once a window, kept over reconnections and reloads. */
export const sessionId: string = (() => {
  const kept = sessionStorage.getItem(sessionKey)
  if (kept) return kept
  const made = crypto.randomUUID()
  sessionStorage.setItem(sessionKey, made)
  return made
})()
