/** What is measured and noted in a scene: a ruler, the scale that it sets, and notes at places. In this browser, by the scene. */

import { z } from 'zod'
import { create } from 'zustand'
import type { Vec3 } from './pose.ts'

export const mostNotes = 200
export const longestNote = 500

const finite = z.number().finite()
const place = z.tuple([finite, finite, finite]).readonly()
const marks = z.object({
  /** Two places, or the first of them. */
  ruler: z.array(place).max(2).readonly(),
  /** How long a unit of the scene is. */
  scale: finite.positive(),
  unit: z.string().max(12),
  notes: z
    .array(z.object({ at: place, text: z.string().max(longestNote) }))
    .max(mostNotes)
    .readonly(),
})
export type SceneMarks = Readonly<z.infer<typeof marks>>

export const noMarks: SceneMarks = { ruler: [], scale: 1, unit: '', notes: [] }
const key = 'sightline.scene-marks'
/** Only the newest scenes are kept. */
const mostScenes = 200

function stored(): Readonly<Record<string, SceneMarks>> {
  try {
    return z.record(z.string(), marks).parse(JSON.parse(localStorage.getItem(key) ?? '{}'))
  } catch {
    // Written by something else, or not allowed: start anew.
    return {}
  }
}

export const useSceneMarks = create<{ readonly kept: Readonly<Record<string, SceneMarks>> }>(() => ({ kept: stored() }))

export function setMarks(scene: string, change: Partial<SceneMarks>): void {
  const { [scene]: old = noMarks, ...others } = useSceneMarks.getState().kept
  const kept = Object.fromEntries([...Object.entries(others), [scene, { ...old, ...change }]].slice(-mostScenes))
  useSceneMarks.setState({ kept })
  try {
    localStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

/** Undefined where there are not two different places. */
export const distanceOf = ([a, b]: readonly Vec3[]): number | undefined =>
  a && b && (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) || undefined)
