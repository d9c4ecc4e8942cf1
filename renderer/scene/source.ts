/** Where a scene's bytes come from: the machine that computes, or files dropped on the window. */
import { checkSceneSize, isSogList, largestSogList, sogFiles, sogList } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { baseName, folderOf } from '../panels/paths.ts'
import { requestBytes } from '../state/engine.ts'
import { formatOf } from './check.ts'
import type { SceneOutput } from './output.ts'
import { zipped } from './zip.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A file. */
export interface FileSource {
  readonly name: string
  /** Its path, if known. */
  readonly path?: string
  readonly size: number
  /** May be called again. @param onPart bytes so far. Throws `file.*`, `scene.*`, or an abort. */
  read(onPart: (there: number) => void, signal: AbortSignal): Promise<Bytes>
}

/** An output of the pipeline. */
export interface OutputSource {
  readonly name: string
  readonly output: SceneOutput
}

export type SceneSource = FileSource | OutputSource

/** Throws `file.*` or `scene.*`. @param file one that the list of an unpacked .sog at `path` names */
async function fileAt(path: string, file?: string): Promise<FileSource> {
  const name = file ?? baseName(path)
  const part = async (offset: number) => {
    const { result, tail } = await requestBytes('scene', { path, offset, ...(file !== undefined && { file }) })
    return { ...result, tail }
  }
  const { size } = await part(0)
  return {
    name,
    path,
    size,
    async read(onPart, signal) {
      const first = await part(0)
      const bytes = new Uint8Array(first.size)
      for (let now = first, at = 0; ; now = await part(at)) {
        signal.throwIfAborted()
        if (now.stamp !== first.stamp || now.tail.length === 0) throw new SightlineError('scene.changed', { name })
        bytes.set(now.tail, at)
        at += now.tail.length
        onPart(at)
        if (at === bytes.length) return bytes
      }
    },
  }
}

/** The list and the pictures of an unpacked .sog, packed. */
function packed(name: string, list: FileSource, pictures: readonly FileSource[]): FileSource {
  const files = [list, ...pictures]
  const size = files.reduce((sum, file) => sum + file.size, 0)
  checkSceneSize(size, name)
  return {
    name,
    size,
    async read(onPart, signal) {
      const found = new Map<string, Bytes>()
      let before = 0
      for (const [i, file] of files.entries()) {
        const bytes = await file.read((there) => onPart(before + there), signal)
        before += file.size
        found.set(i === 0 ? sogList : file.name, bytes)
      }
      return zipped(found)
    },
  }
}

async function namesIn(list: FileSource): Promise<readonly string[]> {
  const bytes = list.size <= largestSogList && (await list.read(() => undefined, new AbortController().signal))
  const names = bytes && sogFiles(new TextDecoder().decode(bytes))
  if (!names) throw new SightlineError('scene.no-sog-list', { name: list.name })
  return names
}

/** Throws `file.*` or `scene.*` if it cannot be opened at all. */
export async function sceneAt(path: string): Promise<FileSource> {
  const file = await fileAt(path)
  if (!isSogList(path)) return file
  const pictures: FileSource[] = []
  for (const name of await namesIn(file)) pictures.push(await fileAt(path, name))
  return { ...packed(`${baseName(folderOf(path) ?? '') || 'scene'}.sog`, file, pictures), path }
}

/** Throws `file.empty` or `scene.too-large`. */
function fileIn(file: File): FileSource {
  const { name, size } = file
  if (size === 0) throw new SightlineError('file.empty', { path: name })
  checkSceneSize(size, name)
  return {
    name,
    size,
    async read(onPart, signal) {
      const bytes = await file.arrayBuffer().catch((error: unknown) => {
        throw new SightlineError('file.read-failed', { path: name, message: String(error) }, error)
      })
      signal.throwIfAborted()
      onPart(size)
      return new Uint8Array(bytes)
    },
  }
}

/**
 * A dropped file, which the window reads itself. Throws `scene.*` or `file.empty`.
 * @param beside what was dropped with it: the pictures of an unpacked .sog
 */
export async function sceneIn(file: File, beside: readonly File[]): Promise<FileSource> {
  const list = fileIn(file)
  if (!isSogList(file.name)) {
    formatOf(file.name)
    return list
  }
  const pictures = (await namesIn(list)).map((name) => {
    const found = beside.find((other) => other.name === name)
    if (!found) throw new SightlineError('scene.sog-alone', { name: file.name, missing: name })
    return fileIn(found)
  })
  return packed('scene.sog', list, pictures)
}
