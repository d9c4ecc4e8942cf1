/** The part of three that is used here, because the package has no types. */
declare module 'three' {
  export class Vector3 {
    x: number
    y: number
    z: number
    set(x: number, y: number, z: number): this
  }
  export class Object3D {
    position: Vector3
    scale: Vector3 & { setScalar(value: number): unknown }
    up: Vector3
    visible: boolean
    renderOrder: number
    add(...objects: unknown[]): this
    remove(...objects: unknown[]): this
    lookAt(x: number, y: number, z: number): void
    updateMatrixWorld(): void
    traverse(visit: (object: Object3D) => void): void
  }
  export class Group extends Object3D {}
  export class LineSegments extends Object3D {
    rotation: Vector3
    geometry: { dispose(): void }
    material: { dispose(): void; transparent: boolean; opacity: number; depthWrite: boolean }
  }
  export class GridHelper extends LineSegments {
    constructor(size: number, divisions: number, centre: number, lines: number)
  }
  export class AxesHelper extends LineSegments {
    constructor(size: number)
  }
  export class Scene extends Object3D {}
  export class PerspectiveCamera extends Object3D {
    constructor(fov: number, aspect: number, near: number, far: number)
    fov: number
    aspect: number
    near: number
    far: number
    updateProjectionMatrix(): void
  }
  export class BufferAttribute {
    constructor(array: ArrayBufferView, itemSize: number)
  }
  export class InstancedBufferGeometry {
    setAttribute(name: string, attribute: BufferAttribute): this
    setIndex(index: BufferAttribute): this
    dispose(): void
  }
  export class Mesh extends Object3D {
    geometry: InstancedBufferGeometry
  }
  export class WebGLRenderTarget {
    constructor(width: number, height: number)
    readonly width: number
    readonly height: number
    isXRRenderTarget?: boolean
    readonly texture: { colorSpace: string }
    dispose(): void
  }
  export class WebGLRenderer {
    constructor(options: {
      canvas: HTMLCanvasElement
      context?: WebGL2RenderingContext
      alpha?: boolean
      antialias?: boolean
      premultipliedAlpha?: boolean
      preserveDrawingBuffer?: boolean
    })
    setClearColor(colour: number, alpha: number): void
    setPixelRatio(ratio: number): void
    getPixelRatio(): number
    setSize(width: number, height: number, style: boolean): void
    render(scene: Scene, camera: PerspectiveCamera): void
    readRenderTargetPixelsAsync(...args: unknown[]): Promise<unknown>
    setRenderTarget(target: WebGLRenderTarget | null): void
    resetState(): void
    autoClear: boolean
    readonly properties: { get(object: unknown): unknown }
    dispose(): void
  }
}

/** For tests. */
