/** Sorts dropped or chosen files by kind. Anything may be dropped on the window; what cannot be opened gets a message. */
import { isScene, isSogList, sogFiles } from '../../engine/protocol/scene.ts'
import { isLevelList } from '../../engine/protocol/sog-levels.ts'
import { pictureExtensions } from '../../engine/types/pictures.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { pointFormats } from '../../engine/types/services.ts'

/** HEIC photos too: the node says what to do with them. */
const taken = [...pictureExtensions, 'heic']

export type Named = Pick<File, 'name' | 'type'>

const endsIn = (name: string, extensions: readonly string[]): boolean =>
  extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))

/** Scenes that the machine that computes reads, and a node shows: points, and the list of a .sog with levels of detail. */
export const isSceneForNode = (name: string): boolean => isLevelList(name) || endsIn(name, pointFormats)

export const isPipeline = ({ name, type }: Named): boolean =>
  !isScene(name) && !isLevelList(name) && (endsIn(name, ['json']) || type === 'application/json')
export const isPicture = ({ name, type }: Named): boolean => endsIn(name, taken) || type.startsWith('image/')

/** The node that runs a model, by the end of its file's name. A model.json is told from a pipeline by its content. */
const modelNodes = { onnx: 'model/onnx', ort: 'model/onnx', tflite: 'model/tflite' } as const
export const modelNode = (name: string): string | undefined =>
  Object.entries(modelNodes).find(([extension]) => endsIn(name, [extension]))?.[1]

export interface Dropped<F extends Named> {
  /** The first one: only one is opened at a time. */
  readonly pipeline: F | undefined
  readonly scene: F | undefined
  /** Each becomes a node. */
  readonly points: readonly F[]
  readonly pictures: readonly F[]
  readonly models: readonly F[]
  readonly refused: readonly F[]
}

export function sorted<F extends Named>(files: readonly F[]): Dropped<F> {
  return {
    pipeline: files.find(isPipeline),
    scene: files.find(({ name }) => isScene(name)),
    points: files.filter(({ name }) => isSceneForNode(name)),
    pictures: files.filter(isPicture),
    models: files.filter(({ name }) => modelNode(name)),
    refused: files.filter(
      (file) =>
        !isPipeline(file) &&
        !isScene(file.name) &&
        !isSceneForNode(file.name) &&
        !isPicture(file) &&
        !modelNode(file.name),
    ),
  }
}

/** The message for files that cannot be opened; undefined if all can. */
export function refusal({ refused }: Dropped<Named>): SightlineError | undefined {
  const [first] = refused
  if (!first) return undefined
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : ''
  return new SightlineError('drop.refused', { name: `${first.name}${more}` })
}

/** The largest number of pictures from a dropped folder that become nodes of their own; above it, one Folder node is better. */
export const mostOfFolder = 12

type Entry = FileSystemEntry | null

const readAll = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** The files directly in a folder: an unpacked .sog, a TensorFlow.js model, or pictures. */
async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const reader = folder.createReader()
  const entries: FileSystemEntry[] = []
  // A browser returns up to a hundred entries at a time, and none at the end.
  for (let some = await readAll(reader); some.length > 0; some = await readAll(reader)) entries.push(...some)
  const all = entries.filter((entry): entry is FileSystemFileEntry => entry.isFile)
  const list = all.find(({ name }) => isSogList(name))
  if (list && sogFiles(await (await fileOf(list)).text())) return Promise.all(all.map(fileOf))
  // A model with its weights in other files.
  if (all.some(({ name }) => name === 'model.json')) return Promise.all(all.map(fileOf))
  const files = all.filter(({ name }) => isPicture({ name, type: '' }))
  if (files.length === 0) throw new SightlineError('drop.folder-empty', { name: folder.name })
  if (files.length > mostOfFolder)
    throw new SightlineError('drop.folder-large', { name: folder.name, count: files.length, limit: mostOfFolder })
  const { compare } = new Intl.Collator('en', { numeric: true })
  return Promise.all(files.sort((a, b) => compare(a.name, b.name)).map(fileOf))
}

/** The files of a drop, including those in folders. Call it in the event: afterwards the browser has forgotten them. */
export function filesOf(transfer: DataTransfer): Promise<readonly File[]> {
  const plain = [...transfer.files]
  const entries = [...transfer.items].map((item): Entry => item.webkitGetAsEntry?.() ?? null)
  const folders = entries.filter((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory === true)
  if (folders.length === 0) return Promise.resolve(plain)
  const names = new Set(folders.map(({ name }) => name))
  return Promise.all(folders.map(filesIn)).then((found) => [
    ...plain.filter(({ name }) => !names.has(name)),
    ...found.flat(),
  ])
}
