/** The scene shown over the editor, if any. */
import { create } from 'zustand'
import { baseName } from '../panels/paths.ts'
import { remember } from '../state/recent.ts'
import { sampleScene } from './sample.ts'
import { type FileSource, sceneAt, sceneIn } from './source.ts'

export const useScene = create<{ readonly source: FileSource | null }>(() => ({ source: null }))

const show = (source: FileSource | null): void => useScene.setState({ source })

/** A file on the machine that computes. If it throws `file.*` or `scene.*`, nothing has changed. */
export async function openScene(path: string): Promise<void> {
  show(await sceneAt(path))
  remember(path, baseName(path))
}
export const openSampleScene = (): void => show(sampleScene())
/** A file dropped on the window, and what was dropped beside it. */
export const openSceneFile = async (file: File, beside: readonly File[]): Promise<void> =>
  show(await sceneIn(file, beside))
export const closeScene = (): void => show(null)
