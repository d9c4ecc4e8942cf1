/** A scene as a page to give away: packed by the machine that computes, told how large it is, then saved. */
import { longestTitle } from '../../engine/protocol/scene-page.ts'
import type { ScenePageLook } from '../../engine/types/services.ts'
import { request, requestBytes, upload } from '../state/engine.ts'
import { formatOf } from './check.ts'
import type { Background } from './look.ts'
import { type Orbit, poseOf, upsideOf } from './orbit.ts'
import type { Vec3 } from './pose.ts'
import type { SceneSource } from './source.ts'

export type ShareForm = 'page' | 'folder'

/** Bytes of each form. */
export interface PackedScene {
  readonly packed: number
  readonly splats: number
  readonly page: number
  readonly folder: number
}

/** How the page shows it first: as it is seen now. The machine that computes turns a .spz, so the camera turns with it. */
export function lookOfPage(source: SceneSource, title: string, orbit: Orbit, background: Background): ScenePageLook {
  const { eye, target, fov } = poseOf(orbit)
  const turned = !('output' in source) && formatOf(source.name) === 'spz'
  const place = ([x, y, z]: Vec3): Vec3 => (turned ? [x, -y, -z] : [x, y, z])
  return {
    title: title.slice(0, longestTitle),
    up: turned ? upsideOf[orbit.up] : orbit.up,
    view: { eye: place(eye), target: place(target), fov },
    background,
  }
}

/** How often it is asked how far packing is, in ms. */
const askedMs = 250

/** A file that was dropped is sent first. An abort ends packing. Throws `scene.*`, `protocol.too-large`. */
export async function packScene(
  source: SceneSource,
  look: ScenePageLook,
  onPart: (part: number | undefined) => void,
  signal: AbortSignal,
): Promise<PackedScene> {
  const packing = async (of: { path: string } | { node: string; port: string }): Promise<PackedScene> => {
    onPart(undefined)
    const ask = setInterval(() => {
      request('shareProgress', {}).then(
        ({ part }) => onPart(part),
        () => undefined,
      )
    }, askedMs)
    const stop = (): void => {
      request('cancelShare', {}).catch(() => undefined)
    }
    signal.addEventListener('abort', stop)
    try {
      return await request('share', { of, look })
    } finally {
      clearInterval(ask)
      signal.removeEventListener('abort', stop)
    }
  }
  if ('output' in source) return packing(source.output)
  if (source.path !== undefined) return packing({ path: source.path })
  const bytes = await source.read((there) => onPart(there / source.size), signal)
  const path = await upload(new File([bytes], source.name))
  signal.throwIfAborted()
  return packing({ path })
}

/** The page, or a zip of the page and the scene. Throws `scene.page-too-large`. */
export async function sharedFile(
  { packed }: PackedScene,
  form: ShareForm,
  onPart: (part: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let from = 0; ; ) {
    const { result, tail } = await requestBytes('sharePart', { packed, form, from })
    signal.throwIfAborted()
    parts.push(tail.slice())
    from += tail.length
    onPart(from / result.total)
    if (from >= result.total || tail.length === 0) break
  }
  return new Blob(parts, { type: form === 'page' ? 'text/html' : 'application/zip' })
}
