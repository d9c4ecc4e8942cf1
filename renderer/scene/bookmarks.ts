/** Views of a scene that are kept under a name: in this browser, by the scene. */

import { z } from 'zod'
import { create } from 'zustand'
import { type Orbit, upAxes } from './orbit.ts'

const mostViews = 100
const finite = z.number().finite()
const orbitSchema = z.object({
  target: z.tuple([finite, finite, finite]).readonly(),
  distance: finite.positive(),
  yaw: finite,
  pitch: finite,
  up: z.enum(upAxes),
  fov: finite.positive(),
})
const schema = z.record(z.string(), z.array(z.object({ name: z.string().max(100), orbit: orbitSchema })).max(mostViews))

export interface Bookmark {
  readonly name: string
  readonly orbit: Orbit
}
type Kept = Readonly<Record<string, readonly Bookmark[]>>

const key = 'sightline.scene-views'
/** Only the newest scenes are kept. */
const mostScenes = 200

function stored(): Kept {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(key) ?? '{}'))
  } catch {
    // Written by something else, or not allowed: start anew.
    return {}
  }
}

export const useBookmarks = create<{ readonly kept: Kept }>(() => ({ kept: stored() }))

function keep(scene: string, views: readonly Bookmark[]): void {
  const { [scene]: _, ...others } = useBookmarks.getState().kept
  const kept = Object.fromEntries(
    [...Object.entries(others), ...(views.length > 0 ? [[scene, views]] : [])].slice(-mostScenes),
  )
  useBookmarks.setState({ kept })
  try {
    localStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

const viewsOf = (scene: string): readonly Bookmark[] => useBookmarks.getState().kept[scene] ?? []

/** Under the first free number. */
export function addBookmark(scene: string, orbit: Orbit): void {
  const views = viewsOf(scene)
  let n = views.length + 1
  while (views.some(({ name }) => name === `View ${n}`)) n++
  keep(scene, [...views, { name: `View ${n}`, orbit }].slice(-mostViews))
}
export const renameBookmark = (scene: string, at: number, name: string): void =>
  keep(
    scene,
    viewsOf(scene).map((view, i) => (i === at ? { ...view, name: name.slice(0, 100) } : view)),
  )
export const dropBookmark = (scene: string, at: number): void =>
  keep(
    scene,
    viewsOf(scene).filter((_, i) => i !== at),
  )
