/**
 * Draws what Spark has sorted, all at once or a part at a time. Parts are drawn over one another in a picture of their own, from
 * back to front, so together they are what one pass would draw; and between two of them the window can answer.
 */
import { SparkRenderer } from '@sparkjsdev/spark'
import {
  BufferAttribute,
  InstancedBufferGeometry,
  type PerspectiveCamera,
  type Scene,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import { batch, farthest, fragment, vertex } from './splat-shader.ts'

/** A part is to take so long, in ms: not less, because to begin one takes time too, and not more, because nothing interrupts it. */
const [leastMs, mostMs] = [80, 200] as const
/** In motion splats end a little earlier, where at most 1.8 % of them is left: a quarter of the pixels is saved. */
const inMotion = Math.sqrt(8)
const [fewest, begin] = [4 * batch, 16 * batch]

/** Corners of a square in order, two triangles. */
const corners = [0, 1, 2, 0, 2, 3] as const

function squares(): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry()
  const indices = new Uint16Array(corners.length * batch)
  for (let i = 0; i < indices.length; i++)
    indices[i] = 4 * Math.floor(i / corners.length) + (corners[i % corners.length] ?? 0)
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(3 * 4 * batch), 3))
  geometry.setIndex(new BufferAttribute(indices, 1))
  return geometry
}

export interface Painter {
  readonly spark: SparkRenderer
  /** Draws all on the canvas at once, as is good enough for motion. */
  paint(scene: Scene, camera: PerspectiveCamera): void
  /** Draws everything into a picture of this size, part by part; gives false if it was stopped. `hideOthers`: hides or shows what is not splats, which only the first part draws. */
  paintParts(
    scene: Scene,
    camera: PerspectiveCamera,
    size: { readonly width: number; readonly height: number },
    hideOthers: (hidden: boolean) => void,
    stopped: () => boolean,
  ): Promise<boolean>
  /** Puts the last such picture on the canvas, which has its size. */
  put(): void
  /** Resolves once the graphics have done all they were given, or the context is lost. */
  finished(): Promise<void>
  dispose(): void
}

/** @param fine whether Spark's copies are stored fine */
export function openPainter(renderer: WebGLRenderer, context: WebGL2RenderingContext, fine: boolean): Painter {
  const spark = new SparkRenderer({ renderer, autoUpdate: false, accumExtSplats: fine })
  const range = { first: { value: 0 }, end: { value: 0 }, farthest: { value: farthest } }
  Object.assign(spark.uniforms, range)
  Object.assign(spark.material, { vertexShader: vertex, fragmentShader: fragment, needsUpdate: true })
  let part: { readonly from: number; readonly to: number } | undefined
  const geometry = squares()
  // Spark sets how many splats there are just before they are drawn.
  Object.defineProperty(geometry, 'instanceCount', {
    get: () => Math.ceil(Math.max(0, range.end.value - range.first.value) / batch),
    set(count: number) {
      range.first.value = part?.from ?? 0
      range.end.value = Math.min(count, part?.to ?? count)
    },
  })
  spark.geometry.dispose()
  spark.geometry = geometry
  // After the axes and the floor, which splats in front of them cover.
  spark.renderOrder = 1

  let target: WebGLRenderTarget | undefined
  let each = begin
  let over = false

  const finished = (): Promise<void> => {
    const sync = context.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0)
    context.flush()
    return new Promise((resolve) => {
      const look = (): void => {
        if (!sync || over || context.isContextLost()) resolve()
        else if (context.clientWaitSync(sync, 0, 0) === context.TIMEOUT_EXPIRED) setTimeout(look, 2)
        else {
          context.deleteSync(sync)
          resolve()
        }
      }
      setTimeout(look, 0)
    })
  }

  function targetOf(width: number, height: number): WebGLRenderTarget {
    if (target?.width === width && target.height === height) return target
    target?.dispose()
    target = new WebGLRenderTarget(width, height)
    // Colours are written as they are on the canvas. three.js does so for pictures of a headset only.
    target.isXRRenderTarget = true
    target.texture.colorSpace = 'srgb'
    return target
  }

  return {
    spark,
    finished,
    paint(scene, camera) {
      range.farthest.value = inMotion
      renderer.render(scene, camera)
    },
    async paintParts(scene, camera, { width, height }, hideOthers, stopped) {
      const into = targetOf(width, height)
      // One part waits while another is drawn, so that the graphics always have work.
      let before: Promise<void> | undefined
      let began = performance.now()
      for (let from = 0; from === 0 || from < spark.activeSplats; ) {
        part = { from, to: from + each }
        range.farthest.value = farthest
        renderer.setRenderTarget(into)
        renderer.autoClear = from === 0
        hideOthers(from > 0)
        try {
          renderer.render(scene, camera)
        } finally {
          renderer.setRenderTarget(null)
          renderer.autoClear = true
          hideOthers(false)
          part = undefined
        }
        const own = finished()
        from += each
        if (before) {
          await before
          const ms = performance.now() - began
          began = performance.now()
          if (ms < leastMs) each *= 2
          else if (ms > mostMs) each = Math.max(fewest, batch * Math.round(each / 2 / batch))
        }
        before = own
        if (stopped() || over) return false
      }
      await before
      return !stopped() && !over
    },
    put() {
      if (!target) return
      const { width, height } = target
      renderer.setRenderTarget(null)
      const from = (renderer.properties.get(target) as { readonly __webglFramebuffer?: WebGLFramebuffer })
        .__webglFramebuffer
      context.bindFramebuffer(context.READ_FRAMEBUFFER, from ?? null)
      context.bindFramebuffer(context.DRAW_FRAMEBUFFER, null)
      context.blitFramebuffer(0, 0, width, height, 0, 0, width, height, context.COLOR_BUFFER_BIT, context.NEAREST)
      context.bindFramebuffer(context.READ_FRAMEBUFFER, null)
      // three.js knows nothing of that.
      renderer.resetState()
    },
    dispose() {
      over = true
      target?.dispose()
      geometry.dispose()
      spark.dispose()
    },
  }
}
