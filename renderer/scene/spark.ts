/**
 * Spark (three.js, WebGL 2) behind our interface: it stores and sorts the splats; they are drawn by shaders of ours (`parts.ts`).
 * While the camera moves, as many as there is time for, in the order of a frame or two before. At rest in steps: each is sorted for
 * this view, drawn in parts, and shown when it is whole.
 */
import { dyno, RgbaArray, SplatFileType, SplatMesh } from '@sparkjsdev/spark'
import { type Group, LineSegments, PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import { SightlineError } from '../../engine/types/problem.ts'
import { rules } from '../../engine/values/splat-rules.ts'
import { screenRatio } from '../theme/scale.ts'
import { Budget } from './budget.ts'
import { formatOf } from './check.ts'
import { noCloud } from './cloud.ts'
import { guidesOf } from './guides.ts'
import type { UpAxis } from './orbit.ts'
import { type Content, coloursOf, contentOf, drawnRadius, filling, isFine, readsFine } from './packing.ts'
import { openPainter, type Painter } from './parts.ts'
import type { Pose, Size } from './pose.ts'
import { type Loaded, type SceneView, type SceneViewOptions, usualStyle } from './view.ts'

const types = {
  ply: SplatFileType.PLY,
  splat: SplatFileType.SPLAT,
  ksplat: SplatFileType.KSPLAT,
  spz: SplatFileType.SPZ,
  sog: SplatFileType.PCSOGSZIP,
}

/** Device pixels per CSS pixel: full at rest, fewer while moving. */
const sharpest = 2
const coarsest = 1
/** What was sorted at rest is still drawn in motion if it has at most this many times the splats that there is time for. */
const stillQuick = 1.5
/** Larger splats are drawn as large as this, in pixels: beyond any window. */
const largest = 16_384

/** Dots are this large, as a variance in square pixels and a radius in pixels. */
const dot = { blur: 0.7, radius: 2.6 } as const
const marked = [255, 41, 41] as const
const guideLines = 0x808890

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

  let content: Content | undefined
  let painter: Painter | undefined
  let guides: Group | undefined
  let style = usualStyle
  let pose: Pose | undefined
  let moving = false
  let frame = 0
  let over = false
  /** Each view has its own: steps of an older one end. */
  let turn = 0
  /** Splats that are sorted, and for which view. */
  let sorted = 0
  let sortedFor: number | undefined
  let sorting: Promise<void> | undefined
  /** The graphics are still drawing the last frame. */
  let drawing = false
  /** Pictures under way, one after the other, which nothing may disturb. */
  let pictures = 0
  let lastPicture: Promise<unknown> = Promise.resolve()
  let waiting: (() => void)[] = []
  let shown = false
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

  function setStyle(): void {
    if (!painter) return
    const { spark } = painter
    scale.value = style.scale
    spark.preBlurAmount = style.points ? dot.blur : style.antialiased ? 0 : rules.lowpass
    spark.blurAmount = style.points || !style.antialiased ? 0 : rules.lowpass
  }

  /** In a picture that is `by` as large as the window, dots are too. */
  function stand(width: number, height: number, by = 1): void {
    if (!pose || !painter) return
    painter.spark.maxPixelRadius = style.points ? dot.radius * Math.max(1, by) : largest
    const target = inside(pose.target)
    const eye = inside(pose.eye)
    const distance = Math.hypot(eye[0] - target[0], eye[1] - target[1], eye[2] - target[2])
    Object.assign(camera, { fov: pose.fov, aspect: width / height, near: distance / 1000, far: distance + 1e4 })
    camera.up.set(...pose.up)
    camera.position.set(...eye)
    camera.lookAt(...target)
    camera.updateProjectionMatrix()
    camera.updateMatrixWorld()
    scene.updateMatrixWorld()
  }

  /** Makes the first `count` splats ready for the view of the camera, and sorts them. One after the other. */
  const sort = async (count: number): Promise<void> => {
    while (sorting) await sorting
    const of = content
    if (!of || !painter || over) return
    const { splats, mesh } = of
    const { spark } = painter
    if (splats.numSplats !== count) {
      splats.numSplats = count
      mesh.updateVersion()
    }
    const own = turn
    const began = performance.now()
    const run: Promise<void> = spark
      .update({ scene, camera })
      .then(() => {
        // Another scene has come.
        if (content !== of) return
        sorted = count
        sortedFor = own
        budget.readied(count, performance.now() - began)
      })
      .catch((error: unknown) => {
        // Its worker or its context may be gone, and this view with it.
        if (!over && content === of && !context.isContextLost()) reportError(error)
      })
      .finally(() => {
        if (sorting === run) sorting = undefined
      })
    sorting = run
    await run
  }

  function sizeCanvas(width: number, height: number): void {
    renderer.setPixelRatio(1)
    // Setting it empties it.
    if (canvas.width !== width || canvas.height !== height) renderer.setSize(width, height, false)
  }
  const pixels = (most: number): Size => {
    const ratio = Math.min(screenRatio(), most)
    return { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) }
  }
  function seen(splats: number): void {
    shown = true
    onDrawn?.({ splats, ms: budget.drawn(splats, moving) })
    for (const resolve of waiting.splice(0)) resolve()
  }
  const onlySplats = (hidden: boolean): void => {
    if (guides) guides.visible = !hidden
  }

  /** A frame while the camera moves. */
  function move(): void {
    if (!content || !painter) return
    const { width, height } = pixels(coarsest)
    stand(width, height)
    const { count } = content.cloud
    const wanted = style.budget ? budget.limit(count, sorted) : count
    if (!sorting && sortedFor !== turn) void sort(wanted).then(() => moving && draw())
    if (sorted === 0 || sorted > stillQuick * wanted) return
    sizeCanvas(width, height)
    painter.paint(scene, camera)
    seen(sorted)
    drawing = true
    void painter.finished().then(() => {
      drawing = false
    })
  }

  /** More and more of it, until all is there or something moves. */
  async function rest(): Promise<void> {
    const own = turn
    const stopped = (): boolean => over || own !== turn || moving
    for (let last = 0; content && painter; ) {
      const { count } = content.cloud
      const next = style.budget ? budget.next(count, last) : count
      if (next <= last) return
      const size = pixels(sharpest)
      stand(size.width, size.height)
      await sort(next)
      if (stopped()) return
      const began = performance.now()
      if (!(await painter.paintParts(scene, camera, size, onlySplats, stopped))) return
      budget.rested(next, performance.now() - began)
      sizeCanvas(size.width, size.height)
      painter.put()
      seen(next)
      last = next
    }
  }

  /** All of it as a picture of its own. */
  async function pictureOf(size: Size): Promise<HTMLCanvasElement> {
    const copy = Object.assign(document.createElement('canvas'), size)
    if (!content || !painter || size.width * size.height === 0) return copy
    stand(size.width, size.height, size.height / Math.max(1, pixels(1).height))
    await sort(content.cloud.count)
    if (!(await painter.paintParts(scene, camera, size, onlySplats, () => over))) return copy
    sizeCanvas(size.width, size.height)
    painter.put()
    // The buffer is valid for the rest of the frame that drew it.
    copy.getContext('2d')?.drawImage(canvas, 0, 0)
    return copy
  }

  function render(): void {
    frame = 0
    if (over || pictures > 0 || !pose || !content || canvas.clientWidth === 0 || canvas.clientHeight === 0) return
    if (!moving) void rest()
    else if (drawing) draw()
    else move()
  }
  function draw(): void {
    if (!over && frame === 0) frame = requestAnimationFrame(render)
  }
  /** What is seen has changed. */
  function change(): void {
    turn++
    draw()
  }

  /** Once the last sort has ended: Spark does not catch it when its worker or its context goes meanwhile. */
  const free = async (): Promise<void> => {
    if (!context.isContextLost()) await sorting
    content?.mesh.dispose()
    painter?.dispose()
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
    const before = content
    const brush = painter
    const fine = isFine(next.splats)
    if (before) {
      scene.remove(before.mesh)
      before.mesh.dispose()
    }
    if (!brush || before === undefined || isFine(before.splats) !== fine) {
      if (brush) {
        scene.remove(brush.spark)
        // What it sorts is of no use any more, but must end.
        void Promise.resolve(sorting).then(() => brush.dispose())
        sorting = undefined
      }
      painter = openPainter(renderer, context as WebGL2RenderingContext, fine)
      scene.add(painter.spark)
    }
    content = next
    sorted = 0
    shown = false
    budget.forget()
    setStyle()
    const { mesh, sphere } = next
    if (next.inUnits) {
      mesh.scale.setScalar(drawnRadius / sphere.radius)
      mesh.position.set(...inside([0, 0, 0]))
    }
    mesh.objectModifier = resized
    scene.add(mesh)
    change()
  }

  const lost = (event: Event): void => {
    event.preventDefault()
    onLost()
  }
  canvas.addEventListener('webglcontextlost', lost)
  const sizes = new ResizeObserver(change)
  sizes.observe(canvas)

  return {
    longest,
    async load(bytes, name): Promise<Loaded> {
      const mesh = new SplatMesh({
        fileBytes: bytes,
        fileType: types[formatOf(name)],
        fileName: name,
        raycastable: false,
        extSplats: readsFine(bytes, name),
      })
      try {
        await mesh.initialized
      } catch (error) {
        mesh.dispose()
        const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
        throw new SightlineError('scene.damaged', { name, message: message ?? '' }, error)
      }
      const found = contentOf(mesh)
      if (!found) {
        mesh.dispose()
        throw new SightlineError('scene.nothing', { name })
      }
      const { content: next, degree } = found
      show(next)
      return { splats: next.cloud.count, degree, antialiased: undefined, space: undefined, clipped: undefined }
    },
    fill: (head) => filling(head, show),
    frame: () => content?.sphere ?? { centre: [0, 0, 0], radius: 1 },
    cloud: () => content?.cloud ?? noCloud,
    style(next, up: UpAxis) {
      style = next
      setStyle()
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
        // Without lines that splats may lie behind, nothing has a depth.
        if (painter) painter.spark.material.depthTest = guides !== undefined
      }
      change()
    },
    mark(chosen) {
      if (!content) return
      const { mesh, cloud, place } = content
      if (chosen.length === 0 && !mesh.splatRgba) return
      mesh.splatRgba?.dispose()
      mesh.splatRgba = null
      if (chosen.length > 0) {
        const array = coloursOf(content)
        for (const i of chosen) array.set(marked, 4 * place(i))
        mesh.splatRgba = new RgbaArray({ array, count: cloud.count })
      }
      mesh.updateGenerator()
      mesh.updateVersion()
      change()
    },
    look(next, soon) {
      pose = next
      if (moving !== soon) budget.pause()
      moving = soon
      change()
    },
    drawn: () => (shown || over ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async snapshot(size?: Size) {
      moving = false
      turn++
      pictures++
      try {
        const picture = lastPicture.then(() => pictureOf(size ?? pixels(sharpest)))
        lastPicture = picture.catch(() => undefined)
        return await picture
      } finally {
        pictures--
        change()
      }
    },
    dispose() {
      over = true
      cancelAnimationFrame(frame)
      sizes.disconnect()
      canvas.removeEventListener('webglcontextlost', lost)
      for (const resolve of waiting.splice(0)) resolve()
      waiting = []
      dropGuides()
      void free()
    },
  }
}
