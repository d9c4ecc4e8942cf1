/** How a window connects to the engine: one WebSocket, opened with `socketProtocols(token)`, closed with one of these codes. */
import { maxHead } from './frame.ts'

export const enginePath = '/engine'

/** The subprotocol that the engine chooses. The token is sent beside it, in a header, so it appears in no URL and no log. */
export const subprotocol = 'sightline'
export const socketProtocols = (token: string): string[] => [subprotocol, token]

/** The most bytes after a head: a dropped file, or the previews of everything on the screen. */
export const maxTail = 256 * 1024 * 1024
/** The largest frame, either way. The engine closes with 1009 above it. */
export const maxFrame = 16 + maxHead + maxTail

/** Why the engine closed. Reconnecting helps only after other codes (it died, it is being restarted). */
export const closeCodes = {
  /** A frame was not a valid message; the reason says what was wrong. */
  badMessage: 4400,
  /** The token is not this start's: open the address that `sightline serve` printed. */
  token: 4401,
  /** The page, or the name it was reached by, is not Sightline's own. */
  foreign: 4403,
  /** Another window uses this session id (a duplicated tab): continue with a new one. */
  replaced: 4409,
  /** The window and the engine are of different versions: reload the page. */
  version: 4426,
} as const
