/**
 * What one keeps of a scene: views, a ruler with its scale, notes. Of an output in the pipeline, so that it goes with the file and can
 * be undone; of a scene that is no output, and inside nodes that cannot be edited, in this browser.
 */
import { z } from 'zod'
import { create } from 'zustand'
import { keepScene } from '../../engine/graph/edits.ts'
import { type KeptScene, keptScene, longestViewName, mostViews, nothingKept } from '../../engine/graph/scene.ts'
import { currentGraph, type EditorState, edit, isBuiltIn, settle, useEditor } from '../state/editor.ts'
import { idIn } from './graph-crop.ts'
import { keyOf } from './left.ts'
import type { Orbit } from './orbit.ts'
import type { Vec3 } from './pose.ts'
import type { SceneSource } from './source.ts'

const key = 'sightline.scenes'
/** Only the newest scenes are kept in the browser. */
const mostScenes = 200

type Stored = Readonly<Record<string, KeptScene>>

function stored(): Stored {
  try {
    return z.record(z.string(), keptScene).parse(JSON.parse(localStorage.getItem(key) ?? '{}'))
  } catch {
    // Written by something else, or not allowed: start anew.
    return {}
  }
}

const useStored = create<{ readonly kept: Stored }>(() => ({ kept: stored() }))

function store(scene: string, next: KeptScene): void {
  const { [scene]: _, ...others } = useStored.getState().kept
  const kept = Object.fromEntries([...Object.entries(others), [scene, next]].slice(-mostScenes))
  useStored.setState({ kept })
  try {
    localStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

/** The node whose record has it; undefined: it is kept in the browser. */
function placeOf(s: EditorState, source: SceneSource): { readonly id: string; readonly port: string } | undefined {
  if (!('output' in source) || isBuiltIn(s)) return undefined
  const id = idIn(s, source.output)
  return id === undefined ? undefined : { id, port: source.output.port }
}

/** The same object as long as nothing changes. */
const whole = new WeakMap<object, KeptScene>()

function inDocument(s: EditorState, { id, port }: { readonly id: string; readonly port: string }): KeptScene {
  const own = currentGraph(s).nodes[id]?.scenes?.[port]
  if (!own) return nothingKept
  const known = whole.get(own) ?? { ...nothingKept, ...own }
  whole.set(own, known)
  return known
}

const keptIn = (s: EditorState, all: Stored, source: SceneSource): KeptScene => {
  const place = placeOf(s, source)
  return place ? inDocument(s, place) : (all[keyOf(source)] ?? nothingKept)
}

export function useKept(source: SceneSource): KeptScene {
  const all = useStored((s) => s.kept)
  return useEditor((s) => keptIn(s, all, source))
}

/** One undo step. `draft`: more of the same follows, and one step is made of all; then `settle`. */
export function keep(source: SceneSource, change: Partial<KeptScene>, label: string, draft = false): void {
  const s = useEditor.getState()
  const next = { ...keptIn(s, useStored.getState().kept, source), ...change }
  const place = placeOf(s, source)
  if (!place) {
    store(keyOf(source), next)
    return
  }
  const group = `${place.id}.${place.port} ${label}`
  edit((document, graph) => keepScene(document, place.id, place.port, next, graph), { label, group, draft })
  if (!draft) settle()
}

/** Under the first free number. */
export function addView({ views }: KeptScene, orbit: Orbit): Partial<KeptScene> {
  let n = views.length + 1
  while (views.some(({ name }) => name === `View ${n}`)) n++
  return { views: [...views, { name: `View ${n}`, orbit }].slice(-mostViews) }
}
export const renameView = ({ views }: KeptScene, at: number, name: string): Partial<KeptScene> => ({
  views: views.map((view, i) => (i === at ? { ...view, name: name.slice(0, longestViewName) } : view)),
})
export const dropView = ({ views }: KeptScene, at: number): Partial<KeptScene> => ({
  views: views.filter((_, i) => i !== at),
})

/** Undefined where there are not two different places. */
export const distanceOf = ([a, b]: readonly Vec3[]): number | undefined =>
  a && b && (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) || undefined)
