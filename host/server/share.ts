/** A scene that a window gives away: packed once, its sizes told, then sent in the form that the person chose. */

import type { MethodResult } from '../../engine/protocol/methods.ts'
import { arraysIn, scenePart } from '../../engine/protocol/scene.ts'
import type { PageStart } from '../../engine/protocol/scene-page.ts'
import type { Session } from '../../engine/run/engine.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ScenePageLook, SplatScene } from '../../engine/types/services.ts'
import { encodeSplats, unlessAborted } from '../files/splats/index.ts'
import { pageOf, pageSizes } from '../files/splats/page.ts'
import { makeZip } from '../files/splats/zip.ts'

type Form = 'page' | 'folder'

export interface Shared {
  readonly packed: number
  readonly splats: number
  /** In bytes. */
  readonly page: number
  readonly folder: number
  readonly look: Omit<PageStart, 'file'>
  readonly sog: Uint8Array
  /** The form that is being sent. */
  made?: { readonly form: Form; readonly bytes: Uint8Array } | undefined
}

/** In a folder that a web server shows, this page comes first. */
const [pageName, sceneName] = ['index.html', 'scene.sog'] as const
let packings = 0

/** The numbers of an output, whole. Throws the problem of a node that has no value, and the signal's reason. */
export async function sceneOf(
  session: Session,
  { node, port }: { readonly node: string; readonly port: string },
  signal: AbortSignal,
): Promise<SplatScene> {
  type Part = MethodResult<'splats'> & { readonly bytes: Uint8Array }
  let parts: Part[] = []
  for (;;) {
    const from: number = parts.at(-1)?.to ?? 0
    const part = (await session.request('splats', { node, port, from })) as Part
    signal.throwIfAborted()
    // It has changed meanwhile.
    if (parts[0] && part.name !== parts[0].name) parts = []
    else {
      parts.push(part)
      if (part.to >= part.count) break
    }
  }
  const { degree = 0, antialiased = false, space = 'rgb' } = parts[0] ?? {}
  const arrays = parts.map(({ bytes, from, to }) => arraysIn(bytes, to - from, degree))
  const joined = (of: keyof (typeof arrays)[number]): Float32Array => {
    // Shared, so that it is not copied to the thread that packs it.
    const all = new Float32Array(new SharedArrayBuffer(4 * arrays.reduce((sum, part) => sum + part[of].length, 0)))
    let at = 0
    for (const part of arrays) {
      all.set(part[of], at)
      at += part[of].length
    }
    return all
  }
  return {
    ...{ degree, antialiased, space, means: joined('means'), quats: joined('quats'), scales: joined('scales') },
    ...{ opacities: joined('opacities'), sh: joined('sh') },
  }
}

/** A scene on its way into a page: how far it is, and how it ends before that. */
export class Packing {
  readonly #end = new AbortController()
  /** 0 to 1. */
  part = 0
  get signal(): AbortSignal {
    return this.#end.signal
  }
  cancel(): void {
    this.#end.abort(new SightlineError('scene.packing-cancelled'))
  }
}

/** What reading the scene counts for, of all packing. */
const reading = 0.1

/** Throws `scene.nothing`, and `scene.packing-cancelled` within 100 ms of `packing.cancel()`. Nothing is written to a disk. */
export async function packScene(
  read: () => Promise<SplatScene>,
  look: ScenePageLook,
  packing: Packing,
): Promise<Shared> {
  const { signal } = packing
  const scene = await unlessAborted(signal, read())
  packing.part = reading
  const sog = await encodeSplats(scene, 'sog', signal, (part) => {
    packing.part = reading + (1 - reading) * part
  })
  const { together, alone } = await pageSizes(sog.length)
  return {
    ...{ packed: ++packings, splats: scene.opacities.length, page: together, folder: alone + sog.length },
    ...{ look: { ...look, antialiased: scene.antialiased }, sog },
  }
}

async function bytesOf({ look, sog }: Shared, form: Form): Promise<Uint8Array> {
  if (form === 'page') return pageOf(look, sog)
  const page = await pageOf({ ...look, file: sceneName })
  return makeZip(
    new Map([
      [pageName, page],
      [sceneName, sog],
    ]),
  )
}

/** Throws `scene.page-too-large`, and `scene.packed-again` of one that is not the last. */
export async function partOfShared(
  shared: Shared | undefined,
  packed: number,
  form: Form,
  from: number,
): Promise<{ readonly total: number; readonly bytes: Uint8Array }> {
  if (shared?.packed !== packed) throw new SightlineError('scene.packed-again')
  if (shared.made?.form !== form) shared.made = { form, bytes: await bytesOf(shared, form) }
  const { bytes } = shared.made
  const part = bytes.subarray(from, from + scenePart)
  // Sent: only the packed scene is kept, for the other form.
  if (from + scenePart >= bytes.length) shared.made = undefined
  return { total: bytes.length, bytes: part }
}
