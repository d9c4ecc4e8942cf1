/** What the host lends to nodes: the world outside the graph. Injected, so that the engine runs anywhere. */

/** What a picture's header says, before it is decoded. EXIF orientation is already applied. */
export interface PictureInfo {
  readonly width: number
  readonly height: number
  /** 1 gray, 3 RGB, 4 RGB + alpha (gray + alpha is given as 4). */
  readonly channels: 1 | 3 | 4
  /** Bits of a number: whole ones, or 32 for floating point. */
  readonly depth: 8 | 16 | 32
  /** What was, or will be, done on the way in: "converted from Display P3 to sRGB". */
  readonly note?: string
}

/**
 * Row-major, channels last. 16-bit values are full-scale 0..65535; floats are as in the file: linear light where there are colours,
 * and any number.
 */
export interface Picture extends PictureInfo {
  readonly data: Uint8Array | Uint16Array | Float32Array
}

/** A picture as files of whole numbers store it. */
export interface WholePicture extends PictureInfo {
  readonly depth: 8 | 16
  readonly data: Uint8Array | Uint16Array
}

/** No picture with more megapixels is opened, whatever a node allows. */
export const mostMegapixels = 1000

export interface SaveOptions {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  readonly depth: 8 | 16
  readonly data: Uint8Array | Uint16Array
  /** 1..100, of formats that lose (JPEG, WebP, AVIF). Default 90. */
  readonly quality?: number
}

/** Formats of splats that are read, those of points that are read as splats, and those that are written. */
export const splatFormats = ['ply', 'splat', 'ksplat', 'spz', 'sog'] as const
export const pointFormats = ['pcd', 'las', 'laz', 'xyz', 'pts'] as const
export const writtenSplats = ['ply', 'splat', 'spz', 'sog'] as const
export type WrittenSplats = (typeof writtenSplats)[number]

/** Splats in plain arrays, in the units of the value `splats`. */
export interface SplatScene {
  /** (N, 3) */
  readonly means: Float32Array
  /** (N, 4): w, x, y, z. */
  readonly quats: Float32Array
  /** (N, 3) standard deviations. */
  readonly scales: Float32Array
  /** (N) 0..1. */
  readonly opacities: Float32Array
  /** (N, (degree + 1)², 3) */
  readonly sh: Float32Array
  readonly degree: number
  readonly antialiased: boolean
  readonly space: 'rgb' | 'linear'
  /** Least x, y, z, then largest, of the finite centres. Absent: none is finite, or nobody looked. */
  readonly bounds?: readonly [number, number, number, number, number, number]
  /** What is otherwise than in the file. */
  readonly note?: string
}

export const upAxes = ['y', '-y', 'z', '-z'] as const
export const pageBackgrounds = ['window', 'black', 'white', 'checked'] as const

/** How a page shows its scene first. */
export interface ScenePageLook {
  readonly title: string
  /** Which axis is up. */
  readonly up: (typeof upAxes)[number]
  /** From where one looks, in units of the scene; the field of view is vertical, in degrees. Absent: at all of it. */
  readonly view?:
    | {
        readonly eye: readonly [number, number, number]
        readonly target: readonly [number, number, number]
        readonly fov: number
      }
    | undefined
  readonly background: (typeof pageBackgrounds)[number]
}

/** A picture of a folder. */
export interface Listed {
  readonly path: string
  /** Its file's name, after the name of the folder in the folder: `cat/12.jpg`. */
  readonly name: string
}

/** A path, and what is to be done with it: what a node names, and what a person allows. */
export interface FileUse {
  readonly path: string
  readonly access: 'read' | 'write'
}

/** A file that was opened for a reader of the host's own, with what it held then. */
export interface OpenedFile {
  /** As the document has it. */
  readonly path: string
  /** Its real place, links followed. */
  readonly real: string
  readonly bytes: number
  /** Of its content, hexadecimal. */
  readonly sha256: string
}

/** A library outside Sightline that computes something for a node. */
export interface Runtime {
  /** "onnxruntime" */
  readonly name: string
  /** Absent where it reports none: then nobody can promise the same numbers again. */
  readonly version?: string
  /** What of the machine it computed with: "the CPU", "WebGPU". Absent where it does not say. */
  readonly provider?: string
}

/**
 * Files, pictures and samples. Paths are as the document has them; relative ones are relative to the pipeline's file.
 * Every failure is a SightlineError with a `file.*` code; `file.outside` of a path that the person has not allowed yet.
 */
export interface Services {
  /** Changes whenever the content of the file, or of any file in the folder, may have (size, mtime, ctime, inode); part of a source's key. */
  identity(path: string, signal: AbortSignal): Promise<string>
  probe(path: string, signal: AbortSignal): Promise<PictureInfo>
  /** @param limit the largest picture in megapixels, checked before decoding. */
  decode(path: string, limit: number, signal: AbortSignal): Promise<Picture>
  /** Writes atomically (temporary file, fsync, rename); the format follows the extension. */
  encode(path: string, picture: SaveOptions, signal: AbortSignal): Promise<void>
  /**
   * Reads a scene of splats; the format follows the extension. Throws `scene.*` as well.
   * @param level of detail, where the file has several; 0, which is the finest, if absent
   */
  splats(path: string, signal: AbortSignal, level?: number): Promise<SplatScene>
  /** Writes a scene of splats atomically; the format follows the extension. */
  saveSplats(path: string, scene: SplatScene, signal: AbortSignal): Promise<void>
  /**
   * A scene as files that show it in any browser, by their names: `NAME.html` with the scene in it, or (`beside`) `NAME.html` and
   * `NAME.sog`. Throws `scene.nothing`, and `scene.page-too-large` of a page of more than 25 MB.
   */
  scenePage(
    scene: SplatScene,
    page: { readonly name: string; readonly look: ScenePageLook; readonly beside: boolean },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * A file of text in UTF-8, without its byte order mark; `file.not-text` of anything else.
   * @param most bytes; a megabyte if absent
   */
  text(path: string, signal: AbortSignal, most?: number): Promise<string>
  /**
   * All bytes of a file; one that is packed by gzip is unpacked. `file.too-many-bytes`, `file.packed`.
   * @param most bytes, packed and unpacked
   */
  bytes(path: string, signal: AbortSignal, most: number): Promise<Uint8Array<ArrayBuffer>>
  /** Writes a file atomically (temporary file, fsync, rename). Throws `file.*`. */
  saveBytes(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>
  /** For readers of other kinds of file (models): its real place and its hash. */
  open(path: string, signal: AbortSignal): Promise<OpenedFile>
  /**
   * A file that belongs to one that was opened, as weights belong to a model: in the same folder or below, named relative to it.
   * Consent for the whole covers its parts.
   */
  openPart(whole: OpenedFile, name: string, signal: AbortSignal): Promise<OpenedFile>
  /**
   * The folder's pictures whose name matches `pattern` (`*` and `?`), in natural order. A pattern `cat/*` looks in the folders
   * in it.
   */
  list(folder: string, pattern: string, signal: AbortSignal): Promise<readonly Listed[]>
  /** Where paths lead, whether or not there is a file: the same text for two paths of one file. Only for comparing. */
  places(paths: readonly string[], signal: AbortSignal): Promise<readonly string[]>
  /** The path of a picture that ships with Sightline. */
  sample(name: string): string
  readonly samples: readonly string[]
  /** Reports that a runtime computes for this node, for the record of the run. */
  uses(runtime: Runtime): void
}
