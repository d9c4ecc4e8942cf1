/**
 * The gallery: the pipelines of a folder, with their descriptions. Cards are drawn by running the pipelines, when a card asks,
 * one at a time, and cached by the content of the file: a changed file is drawn again.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aboutOf } from '../../engine/graph/about.ts'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import type { Document, DocumentFile, PortRef } from '../../engine/graph/document.ts'
import { parseFile, serialise } from '../../engine/graph/file.ts'
import { lessonOf, missingIn } from '../../engine/graph/lesson.ts'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import { SightlineError, toProblem } from '../../engine/types/problem.ts'
import { createGate } from '../files/gate.ts'

export type Entry = MethodResult<'gallery'>['entries'][number]

export interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA */
  readonly pixels: Uint8Array
}

/** Runs the pipeline and draws one of its outputs, at most this large. */
export type Draw = (
  document: Document,
  picture: PortRef,
  size: { readonly width: number; readonly height: number },
) => Promise<Pixels>

export interface Gallery {
  /** By chapter, in order. An entry that cannot be shown says why. */
  list(): Promise<readonly Entry[]>
  /** Throws `gallery.unknown`, and problems of the file. */
  open(id: string): Promise<DocumentFile>
  /** Throws what `open` throws, and problems of the pipeline. */
  picture(id: string, width: number, height: number): Promise<Pixels>
}

export interface GalleryOptions {
  readonly folder: string
  readonly catalogue: Catalogue
  readonly draw: Draw
}

const extension = '.sightline.json'

interface Read {
  readonly id: string
  readonly hash: string
  readonly document: Document
  readonly about: ReturnType<typeof aboutOf>
  readonly steps: number
  readonly asks: number
  readonly lesson: string | undefined
}

export function createGallery({ folder, catalogue, draw }: GalleryOptions): Gallery {
  const gate = createGate(1)
  const drawn = new Map<string, Promise<Pixels>>()
  const never = new AbortController().signal

  const ids = async (): Promise<readonly string[]> =>
    (await readdir(folder))
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length))
      .sort()

  async function read(id: string): Promise<Read> {
    const content = await readFile(join(folder, id + extension), 'utf8')
    const document = parseFile(content)
    const lesson = lessonOf(document)
    const [missing] = lesson ? missingIn(document, lesson, catalogue) : []
    if (missing) throw new SightlineError('lesson.missing', { ...missing })
    return {
      id,
      hash: createHash('sha256').update(content).digest('base64url'),
      document,
      about: aboutOf(document),
      steps: lesson?.steps.length ?? 0,
      asks: lesson?.steps.filter(({ ask }) => ask).length ?? 0,
      lesson: lesson?.id,
    }
  }

  async function known(id: string): Promise<Read> {
    const all = await ids()
    if (!all.includes(id)) throw new SightlineError('gallery.unknown', { id, known: all.join(', ') })
    return read(id)
  }

  async function entry(id: string): Promise<Entry> {
    const nothing = { id, hash: '', chapter: '', order: 0, title: id, summary: '', steps: 0, asks: 0 }
    try {
      const { hash, document, about, steps, asks, lesson } = await read(id)
      if (!about) throw new SightlineError('about.wrong', { where: 'it', message: 'has no "about"' })
      const { chapter, order, summary } = about
      return { id, hash, chapter, order, title: document.title ?? id, summary, steps, asks, ...(lesson && { lesson }) }
    } catch (error) {
      return { ...nothing, problem: toProblem(error) }
    }
  }

  return {
    async list() {
      const entries = await Promise.all((await ids()).map(entry))
      // Entries that cannot be shown have no chapter and come last.
      return entries.sort(
        (a, b) => Number(!a.chapter) - Number(!b.chapter) || a.chapter.localeCompare(b.chapter) || a.order - b.order,
      )
    },
    async open(id) {
      return serialise((await known(id)).document)
    },
    async picture(id, width, height) {
      const { hash, document, about } = await known(id)
      const picture = about?.picture
      if (!picture) throw new SightlineError('about.wrong', { where: 'it', message: 'has no picture' })
      const key = `${hash} ${width} ${height}`
      const made = drawn.get(key) ?? gate(() => draw(document, picture, { width, height }), never)
      drawn.set(key, made)
      made.catch(() => drawn.delete(key))
      return made
    },
  }
}
