/** Reads a set of cameras by the name of one of its files, and finds its pictures. */
import { inParts } from '../../../engine/memory/breathe.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { PictureInfo, Services } from '../../../engine/types/services.ts'
import { pathParts } from '../../path-parts.ts'
import { readColmapBinary, readColmapText } from './colmap.ts'
import { inOrder, type Posed } from './set.ts'
import { readTransforms } from './transforms.ts'

/** Bytes. The points that the images of a set see are in its files too, and are skipped. */
const most = 256 * 1024 * 1024

/** The files of the set that this one belongs to. Throws `file.no-cameras`. */
export function filesOfSet(path: string): readonly string[] {
  if (path.trim() === '') throw new SightlineError('file.none')
  const { folder, file } = pathParts(path)
  if (/\.json$/i.test(file)) return [path]
  const ending = /\.(txt|bin)$/i.exec(file)?.[1]
  if (ending === undefined) throw new SightlineError('file.no-cameras', { name: file })
  return [`${folder}cameras.${ending}`, `${folder}images.${ending}`]
}

/** Where a picture may be: as it is named, and as NeRF's sets name it, without an ending. */
const endings = ['', '.png', '.jpg', '.jpeg'] as const
/** COLMAP's pictures lie in `images`, and its model there, beside it, or in `sparse/0`. */
const folders = ['', 'images/', '../images/', '../../images/'] as const

const isMissing = (error: unknown): boolean =>
  error instanceof SightlineError && (error.code === 'file.missing' || error.code === 'file.format')

/**
 * Where the pictures of a set are, found by the first of them.
 * @param given a folder that somebody chose; empty: where such sets have them
 * @throws `file.no-pictures`
 */
async function placeOf(
  path: string,
  given: string,
  first: string,
  { services, signal }: { readonly services: Services; readonly signal: AbortSignal },
): Promise<(name: string) => string> {
  const { folder } = pathParts(path)
  const base = given === '' ? folder : given.replace(/[/\\]?$/, '/')
  const places = given === '' ? folders : ['']
  // A folder that was chosen may be the one that the names begin with.
  for (const place of places)
    for (const ending of endings)
      for (const short of given === '' ? [false] : [false, true]) {
        const of = (name: string): string =>
          `${base}${place}${short ? (name.split('/').at(-1) ?? name) : name}${ending}`
        try {
          await services.probe(of(first), signal)
          return of
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }
  throw new SightlineError('file.no-pictures', { name: first, folder: base || '.' })
}

export interface CameraSet {
  /** In the order of their names. */
  readonly all: readonly Posed[]
  /** The path of a picture. Throws `file.no-pictures`. */
  pathOf(name: string): Promise<string>
}

/** Throws `cameras.*`, `file.*`. */
export async function readSet(
  { path, pictures }: { readonly path: string; readonly pictures: string },
  context: { readonly services: Services; readonly signal: AbortSignal },
): Promise<CameraSet> {
  const { services, signal } = context
  const files = filesOfSet(path)
  const names = files.map((one) => pathParts(one).file) as [string, string]
  let place: Promise<(name: string) => string> | undefined
  const pathOf = async (name: string): Promise<string> => {
    place ??= placeOf(path, pictures, name, context)
    return (await place)(name)
  }
  const size = async (name: string): Promise<PictureInfo> => services.probe(await pathOf(name), signal)
  const [first = '', second = ''] = files
  const colmap = /\.txt$/i.test(path) ? readColmapText : readColmapBinary
  const all =
    files.length === 1
      ? await readTransforms(await services.text(first, signal, most), names[0], size)
      : await inParts(
          colmap(await services.bytes(first, signal, most), await services.bytes(second, signal, most), names),
        )
  if (all.length === 0) throw new SightlineError('cameras.none', { name: pathParts(path).file })
  return { all: inOrder(all), pathOf }
}
