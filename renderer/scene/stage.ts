/** A scene while it loads and while it is viewed: reads it, decodes it, keeps the camera, and reports its state. */
import { type Problem, SightlineError, toProblem } from '../../engine/types/problem.ts'
import { late } from '../ui/late.ts'
import { checkScene, formatOf, type SceneFormat } from './check.ts'
import { listenForHands, type Moves } from './gestures.ts'
import { inSight, type Orbit, pan, poseOf, turn, type UpAxis, upsideDown, withUp, zoom } from './orbit.ts'
import { plainScene, type SceneNote } from './plain.ts'
import type { SceneSource } from './source.ts'
import type { SceneView, Sphere } from './view.ts'

export type StageState =
  /** `part`: the fraction loaded, 0 to 1; absent: decoding. */
  | { readonly at: 'loading'; readonly part?: number }
  | { readonly at: 'shown'; readonly splats: number; readonly notes: readonly SceneNote[] }
  | { readonly at: 'failed'; readonly problem: Problem }

export interface StageOptions {
  readonly place: HTMLElement
  readonly source: SceneSource
  /** The camera before the graphics context was lost. */
  readonly orbit?: Orbit | undefined
  readonly onState: (state: StageState) => void
  readonly onOrbit: (orbit: Orbit) => void
}

export interface Stage extends Moves {
  fit(): void
  upright(): void
  setUp(up: UpAxis): void
  picture(): Promise<HTMLCanvasElement | undefined>
  dispose(): void
}

/** No gesture is under way any more. */
const restMs = 180
/** The whole height of the window is half a turn. */
const turnOfHeight = Math.PI
/** Cameras of captures have y down, as do files that keep their axes; .spz files are rotated when they are made. */
const usualUp: Readonly<Record<SceneFormat, UpAxis>> = { ply: '-y', splat: '-y', ksplat: '-y', sog: '-y', spz: 'y' }

const comingSpark = late(() => import('./spark.ts'))

export function openStage({ place, source, orbit: before, onState, onOrbit }: StageOptions): Stage {
  const end = new AbortController()
  const { signal } = end
  const canvas = document.createElement('canvas')
  let view: SceneView | undefined
  let sphere: Sphere = { centre: [0, 0, 0], radius: 1 }
  let orbit: Orbit = before ?? {
    target: [0, 0, 0],
    distance: 3,
    yaw: 0,
    pitch: 0,
    up: usualUp[formatOf(source.name)],
  }
  let resting: ReturnType<typeof setTimeout> | undefined

  function move(next: Orbit): void {
    orbit = next
    onOrbit(next)
    view?.look(poseOf(orbit), true)
    clearTimeout(resting)
    resting = setTimeout(() => view?.look(poseOf(orbit), false), restMs)
  }
  const aspect = (): number => place.clientWidth / Math.max(1, place.clientHeight)

  function fail(error: unknown): void {
    if (signal.aborted) return
    view?.dispose()
    view = undefined
    onState({ at: 'failed', problem: toProblem(error) })
  }

  async function open(): Promise<void> {
    onState({ at: 'loading', part: 0 })
    const coming = comingSpark()
    const read = await source.read((there) => onState({ at: 'loading', part: there / source.size }), signal)
    onState({ at: 'loading' })
    checkScene(read, source.name)
    const { bytes, notes } = await plainScene(read, source.name, signal)
    signal.throwIfAborted()
    const { openSpark } = await coming
    signal.throwIfAborted()
    view = openSpark({ canvas, onLost: () => fail(new SightlineError('scene.lost')) })
    const { splats } = await view.load(bytes, source.name)
    signal.throwIfAborted()
    sphere = view.frame()
    orbit = before ?? inSight(orbit, sphere, aspect())
    onOrbit(orbit)
    view.look(poseOf(orbit), false)
    await view.snapshot()
    signal.throwIfAborted()
    if (view) onState({ at: 'shown', splats, notes })
  }

  const moves: Moves = {
    turn: (x, y) => move(turn(orbit, -x * turnOfHeight, -y * turnOfHeight)),
    pan: (x, y) => move(pan(orbit, x, y)),
    zoom: (by) => move(zoom(orbit, by, sphere)),
  }
  place.prepend(canvas)
  const stopHands = listenForHands(place, moves)
  open().catch(fail)

  return {
    ...moves,
    fit: () => move(inSight(orbit, sphere, aspect())),
    upright: () => move(upsideDown(orbit)),
    setUp: (up) => move(withUp(orbit, up)),
    picture: async () => view?.snapshot(),
    dispose() {
      end.abort()
      clearTimeout(resting)
      stopHands()
      view?.dispose()
      view = undefined
      canvas.remove()
    },
  }
}
