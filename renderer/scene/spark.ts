/**
 * Spark (three.js, WebGL 2) behind our interface. Draws only when something changes: the camera moves, the window is resized,
 * or Spark's workers finish sorting the splats, a frame later.
 */
import { type PackedSplats, SparkRenderer, SplatFileType, SplatMesh } from '@sparkjsdev/spark'
import { PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import { SightlineError } from '../../engine/types/problem.ts'
import { screenRatio } from '../theme/scale.ts'
import { formatOf } from './check.ts'
import { sphereOf } from './sphere.ts'
import type { Loaded, Pose, SceneView, SceneViewOptions, Sphere } from './view.ts'

const types = {
  ply: SplatFileType.PLY,
  splat: SplatFileType.SPLAT,
  ksplat: SplatFileType.KSPLAT,
  spz: SplatFileType.SPZ,
  sog: SplatFileType.PCSOGSZIP,
}

/**
 * Spark sorts again when the camera has moved by a thousandth, and stores sizes in a few bits: so the scene is scaled to this
 * radius, whatever its own unit.
 */
const drawnRadius = 10
/** Device pixels per CSS pixel: full at rest, fewer while moving. */
const sharpest = 2
const coarsest = 1
/** The number of splats sampled to find where the scene is. */
const sampled = 100_000
/** Fainter splats count as fog. */
const faintest = 0.1
const frameWait = 10_000

function where(splats: PackedSplats, count: number): Sphere {
  const step = Math.max(1, Math.floor(count / sampled))
  const found: number[] = []
  const all: number[] = []
  for (let i = 0; i < count; i += step) {
    const { center, scales, opacity } = splats.getSplat(i)
    const splat = [center.x, center.y, center.z, 2 * Math.max(scales.x, scales.y, scales.z)]
    if (!splat.every(Number.isFinite)) continue
    all.push(...splat)
    if (opacity >= faintest) found.push(...splat)
  }
  return sphereOf(Float64Array.from(found.length > 0 ? found : all))
}

/** Throws `scene.no-webgl`. */
export function openSpark({ canvas, onLost }: SceneViewOptions): SceneView {
  const context = canvas.getContext('webgl2', { alpha: true, antialias: false, premultipliedAlpha: true })
  if (!context) throw new SightlineError('scene.no-webgl')
  const renderer = new WebGLRenderer({ canvas, context, alpha: true, premultipliedAlpha: true })
  renderer.setClearColor(0, 0)
  // A read that is under way when the context is lost is rejected without a reason, and Spark does not catch it. It never
  // ends instead: the view that waits for it is closed.
  const read = renderer.readRenderTargetPixelsAsync.bind(renderer)
  renderer.readRenderTargetPixelsAsync = (...args) =>
    read(...args).catch((error: unknown) => {
      if (context.isContextLost()) return new Promise(() => undefined)
      throw error
    })
  const scene = new Scene()
  const camera = new PerspectiveCamera(50, 1, 0.01, 1000)
  const spark = new SparkRenderer({ renderer, onDirty: () => draw() })
  scene.add(spark)

  let mesh: SplatMesh | undefined
  let sphere: Sphere = { centre: [0, 0, 0], radius: 1 }
  let pose: Pose | undefined
  let moving = false
  let frame = 0
  let over = false

  const inside = (point: readonly [number, number, number]): [number, number, number] => {
    const scale = drawnRadius / sphere.radius
    const [x, y, z] = sphere.centre
    return [(point[0] - x) * scale, (point[1] - y) * scale, (point[2] - z) * scale]
  }

  function render(): void {
    frame = 0
    const { clientWidth: width, clientHeight: height } = canvas
    if (over || !pose || width === 0 || height === 0) return
    renderer.setPixelRatio(Math.min(screenRatio(), moving ? coarsest : sharpest))
    renderer.setSize(width, height, false)
    const target = inside(pose.target)
    const eye = inside(pose.eye)
    const distance = Math.hypot(eye[0] - target[0], eye[1] - target[1], eye[2] - target[2])
    Object.assign(camera, { fov: pose.fov, aspect: width / height, near: distance / 1000, far: distance + 1e4 })
    camera.up.set(...pose.up)
    camera.position.set(...eye)
    camera.lookAt(...target)
    camera.updateProjectionMatrix()
    renderer.render(scene, camera)
  }
  const draw = (): void => {
    if (!over && frame === 0) frame = requestAnimationFrame(render)
  }

  /** Everything loaded is drawn, in sorted order. */
  async function rested(): Promise<void> {
    const until = performance.now() + frameWait
    do {
      await new Promise(requestAnimationFrame)
    } while (!over && performance.now() < until && (frame !== 0 || spark.dirty || spark.sorting || spark.sortDirty))
  }

  /** Once the last sort has ended: Spark does not catch it when its worker or its context goes meanwhile. */
  const free = async (): Promise<void> => {
    const until = performance.now() + frameWait
    while ((spark.sorting || spark.sortDirty) && !context.isContextLost() && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 16))
    mesh?.dispose()
    spark.dispose()
    renderer.dispose()
    // A browser allows only a few contexts and releases them lazily.
    context.getExtension('WEBGL_lose_context')?.loseContext()
  }

  const lost = (event: Event): void => {
    event.preventDefault()
    onLost()
  }
  canvas.addEventListener('webglcontextlost', lost)
  const sizes = new ResizeObserver(draw)
  sizes.observe(canvas)

  return {
    async load(bytes, name): Promise<Loaded> {
      const next = new SplatMesh({
        fileBytes: bytes,
        fileType: types[formatOf(name)],
        fileName: name,
        raycastable: false,
      })
      try {
        await next.initialized
      } catch (error) {
        next.dispose()
        const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
        throw new SightlineError('scene.damaged', { name, message: message ?? '' }, error)
      }
      const { packedSplats } = next
      const splats = packedSplats?.getNumSplats() ?? 0
      if (!packedSplats || splats === 0) {
        next.dispose()
        throw new SightlineError('scene.nothing', { name })
      }
      if (mesh) {
        scene.remove(mesh)
        mesh.dispose()
      }
      mesh = next
      sphere = where(packedSplats, splats)
      mesh.scale.setScalar(drawnRadius / sphere.radius)
      mesh.position.set(...inside([0, 0, 0]))
      scene.add(mesh)
      draw()
      return { splats }
    },
    frame: () => sphere,
    look(next, soon) {
      pose = next
      moving = soon
      draw()
    },
    async snapshot() {
      await rested()
      // The buffer is valid for the rest of the frame that drew it.
      render()
      const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
      copy.getContext('2d')?.drawImage(canvas, 0, 0)
      return copy
    },
    dispose() {
      over = true
      cancelAnimationFrame(frame)
      sizes.disconnect()
      canvas.removeEventListener('webglcontextlost', lost)
      void free()
    },
  }
}
