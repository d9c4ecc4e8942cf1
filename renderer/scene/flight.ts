/** Flying by keys that are held: W, A, S and D, Q and E, with Shift faster and Ctrl (or Alt) slower. */

export interface FlightOptions {
  /** Units of the scene a second, at the usual speed. */
  readonly speed: () => number
  /** To the right, up and forward. */
  readonly move: (x: number, y: number, z: number) => void
}

export interface Flight {
  /** Whether the key flies. */
  down(event: Pick<KeyboardEvent, 'code' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>): boolean
  up(event: Pick<KeyboardEvent, 'code' | 'shiftKey' | 'ctrlKey' | 'altKey'>): void
  /** All keys are let go. */
  stop(): void
}

type Way = readonly [x: number, y: number, z: number]

/** By where the keys are, not by their letters: they lie together on every keyboard. */
const ways: Readonly<Record<string, Way>> = {
  KeyW: [0, 0, 1],
  KeyS: [0, 0, -1],
  KeyA: [-1, 0, 0],
  KeyD: [1, 0, 0],
  KeyE: [0, 1, 0],
  KeyQ: [0, -1, 0],
}

export const faster = 4
export const slower = 1 / 4
/** A longer gap between frames does not make a longer step, in seconds. */
const longestStep = 0.25

/** Which way the held keys go, of length 1 at most. */
export function wayOf(held: Iterable<string>): Way {
  const sum = [0, 0, 0]
  for (const code of held) for (const [i, v] of (ways[code] ?? []).entries()) sum[i] = (sum[i] ?? 0) + v
  const length = Math.max(1, Math.hypot(...sum))
  return sum.map((v) => v / length) as unknown as Way
}

export function openFlight({ speed, move }: FlightOptions): Flight {
  const held = new Set<string>()
  let pace = 1
  let frame = 0
  let last = 0

  /** As far as the keys have carried it since the last time. */
  function advance(now: number): void {
    const seconds = Math.min(longestStep, Math.max(0, now - last) / 1000)
    last = now
    const far = seconds * pace * speed()
    const [x, y, z] = wayOf(held)
    if (far > 0 && (x !== 0 || y !== 0 || z !== 0)) move(x * far, y * far, z * far)
  }
  function step(now: number): void {
    frame = 0
    if (held.size === 0) return
    advance(now)
    frame = requestAnimationFrame(step)
  }

  const paceOf = ({ shiftKey, ctrlKey, altKey }: { shiftKey: boolean; ctrlKey: boolean; altKey: boolean }): number =>
    (shiftKey ? faster : 1) * (ctrlKey || altKey ? slower : 1)

  return {
    down(event) {
      pace = paceOf(event)
      // Ctrl slows a flight that has begun; before, it makes a shortcut.
      if (!(event.code in ways) || event.metaKey || (event.ctrlKey && !held.has(event.code))) return false
      held.add(event.code)
      if (frame === 0) {
        last = performance.now()
        frame = requestAnimationFrame(step)
      }
      return true
    },
    up(event) {
      // Where frames are slow, a key may be let go before the first of them.
      if (held.has(event.code)) advance(performance.now())
      pace = paceOf(event)
      held.delete(event.code)
    },
    stop() {
      held.clear()
      cancelAnimationFrame(frame)
      frame = 0
    },
  }
}
