/** A scene while it loads and while it is viewed: reads it, decodes it, keeps the camera, and reports its state. */
import { type Problem, SightlineError, toProblem } from '../../engine/types/problem.ts'
import { late } from '../ui/late.ts'
import { checkScene, formatOf, type SceneFormat } from './check.ts'
import { type Cloud, type Lens, lensOf, noCloud, placeUnder } from './cloud.ts'
import { openFlight } from './flight.ts'
import { listenForHands, type Moves } from './gestures.ts'
import {
  fly,
  focusOn,
  fov,
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
import { partsOf } from './output.ts'
import { plainScene, type SceneNote } from './plain.ts'
import type { Size, Sphere, Vec3 } from './pose.ts'
import type { FileSource, OutputSource, SceneSource } from './source.ts'
import type { Drawn, Filling, Loaded, SceneView, Style } from './view.ts'

export type StageState =
  /** `part`: the fraction loaded, 0 to 1; absent: decoding. */
  | { readonly at: 'loading'; readonly part?: number }
  /** `renewing`: the fraction of the next scene that is here. */
  | {
      readonly at: 'shown'
      readonly loaded: Loaded
      readonly notes: readonly SceneNote[]
      readonly renewing?: number | undefined
    }
  /** It has no splats. */
  | { readonly at: 'empty' }
  | { readonly at: 'failed'; readonly problem: Problem }

export interface StageOptions {
  readonly place: HTMLElement
  readonly source: SceneSource
  /** Of an output: the scene that it has now, as `renew` is told. */
  readonly name?: string | undefined
  /** The camera before the graphics context was lost, or before it was closed. */
  readonly orbit?: Orbit | undefined
  readonly style: Style
  readonly onState: (state: StageState) => void
  readonly onOrbit: (orbit: Orbit) => void
  readonly onDrawn: (drawn: Drawn) => void
}

export interface Stage extends Moves {
  fit(): void
  upright(): void
  setUp(up: UpAxis): void
  setFov(degrees: number): void
  /** Whether drags turn the head instead of the scene. */
  setFlying(flying: boolean): void
  /** Turns about what is seen there from now on, and goes closer. In CSS pixels of the place. */
  focusAt(x: number, y: number): void
  setStyle(style: Style): void
  /** Goes there, at once or in a short flight. */
  go(orbit: Orbit, gently?: boolean): void
  readonly orbit: Orbit
  readonly sphere: Sphere
  readonly cloud: Cloud
  /** The camera of the place as it is now, in CSS pixels. */
  lens(): Lens
  /** What is seen there, in scene units. */
  under(x: number, y: number): Vec3 | undefined
  mark(splats: readonly number[] | Uint32Array): void
  /** Keys that fly. Whether the key was one. */
  keyDown(event: KeyboardEvent): boolean
  keyUp(event: KeyboardEvent): void
  /** Lets go of all keys. */
  letGo(): void
  /** The output has another scene: reads it, if it is one that is not here yet. */
  renew(name: string | undefined): void
  picture(size?: Size): Promise<HTMLCanvasElement | undefined>
  readonly longest: number
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
/** Cameras of captures have y down, as do files that keep their axes; .spz files are rotated when they are made. */
const usualUp: Readonly<Record<SceneFormat, UpAxis>> = { ply: '-y', splat: '-y', ksplat: '-y', sog: '-y', spz: 'y' }

const comingSpark = late(() => import('./spark.ts'))

const firstOrbit = (source: SceneSource): Orbit => ({
  ...{ target: [0, 0, 0], distance: 3, yaw: 0, pitch: 0, fov },
  up: 'output' in source ? '-y' : usualUp[formatOf(source.name)],
})

export function openStage(options: StageOptions): Stage {
  const { place, source, orbit: before, onState, onOrbit, onDrawn } = options
  const end = new AbortController()
  const { signal } = end
  const canvas = document.createElement('canvas')
  let style = options.style
  let view: SceneView | undefined
  let sphere: Sphere = { centre: [0, 0, 0], radius: 1 }
  let orbit: Orbit = before ?? firstOrbit(source)
  let flying = false
  let resting: ReturnType<typeof setTimeout> | undefined
  let gentle = 0
  /** Of an output: the scene that is shown or on its way. */
  let name = options.name
  let reading: AbortController | undefined
  let shown: Extract<StageState, { at: 'shown' }> | undefined

  function move(next: Orbit): void {
    cancelAnimationFrame(gentle)
    set(next)
  }
  function set(next: Orbit): void {
    const turned = next.up !== orbit.up
    orbit = next
    onOrbit(next)
    if (turned) view?.style(style, orbit.up)
    view?.look(poseOf(orbit), true)
    clearTimeout(resting)
    resting = setTimeout(() => view?.look(poseOf(orbit), false), restMs)
  }
  const aspect = (): number => place.clientWidth / Math.max(1, place.clientHeight)
  const size = (): Size => ({ width: place.clientWidth, height: place.clientHeight })
  const lens = (): Lens => lensOf(poseOf(orbit), size())
  const flight = openFlight({
    speed: () => flightSpeed * sphere.radius,
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

  function fail(error: unknown): void {
    if (signal.aborted) return
    reading?.abort()
    view?.dispose()
    view = undefined
    shown = undefined
    name = undefined
    onState({ at: 'failed', problem: toProblem(error) })
  }

  async function opened(): Promise<SceneView> {
    if (view) return view
    const { openSpark } = await comingSpark()
    signal.throwIfAborted()
    view ??= openSpark({ canvas, onDrawn, onLost: () => fail(new SightlineError('scene.lost')) })
    return view
  }

  /** Looks at what has been loaded, and says so once it is drawn. */
  async function present(loaded: Loaded, notes: readonly SceneNote[], stop: AbortSignal): Promise<void> {
    if (!view) return
    sphere = view.frame()
    if (!shown && !before) orbit = inSight(orbit, sphere, aspect())
    onOrbit(orbit)
    view.style(style, orbit.up)
    view.look(poseOf(orbit), false)
    await view.snapshot()
    stop.throwIfAborted()
    if (!view) return
    shown = { at: 'shown', loaded, notes }
    onState(shown)
  }

  async function openFile(file: FileSource): Promise<void> {
    onState({ at: 'loading', part: 0 })
    const coming = comingSpark()
    const read = await file.read((there) => onState({ at: 'loading', part: there / file.size }), signal)
    onState({ at: 'loading' })
    checkScene(read, file.name)
    const { bytes, notes } = await plainScene(read, file.name, signal)
    signal.throwIfAborted()
    await coming
    const loaded = await (await opened()).load(bytes, file.name)
    signal.throwIfAborted()
    await present(loaded, notes, signal)
  }

  async function openOutput({ output }: OutputSource): Promise<void> {
    reading?.abort()
    const own = new AbortController()
    reading = own
    const stop = AbortSignal.any([signal, own.signal])
    if (!shown) onState({ at: 'loading', part: 0 })
    const target = await opened()
    let filling: Filling | undefined
    let current: string | undefined
    let empty = false
    for await (const part of partsOf(output, stop)) {
      if (!filling || part.name !== current) filling = target.fill(part.head)
      current = part.name
      name = part.name
      empty = part.head.count === 0
      filling?.add(part.numbers)
      const there = part.to / Math.max(1, part.head.count)
      onState(shown ? { ...shown, renewing: there } : { at: 'loading', part: there })
    }
    stop.throwIfAborted()
    if (empty || !filling) {
      shown = undefined
      onState({ at: 'empty' })
      return
    }
    await present(filling.end(), [], stop)
  }

  const open = async (): Promise<void> => ('output' in source ? openOutput(source) : openFile(source))
  const start = (): void => {
    const own = open()
    own.catch((error) => {
      // A newer scene has replaced this one.
      if ((error as Error)?.name !== 'AbortError') fail(error)
    })
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
      move(flying ? fly(orbit, 0, 0, Math.log(by) * wheelFlight * 4 * sphere.radius) : zoom(orbit, by, sphere)),
  }
  place.prepend(canvas)
  const stopHands = listenForHands(place, moves)
  start()

  return {
    ...moves,
    get orbit() {
      return orbit
    },
    get sphere() {
      return sphere
    },
    get cloud() {
      return view?.cloud() ?? noCloud
    },
    get longest() {
      return view?.longest ?? 0
    },
    fit: () => move(inSight(orbit, sphere, aspect())),
    upright: () => move(upsideDown(orbit)),
    setUp: (up) => move(withUp(orbit, up)),
    setFov: (degrees) => move(withFov(orbit, degrees)),
    setFlying(next) {
      flying = next
      if (!next) flight.stop()
    },
    focusAt(x, y) {
      const camera = lens()
      const found = view && placeUnder(view.cloud(), camera, x, y)
      if (!found) return
      const depth = camera.forward.reduce((sum, v, i) => sum + v * ((found[i] ?? 0) - (camera.eye[i] ?? 0)), 0)
      glide({ ...focusOn(orbit, found), distance: Math.max(sphere.radius / 1000, closer * depth) })
    },
    setStyle(next) {
      style = next
      view?.style(style, orbit.up)
    },
    go: (next, gently = true) => (gently ? glide(next) : move(next)),
    lens,
    under: (x, y) => view && placeUnder(view.cloud(), lens(), x, y),
    mark: (splats) => view?.mark(splats),
    keyDown: (event) => flight.down(event),
    keyUp: (event) => flight.up(event),
    letGo: () => flight.stop(),
    renew(next) {
      if (!('output' in source) || (next !== undefined && next === name)) return
      name = next
      start()
    },
    picture: async (of) => view?.snapshot(of),
    dispose() {
      end.abort()
      reading?.abort()
      flight.stop()
      cancelAnimationFrame(gentle)
      clearTimeout(resting)
      stopHands()
      view?.dispose()
      view = undefined
      canvas.remove()
    },
  }
}
