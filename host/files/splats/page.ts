/** A scene as a page that anybody can open: one file, or a page and a .sog beside it. */
import { readFile } from 'node:fs/promises'
import { asText, largestPage, type PageStart, pageSlots, pageStart } from '../../../engine/protocol/scene-page.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { Services } from '../../../engine/types/services.ts'
import { encodeSplats } from './index.ts'

const template = new URL('../../../build/share/viewer.html', import.meta.url)

/** Made by the build, like the command line itself. */
const viewer = (): Promise<string> =>
  readFile(template, 'utf8').catch((error: unknown) => {
    throw new SightlineError('scene.no-viewer', {}, error)
  })

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** In a script element nothing may look like a tag. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/** What a page takes, in bytes: with a scene of `sog` bytes in it, and without. Throws `scene.no-viewer`. */
export async function pageSizes(sog: number): Promise<{ readonly together: number; readonly alone: number }> {
  const alone = Buffer.byteLength(await viewer())
  return { together: alone + asText(sog), alone }
}

/**
 * The page, as UTF-8.
 * @param sog the scene; absent: it lies beside the page as `start.file`
 * @throws `scene.page-too-large` of more than 25 MB, `scene.no-viewer`
 */
export async function pageOf(start: PageStart, sog?: Uint8Array): Promise<Uint8Array> {
  const { together } = await pageSizes(sog?.length ?? 0)
  if (sog && together > largestPage)
    throw new SightlineError('scene.page-too-large', {
      given: Math.ceil(together / 1e6),
      limit: Math.floor(largestPage / 1e6),
    })
  const filled = new Map<string, string>([
    [pageSlots.scene, sog ? Buffer.from(sog.buffer, sog.byteOffset, sog.byteLength).toString('base64') : ''],
    [pageSlots.start, inScript(pageStart.parse(start))],
    [pageSlots.title, escaped(start.title)],
  ])
  // Slots are looked for in the template alone, never in what was filled in.
  const slots = new RegExp([...filled.keys()].join('|'), 'g')
  return Buffer.from((await viewer()).replace(slots, (slot) => filled.get(slot) ?? ''))
}

/** The files of a page, of a scene that is packed as a .sog. */
export async function pageFiles(
  sog: Uint8Array,
  antialiased: boolean,
  { name, look, beside }: Parameters<Services['scenePage']>[1],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const file = `${name}.sog`
  const start = { ...look, antialiased, ...(beside && { file }) }
  const page = [`${name}.html`, await pageOf(start, beside ? undefined : sog)] as const
  return new Map(beside ? [page, [file, sog]] : [page])
}

/** As `Services` has it. */
export const scenePage: Services['scenePage'] = async (scene, page, signal) =>
  pageFiles(await encodeSplats(scene, 'sog', signal), scene.antialiased, page)
