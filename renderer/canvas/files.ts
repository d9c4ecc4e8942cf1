/** Dropped or pasted files: pictures, points and models become nodes that load them; a pipeline or 3D scene is opened. */
import type { Document } from '../../engine/graph/document.ts'
import { isLevelList } from '../../engine/protocol/sog-levels.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { addNode } from '../commands/insert.ts'
import { desktop } from '../desktop/bridge.ts'
import { whenSafe } from '../panels/files.ts'
import { openSceneFile } from '../scene/store.ts'
import { modelNode, refusal, sorted } from '../start/dropped.ts'
import { allow } from '../state/consent.ts'
import { openDocument, useEditor } from '../state/editor.ts'
import { upload } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import { clearViewer } from '../state/ui.ts'
import type { Point } from './geometry.ts'
import { partsAmong, tensorflowModel } from './tensorflow-model.ts'

const loadImage = 'io/load-image'
const loadSplats = 'splat/load'
const apart = 40

async function addPicture(file: File, place: Point): Promise<void> {
  const there = desktop?.pathOf(file)
  if (there) void allow([{ path: there, access: 'read' }])
  const path = there || (await upload(file))
  addNode({ type: loadImage, place, params: { path } })
}

/** A scene that only a node reads. A list of levels names files in folders beside it, which a browser does not tell of. */
async function addScene(file: File, place: Point): Promise<void> {
  if (!useEditor.getState().catalogue.has(loadSplats)) throw new SightlineError('drop.refused', { name: file.name })
  const there = desktop?.pathOf(file)
  if (!there && isLevelList(file.name)) throw new SightlineError('scene.levels-alone', { name: file.name })
  if (there) void allow([{ path: there, access: 'read' }])
  addNode({ type: loadSplats, place, params: { path: there || (await upload(file)) } })
}

async function addModel(file: File, type: string, place: Point, parts: readonly File[] = []): Promise<void> {
  if (!useEditor.getState().catalogue.has(type)) throw new SightlineError('drop.refused', { name: file.name })
  const there = desktop?.pathOf(file)
  if (there) void allow([{ path: there, access: 'read' }])
  const path = there || (await upload(file))
  if (!there) for (const part of parts) await upload(part, path)
  addNode({ type, place, params: { path } })
}

/** A TensorFlow.js model; false where none was dropped. Its weights are beside it where it was dropped from a folder of this machine. */
async function addTensorflow(files: readonly File[], place: Point): Promise<boolean> {
  const found = await tensorflowModel(files)
  if (!found) return false
  const there = desktop?.pathOf(found.model)
  await addModel(found.model, 'model/tfjs', place, there ? [] : partsAmong(found, files))
  return true
}

/** A dropped pipeline is not in a file that we may write, so it is new and unsaved. */
function openDropped(document: Document, name: string): void {
  whenSafe(() => {
    openDocument(document.title ? document : { ...document, title: name.replace(/(\.sightline)?\.json$/, '') }, {
      unsaved: true,
    })
    clearViewer()
  })
}

/** Opens or adds the files it can and reports why it cannot for the others. @param place on the canvas */
export async function takeFiles(given: readonly File[] | Promise<readonly File[]>, place: Point): Promise<void> {
  try {
    const files = await given
    const dropped = sorted(files)
    const { pipeline, scene, points, pictures, models } = dropped
    if (pipeline && (await addTensorflow(files, place))) return
    if (pipeline) return openDropped(await readDocument(await pipeline.text()), pipeline.name)
    if (scene) return await openSceneFile(scene, files)
    const refused = refusal(dropped)
    if (refused) notifyError(refused)
    for (const [i, file] of models.entries())
      await addModel(file, modelNode(file.name) ?? '', { x: place.x - i * apart, y: place.y + i * apart })
    for (const [i, file] of points.entries()) await addScene(file, { x: place.x - i * apart, y: place.y + i * apart })
    if (!useEditor.getState().catalogue.has(loadImage)) return
    for (const [i, file] of pictures.entries())
      await addPicture(file, { x: place.x + i * apart, y: place.y + i * apart })
  } catch (error) {
    notifyError(error)
  }
}
