/** The files of one document, as nodes see them: `engine/types/services.ts` with sharp and node:fs. */
import { dirname } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Runtime, Services } from '../../engine/types/services.ts'
import { genuine } from '../store/genuine.ts'
import { writeAtomic } from './atomic.ts'
import { readBytes } from './bytes.ts'
import { decodeFile, type FileRef, probeFile } from './decode.ts'
import { encodeFile } from './encode.ts'
import { identityOf, listPictures } from './folder.ts'
import { createGate } from './gate.ts'
import { beside, openedFile, partPath } from './opened.ts'
import { type Access, type Allow, absolutePath, type Places, placeKey, realPath } from './paths.ts'
import { readSamples, samplesFolder } from './samples.ts'
import { loadSplats, saveSplats } from './splats/index.ts'
import { scenePage } from './splats/page.ts'
import { readText } from './text.ts'
import { watchPaths } from './watch.ts'

export interface ServiceOptions {
  /** Where relative paths start. */
  readonly base: string
  /** The folder is the document's own: it may be read and written. Default true. */
  readonly own?: boolean
  /** The folder of uploads; it may be read. */
  readonly uploads?: string
  /** Called before anything outside the document's folder, uploads and samples is used. Absent: everything is allowed. */
  readonly allow?: Allow
  /** Where the sample pictures are. Absent: those that ship with Sightline. */
  readonly samples?: string
}

/** Looks on while a node uses files and runtimes. */
export interface Observer {
  /** A file is about to be read; it is read when this has ended. */
  reads(file: FileRef, signal?: AbortSignal): Promise<void>
  uses(runtime: Runtime): void
}

export interface FileServices extends Services {
  /** The same services under the eyes of an observer: it is told of every file that is read, by whatever service. */
  observed(observer: Observer): Services
  /** The real path behind a document's path, checked for reading or writing. Throws `file.*`. */
  resolve(path: string, access: Access): Promise<string>
  /**
   * Calls `changed` with a path, as given, when the content of that file or folder may have changed, until the returned function
   * is called. Refused paths are not watched.
   */
  watch(paths: readonly string[], changed: (path: string) => void): () => void
}

/** A decoder uses most of a core and hundreds of megabytes: two at a time. */
const decoding = createGate(2)

function given(path: string, code: 'file.none' | 'file.folder-none' = 'file.none'): void {
  if (path.trim() === '') throw new SightlineError(code)
}

export function createServices({ base, own = true, uploads, allow, samples }: ServiceOptions): FileServices {
  const shipped = readSamples(samples ?? samplesFolder)
  const places: Places = {
    base,
    own,
    readable: [samples ?? samplesFolder, ...(uploads ? [uploads] : [])],
    allow: allow ?? (() => true),
  }
  const placeOf = async (path: string, access: Access, { folder = false, near = places } = {}): Promise<FileRef> => {
    given(path, folder ? 'file.folder-none' : 'file.none')
    return { real: await realPath(path, access, near, folder), shown: path }
  }

  const services = (observer: Observer | undefined): Services => {
    /** The one door to what is in files: a service that reads or writes one gets it here. */
    const find = async (path: string, access: Access, signal?: AbortSignal, near = places): Promise<FileRef> => {
      const file = await placeOf(path, access, { near })
      if (access === 'read') await observer?.reads(file, signal)
      return file
    }
    return {
      async identity(path, signal) {
        const identity = await identityOf(await placeOf(path, 'read'))
        signal.throwIfAborted()
        return identity
      },
      async probe(path, signal) {
        return probeFile(await find(path, 'read', signal), signal)
      },
      async decode(path, limit, signal) {
        const file = await find(path, 'read', signal)
        return decoding(() => decodeFile(file, limit, signal), signal)
      },
      async encode(path, picture, signal) {
        await encodeFile(await find(path, 'write'), picture, signal)
      },
      async splats(path, signal, level = 0) {
        const file = await find(path, 'read', signal)
        const near = { ...places, readable: [...places.readable, dirname(file.real)] }
        return loadSplats(file, (name) => find(beside(path, name), 'read', signal, near), signal, level)
      },
      async saveSplats(path, scene, signal) {
        await saveSplats(await find(path, 'write'), scene, signal)
      },
      scenePage,
      async text(path, signal, most) {
        const text = await readText(await find(path, 'read', signal), most)
        signal.throwIfAborted()
        return text
      },
      async bytes(path, signal, most) {
        const bytes = await readBytes(await find(path, 'read', signal), most)
        signal.throwIfAborted()
        return bytes
      },
      async saveBytes(path, bytes, signal) {
        const { real, shown } = await find(path, 'write')
        await writeAtomic(real, bytes, { shown, signal })
      },
      async open(path, signal) {
        return genuine(await openedFile(await find(path, 'read', signal), signal))
      },
      async openPart(whole, name, signal) {
        const near = { ...places, readable: [...places.readable, dirname(whole.real)] }
        return genuine(await openedFile(await find(partPath(whole, name), 'read', signal, near), signal))
      },
      async list(folder, pattern, signal) {
        const paths = await listPictures(await placeOf(folder, 'read', { folder: true }), pattern)
        signal.throwIfAborted()
        return paths
      },
      async places(paths, signal) {
        const places = await Promise.all(paths.map((path) => placeKey(absolutePath(path, base))))
        signal.throwIfAborted()
        return places
      },
      sample: shipped.pathOf,
      samples: shipped.names,
      uses: (runtime) => observer?.uses(runtime),
    }
  }

  return {
    ...services(undefined),
    observed: services,
    async resolve(path, access) {
      return (await placeOf(path, access)).real
    },
    watch(paths, changed) {
      const absolute = new Map<string, string[]>()
      for (const path of paths) {
        try {
          given(path)
          const real = absolutePath(path, base)
          absolute.set(real, [...(absolute.get(real) ?? []), path])
        } catch (error) {
          // The node that reads it reports the problem.
          if (!(error instanceof SightlineError)) throw error
        }
      }
      return watchPaths([...absolute.keys()], (real) => absolute.get(real)?.forEach(changed))
    },
  }
}
