/** Files that are dropped or pasted: pictures become nodes that load them, a pipeline is opened. */
import { openDropped } from '../commands/file.ts'
import { addNode } from '../commands/insert.ts'
import { desktop } from '../desktop/bridge.ts'
import { allow } from '../state/consent.ts'
import { useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import type { Point } from './geometry.ts'

const loadImage = 'io/load-image'
const apart = 40

const isPipeline = (file: File): boolean => file.name.endsWith('.json') || file.type === 'application/json'

async function uploaded(file: File): Promise<string> {
  const { path } = await request('upload', { name: file.name }, new Uint8Array(await file.arrayBuffer()))
  return path
}

async function addPicture(file: File, place: Point): Promise<void> {
  const there = desktop?.pathOf(file)
  if (there) void allow([{ path: there, access: 'read' }])
  const path = there || (await uploaded(file))
  addNode({ type: loadImage, place, params: { path } })
}

/** @param place on the canvas */
export async function takeFiles(files: readonly File[], place: Point): Promise<void> {
  try {
    const pipeline = files.find(isPipeline)
    if (pipeline) return openDropped(await readDocument(await pipeline.text()), pipeline.name)
    if (!useEditor.getState().catalogue.has(loadImage)) return
    for (const [i, file] of files.entries()) await addPicture(file, { x: place.x + i * apart, y: place.y + i * apart })
  } catch (error) {
    notifyError(error)
  }
}
