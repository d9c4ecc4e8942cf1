/**
 * Spark (three.js, WebGL 2) behind our interface. Draws only when something changes: the camera moves, the window is resized,
 * or Spark's workers finish sorting the splats, a frame later.
 */
import { dyno, PackedSplats, RgbaArray, SparkRenderer, SplatFileType, SplatMesh, utils } from '@sparkjsdev/spark'
import { type Group, LineSegments, PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import type { SceneHead } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { coreOf, type SplatArrays } from '../../engine/values/index.ts'
import { screenRatio } from '../theme/scale.ts'
import { Budget } from './budget.ts'
import { formatOf } from './check.ts'
import { type Cloud, noCloud, placeAt } from './cloud.ts'
import { guidesOf } from './guides.ts'
import type { UpAxis } from './orbit.ts'
import type { Pose, Size, Sphere } from './pose.ts'
import { spreadOf } from './spread.ts'
import { type Filling, type Loaded, type SceneView, type SceneViewOptions, usualStyle } from './view.ts'

const types = {
  ply: SplatFileType.PLY,
  splat: SplatFileType.SPLAT,
  ksplat: SplatFileType.KSPLAT,
  spz: SplatFileType.SPZ,
  sog: SplatFileType.PCSOGSZIP,
}

/**
 * Spark sorts again when the camera has moved by a thousandth, and stores places and sizes in a few bits: so the scene is drawn
 * with this radius about its middle, whatever its own unit.
 */
const drawnRadius = 10
/** Device pixels per CSS pixel: full at rest, fewer while moving. */
const sharpest = 2
const coarsest = 1
const frameWait = 10_000
/** The largest radius of a splat, in pixels of the window: Spark's own. */
const largest = 512

/** The screen-space filter of 3D Gaussian splatting, in square pixels. */
const lowpass = 0.3
/** Dots are this large, as a variance in square pixels and a radius in pixels. */
const dot = { blur: 0.7, radius: 2.2 } as const
const marked = [1, 0.16, 0.16] as const
const guideLines = 0x808890

/** The zeroth harmonic: a colour is 0.5 + this × the coefficient. */
const harmonic = 0.28209479177387814

/** Words of 32 bits for each splat: its base, and the harmonics of degree 1 to 3. */
const words = [4, 2, 4, 4] as const
const levels = ['sh1', 'sh2', 'sh3'] as const

/** The same numbers in the order in which any first part is spread over the scene. */
function spread(array: Uint32Array, width: number, count: number, place: (index: number) => number): Uint32Array {
  const out = new Uint32Array(array.length)
  for (let i = 0; i < count; i++) {
    const [from, to] = [i * width, place(i) * width]
    for (let k = 0; k < width; k++) out[to + k] = array[from + k] ?? 0
  }
  return out
}

const degreeOf = (splats: PackedSplats): number => levels.filter((level) => splats.extra[level]).length

interface Content {
  readonly mesh: SplatMesh
  readonly splats: PackedSplats
  readonly cloud: Cloud
  readonly sphere: Sphere
  readonly place: (index: number) => number
  /** A place of the scene as the mesh has it: units, and where its origin is. */
  readonly inUnits: boolean
}

/** Throws `scene.no-webgl`. */
export function openSpark({ canvas, onLost, onDrawn }: SceneViewOptions): SceneView {
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
  const longest = Math.min(
    8192,
    Number(context.getParameter(context.MAX_RENDERBUFFER_SIZE)),
    ...Array.from(context.getParameter(context.MAX_VIEWPORT_DIMS) as Int32Array),
  )
  const scene = new Scene()
  const camera = new PerspectiveCamera(50, 1, 0.01, 1000)
  const spark = new SparkRenderer({ renderer, onDirty: () => draw() })
  scene.add(spark)

  let content: Content | undefined
  let guides: Group | undefined
  let style = usualStyle
  let pose: Pose | undefined
  let moving = false
  let frame = 0
  let over = false
  const budget = new Budget()
  const scale = dyno.dynoFloat(1)
  const resized = dyno.dynoBlock({ gsplat: dyno.Gsplat }, { gsplat: dyno.Gsplat }, ({ gsplat }) => {
    if (!gsplat) throw new Error('a modifier without a splat')
    const { scales } = dyno.splitGsplat(gsplat).outputs
    return { gsplat: dyno.combineGsplat({ gsplat, scales: dyno.mul(scales, scale) }) }
  })

  const inside = (point: readonly [number, number, number]): [number, number, number] => {
    const { centre, radius } = content?.sphere ?? { centre: [0, 0, 0], radius: 1 }
    const by = drawnRadius / radius
    return [(point[0] - centre[0]) * by, (point[1] - centre[1]) * by, (point[2] - centre[2]) * by]
  }

  /** How many splats are drawn now. */
  function limit(): number {
    if (!content) return 0
    const { count } = content.cloud
    const drawn = moving && style.budget ? budget.limit(count) : count
    if (content.splats.numSplats !== drawn) {
      content.splats.numSplats = drawn
      content.mesh.updateVersion()
    }
    return drawn
  }

  /** In a picture that is `by` as large as the window, splats are too. */
  function reach(by = 1): void {
    spark.maxPixelRadius = style.points ? dot.radius : largest * Math.max(1, by)
  }

  function paint(width: number, height: number): void {
    if (!pose) return
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

  function render(): void {
    frame = 0
    const { clientWidth: width, clientHeight: height } = canvas
    if (over || !pose || width === 0 || height === 0) return
    const splats = limit()
    reach()
    renderer.setPixelRatio(Math.min(screenRatio(), moving ? coarsest : sharpest))
    renderer.setSize(width, height, false)
    paint(width, height)
    if (content) onDrawn?.({ splats, ms: budget.drawn(splats, moving) })
  }
  const draw = (): void => {
    if (!over && frame === 0) frame = requestAnimationFrame(render)
  }

  /** Everything loaded is drawn, in sorted order. */
  async function rested(again: () => void): Promise<void> {
    const until = performance.now() + frameWait
    do {
      again()
      await new Promise(requestAnimationFrame)
    } while (!over && performance.now() < until && (frame !== 0 || spark.dirty || spark.sorting || spark.sortDirty))
  }

  /** Once the last sort has ended: Spark does not catch it when its worker or its context goes meanwhile. */
  const free = async (): Promise<void> => {
    const until = performance.now() + frameWait
    while ((spark.sorting || spark.sortDirty) && !context.isContextLost() && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 16))
    content?.mesh.dispose()
    spark.dispose()
    renderer.dispose()
    // A browser allows only a few contexts and releases them lazily.
    context.getExtension('WEBGL_lose_context')?.loseContext()
  }

  function dropGuides(): void {
    if (!guides) return
    scene.remove(guides)
    guides.traverse((object) => {
      if (!(object instanceof LineSegments)) return
      object.geometry.dispose()
      object.material.dispose()
    })
    guides = undefined
  }

  function show(next: Content): void {
    if (content) {
      scene.remove(content.mesh)
      content.mesh.dispose()
    }
    content = next
    budget.forget()
    const { mesh, sphere } = next
    if (next.inUnits) {
      mesh.scale.setScalar(drawnRadius / sphere.radius)
      mesh.position.set(...inside([0, 0, 0]))
    }
    mesh.objectModifier = resized
    scene.add(mesh)
    draw()
  }

  const lost = (event: Event): void => {
    event.preventDefault()
    onLost()
  }
  canvas.addEventListener('webglcontextlost', lost)
  const sizes = new ResizeObserver(draw)
  sizes.observe(canvas)

  /** The places of a scene that Spark has read. */
  function cloudOf(splats: PackedSplats, count: number): Cloud {
    const cloud = {
      count,
      centres: new Float32Array(3 * count),
      sizes: new Float32Array(count),
      opacities: new Float32Array(count),
    }
    for (let i = 0; i < count; i++) {
      const { center, scales, opacity } = splats.getSplat(i)
      cloud.centres.set([center.x, center.y, center.z], 3 * i)
      cloud.sizes[i] = Math.max(scales.x, scales.y, scales.z)
      cloud.opacities[i] = opacity
    }
    return cloud
  }
  const sphereOfCloud = (cloud: Cloud): Sphere =>
    coreOf(cloud.count, (i) => [...placeAt(cloud, i), cloud.sizes[i] ?? 0, cloud.opacities[i] ?? 0] as const)

  return {
    longest,
    async load(bytes, name): Promise<Loaded> {
      const mesh = new SplatMesh({
        fileBytes: bytes,
        fileType: types[formatOf(name)],
        fileName: name,
        raycastable: false,
      })
      try {
        await mesh.initialized
      } catch (error) {
        mesh.dispose()
        const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
        throw new SightlineError('scene.damaged', { name, message: message ?? '' }, error)
      }
      const { packedSplats } = mesh
      const count = packedSplats?.getNumSplats() ?? 0
      if (!packedSplats?.packedArray || count === 0) {
        mesh.dispose()
        throw new SightlineError('scene.nothing', { name })
      }
      const place = spreadOf(count)
      const cloud = cloudOf(packedSplats, count)
      packedSplats.packedArray = spread(packedSplats.packedArray, words[0], count, place)
      for (const [i, level] of levels.entries()) {
        const array = packedSplats.extra[level]
        if (array instanceof Uint32Array) packedSplats.extra[level] = spread(array, words[i + 1] ?? 4, count, place)
      }
      show({ mesh, splats: packedSplats, cloud, sphere: sphereOfCloud(cloud), place, inUnits: true })
      const degree = degreeOf(packedSplats)
      return { splats: count, degree, antialiased: undefined, space: undefined, clipped: undefined }
    },
    fill: (head) => filling(head, show),
    frame: () => content?.sphere ?? { centre: [0, 0, 0], radius: 1 },
    cloud: () => content?.cloud ?? noCloud,
    style(next, up: UpAxis) {
      style = next
      scale.value = next.scale
      spark.preBlurAmount = next.points ? dot.blur : next.antialiased ? 0 : lowpass
      spark.blurAmount = next.points || !next.antialiased ? 0 : lowpass
      dropGuides()
      if (content) {
        const { mesh, cloud, sphere } = content
        if (mesh.maxSh !== next.degree) {
          mesh.maxSh = next.degree
          mesh.updateGenerator()
        }
        mesh.updateVersion()
        if (next.axes || next.grid) {
          guides = guidesOf(next, { cloud, sphere, up, lines: guideLines })
          guides.scale.setScalar(drawnRadius / sphere.radius)
          guides.position.set(...inside([0, 0, 0]))
          scene.add(guides)
        }
      }
      draw()
    },
    mark(chosen) {
      if (!content) return
      const { mesh, splats, cloud, place } = content
      if (chosen.length === 0 && !mesh.splatRgba) return
      mesh.splatRgba?.dispose()
      mesh.splatRgba = null
      if (chosen.length > 0) {
        splats.numSplats = cloud.count
        const rgba = new Uint8Array(4 * utils.getTextureSize(cloud.count).maxSplats)
        const { packedArray } = splats
        for (let i = 0; i < cloud.count; i++) {
          const word = packedArray?.[4 * i] ?? 0
          rgba.set([word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24], 4 * i)
        }
        for (const i of chosen)
          rgba.set(
            marked.map((v) => Math.round(255 * v)),
            4 * place(i),
          )
        mesh.splatRgba = new RgbaArray({ array: rgba, count: cloud.count })
      }
      mesh.updateGenerator()
      mesh.updateVersion()
      draw()
    },
    look(next, soon) {
      pose = next
      if (moving !== soon) budget.pause()
      moving = soon
      draw()
    },
    async snapshot(size?: Size) {
      moving = false
      const small = { width: canvas.clientWidth, height: canvas.clientHeight }
      if (!size) {
        await rested(() => undefined)
        // The buffer is valid for the rest of the frame that drew it.
        render()
      } else {
        const once = (): void => {
          cancelAnimationFrame(frame)
          frame = 0
          limit()
          reach(size.height / Math.max(1, small.height))
          renderer.setPixelRatio(1)
          renderer.setSize(size.width, size.height, false)
          paint(size.width, size.height)
        }
        await rested(once)
        once()
      }
      const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
      copy.getContext('2d')?.drawImage(canvas, 0, 0)
      if (size && small.width > 0) draw()
      return copy
    },
    dispose() {
      over = true
      cancelAnimationFrame(frame)
      sizes.disconnect()
      canvas.removeEventListener('webglcontextlost', lost)
      dropGuides()
      void free()
    },
  }
}

/** Puts the numbers of an output into Spark's form as they arrive. */
function filling(head: SceneHead, show: (content: Content) => void): Filling {
  const { count, degree, core } = head
  const sphere: Sphere = core ?? { centre: [0, 0, 0], radius: 1 }
  const by = drawnRadius / sphere.radius
  const [cx, cy, cz] = sphere.centre
  const { maxSplats } = utils.getTextureSize(Math.max(1, count))
  const base = new Uint32Array(words[0] * maxSplats)
  const higher = levels.slice(0, degree).map((_, i) => new Uint32Array((words[i + 1] ?? 4) * maxSplats))
  const cloud = {
    count,
    centres: new Float32Array(3 * count),
    sizes: new Float32Array(count),
    opacities: new Float32Array(count),
  }
  const place = spreadOf(count)
  const coefficients = (degree + 1) ** 2
  let at = 0
  let clipped = 0

  function colours(sh: Float32Array, i: number, to: number): void {
    const encode = [utils.encodeSh1Rgb, utils.encodeSh2Rgb, utils.encodeSh3Rgb] as const
    for (let level = 1; level <= degree; level++) {
      const start = 3 * (coefficients * i + level * level)
      encode[level - 1]?.(higher[level - 1] as Uint32Array, to, sh.subarray(start, start + 3 * (2 * level + 1)))
    }
  }

  return {
    add({ means, quats, scales, opacities, sh }: SplatArrays) {
      cloud.centres.set(means, 3 * at)
      cloud.opacities.set(opacities, at)
      const each = 3 * coefficients
      for (let i = 0; i < opacities.length; i++, at++) {
        const [x = 0, y = 0, z = 0] = [means[3 * i], means[3 * i + 1], means[3 * i + 2]]
        const [a = 0, b = 0, c = 0] = [scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]]
        const r = 0.5 + harmonic * (sh[each * i] ?? 0)
        const g = 0.5 + harmonic * (sh[each * i + 1] ?? 0)
        const blue = 0.5 + harmonic * (sh[each * i + 2] ?? 0)
        cloud.sizes[at] = Math.max(a, b, c)
        if (Math.min(r, g, blue) < 0 || Math.max(r, g, blue) > 1) clipped++
        const [w = 1, qx = 0, qy = 0, qz = 0] = [quats[4 * i], quats[4 * i + 1], quats[4 * i + 2], quats[4 * i + 3]]
        const length = Math.hypot(w, qx, qy, qz) || 1
        // A splat with a number that is none is not drawn.
        const finite = Number.isFinite(x + y + z + a + b + c + length + r + g + blue)
        const [opacity, k] = finite ? [opacities[i] ?? 0, 1 / length] : [0, 0]
        const to = place(at)
        if (finite)
          utils.setPackedSplat(
            base,
            to,
            ...([(x - cx) * by, (y - cy) * by, (z - cz) * by, a * by, b * by, c * by] as const),
            ...([qx * k, qy * k, qz * k, w * k, opacity, r, g, blue] as const),
          )
        if (finite && degree > 0) colours(sh, i, to)
      }
    },
    end() {
      const extra = Object.fromEntries(higher.map((array, i) => [levels[i], array]))
      const splats = new PackedSplats({ packedArray: base, numSplats: count, extra })
      const mesh = new SplatMesh({ packedSplats: splats, raycastable: false })
      show({ mesh, splats, cloud, sphere, place, inUnits: false })
      return { splats: count, degree, antialiased: head.antialiased, space: head.space, clipped }
    },
  }
}
