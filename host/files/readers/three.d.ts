/** The part of three that is used here, because the package has no types. */
declare module 'three' {
  export const FloatType: number
}

declare module 'three/examples/jsm/loaders/EXRLoader.js' {
  export class EXRLoader {
    setDataType(type: number): this
    /** Rows from the bottom up; one number for each pixel, or four. */
    parse(file: ArrayBuffer): { readonly width: number; readonly height: number; readonly data: Float32Array }
  }
}

/** For tests. */
declare module 'three/examples/jsm/loaders/PLYLoader.js' {
  export class PLYLoader {
    parse(data: ArrayBuffer): { getAttribute(name: string): { array: Float32Array } }
  }
}
