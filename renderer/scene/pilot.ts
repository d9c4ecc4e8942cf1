/** The camera of a scene, moved by hands, keys and tools: at once, or in short flights. Knows nothing of what draws the scene. */
import { type Lens, lensOf } from './cloud.ts'
import { openFlight } from './flight.ts'
import { listenForHands, type Moves } from './gestures.ts'
import {
  fly,
  focusOn,
  inSight,
  lookAround,
  type Orbit,
  pan,
  poseOf,
  turn,
  type UpAxis,
  upsideDown,
  withFov,
  withUp,
  zoom,
} from './orbit.ts'
import type { Sphere, Vec3 } from './pose.ts'

export interface PilotOptions {
  /** Its hands are listened to. */
  readonly place: HTMLElement
  readonly orbit: Orbit
  /** What is looked at. */
  readonly sphere: () => Sphere
  /** `moving`: another view follows soon. `turned`: another axis is up. */
  readonly look: (orbit: Orbit, moving: boolean, turned: boolean) => void
}

export interface Pilot {
  readonly moves: Moves
  readonly orbit: Orbit
  /** Width over height of the place. */
  aspect(): number
  /** The camera of the place as it is now, in CSS pixels. */
  lens(): Lens
  /** Stands there, without being drawn. */
  start(orbit: Orbit): void
  /** Goes there, at once or in a short flight. */
  go(orbit: Orbit, gently?: boolean): void
  fit(): void
  upright(): void
  setUp(up: UpAxis): void
  setFov(degrees: number): void
  /** Whether drags turn the head instead of the scene. */
  setFlying(flying: boolean): void
  /** Turns about this place from now on, and goes closer. */
  approach(place: Vec3): void
  /** Keys that fly. Whether the key was one. */
  keyDown(event: KeyboardEvent): boolean
  keyUp(event: KeyboardEvent): void
  /** Lets go of all keys. */
  letGo(): void
  dispose(): void
}

/** No gesture is under way any more. */
const restMs = 180
/** The whole height of the window is half a turn. */
const turnOfHeight = Math.PI
/** Of the head, over the whole height: the field of view would follow the pointer exactly. */
const lookOfHeight = Math.PI / 3
/** Radii of the scene a second. */
const flightSpeed = 0.5
/** A wheel notch flies this many radii forward. */
const wheelFlight = 0.25
const gentleMs = 300
/** Going closer to what was clicked. */
const closer = 0.6

export function openPilot({ place, orbit: first, sphere, look }: PilotOptions): Pilot {
  let orbit = first
  let flying = false
  let resting: ReturnType<typeof setTimeout> | undefined
  let gentle = 0

  function set(next: Orbit): void {
    const turned = next.up !== orbit.up
    orbit = next
    look(next, true, turned)
    clearTimeout(resting)
    resting = setTimeout(() => look(orbit, false, false), restMs)
  }
  function move(next: Orbit): void {
    cancelAnimationFrame(gentle)
    set(next)
  }
  const aspect = (): number => place.clientWidth / Math.max(1, place.clientHeight)
  const lens = (): Lens => lensOf(poseOf(orbit), { width: place.clientWidth, height: place.clientHeight })
  const flight = openFlight({
    speed: () => flightSpeed * sphere().radius,
    move: (x, y, z) => move(fly(orbit, x, y, z)),
  })

  /** A short flight to another place, unless movement is not wanted. */
  function glide(to: Orbit): void {
    cancelAnimationFrame(gentle)
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      set(to)
      return
    }
    const from = orbit
    const start = performance.now()
    const mix = (a: number, b: number, t: number): number => a + (b - a) * t
    // The shorter way round.
    const yaw = from.yaw + Math.atan2(Math.sin(to.yaw - from.yaw), Math.cos(to.yaw - from.yaw))
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, now - start) / gentleMs)
      const t = part * part * (3 - 2 * part)
      set({
        ...to,
        target: to.target.map((v, i) => mix(from.target[i] ?? 0, v, t)) as unknown as Vec3,
        distance: from.distance * (to.distance / from.distance) ** t,
        yaw: mix(from.yaw, yaw, t),
        pitch: mix(from.pitch, to.pitch, t),
        fov: mix(from.fov, to.fov, t),
      })
      if (part < 1) gentle = requestAnimationFrame(step)
    }
    gentle = requestAnimationFrame(step)
  }

  const moves: Moves = {
    turn: (x, y) =>
      move(
        flying
          ? lookAround(orbit, -x * lookOfHeight, -y * lookOfHeight)
          : turn(orbit, -x * turnOfHeight, -y * turnOfHeight),
      ),
    pan: (x, y) => move(pan(orbit, x, y)),
    zoom: (by) =>
      move(flying ? fly(orbit, 0, 0, Math.log(by) * wheelFlight * 4 * sphere().radius) : zoom(orbit, by, sphere())),
  }
  const stopHands = listenForHands(place, moves)

  return {
    moves,
    get orbit() {
      return orbit
    },
    aspect,
    lens,
    start(next) {
      orbit = next
    },
    go: (next, gently = true) => (gently ? glide(next) : move(next)),
    fit: () => move(inSight(orbit, sphere(), aspect())),
    upright: () => move(upsideDown(orbit)),
    setUp: (up) => move(withUp(orbit, up)),
    setFov: (degrees) => move(withFov(orbit, degrees)),
    setFlying(next) {
      flying = next
      if (!next) flight.stop()
    },
    approach(found) {
      const camera = lens()
      const depth = camera.forward.reduce((sum, v, i) => sum + v * ((found[i] ?? 0) - (camera.eye[i] ?? 0)), 0)
      glide({ ...focusOn(orbit, found), distance: Math.max(sphere().radius / 1000, closer * depth) })
    },
    keyDown: (event) => flight.down(event),
    keyUp: (event) => flight.up(event),
    letGo: () => flight.stop(),
    dispose() {
      flight.stop()
      cancelAnimationFrame(gentle)
      clearTimeout(resting)
      stopHands()
    },
  }
}
