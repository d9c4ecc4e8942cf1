/** A scene while it loads and while it is viewed: reads it, decodes it, and reports its state. Its camera is that of `pilot.ts`. */
import { type Problem, SightlineError, toProblem } from '../../engine/types/problem.ts'
import { late } from '../ui/late.ts'
import { checkScene, formatOf, type SceneFormat } from './check.ts'
import { type Cloud, type Lens, noCloud, placeUnder } from './cloud.ts'
import type { Moves } from './gestures.ts'
import { fov, inSight, type Orbit, poseOf, type UpAxis } from './orbit.ts'
import { partsOf } from './output.ts'
import { openPilot } from './pilot.ts'
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
  /** Of an output: the scene that is shown or on its way. */
  let name = options.name
  let reading: AbortController | undefined
  let shown: Extract<StageState, { at: 'shown' }> | undefined

  const pilot = openPilot({
    place,
    orbit: before ?? firstOrbit(source),
    sphere: () => sphere,
    look(next, moving, turned) {
      if (moving) onOrbit(next)
      if (turned) view?.style(style, next.up)
      view?.look(poseOf(next), moving)
    },
  })

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
    if (!shown && !before) pilot.start(inSight(pilot.orbit, sphere, pilot.aspect()))
    onOrbit(pilot.orbit)
    view.style(style, pilot.orbit.up)
    view.look(poseOf(pilot.orbit), false)
    await view.drawn()
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

  place.prepend(canvas)
  start()

  return {
    ...pilot.moves,
    get orbit() {
      return pilot.orbit
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
    fit: pilot.fit,
    upright: pilot.upright,
    setUp: pilot.setUp,
    setFov: pilot.setFov,
    setFlying: pilot.setFlying,
    focusAt(x, y) {
      const found = view && placeUnder(view.cloud(), pilot.lens(), x, y)
      if (found) pilot.approach(found)
    },
    setStyle(next) {
      style = next
      view?.style(style, pilot.orbit.up)
    },
    go: pilot.go,
    lens: pilot.lens,
    under: (x, y) => view && placeUnder(view.cloud(), pilot.lens(), x, y),
    mark: (splats) => view?.mark(splats),
    keyDown: pilot.keyDown,
    keyUp: pilot.keyUp,
    letGo: pilot.letGo,
    renew(next) {
      if (!('output' in source) || (next !== undefined && next === name)) return
      name = next
      start()
    },
    picture: async (of) => view?.snapshot(of),
    dispose() {
      end.abort()
      reading?.abort()
      pilot.dispose()
      view?.dispose()
      view = undefined
      canvas.remove()
    },
  }
}
