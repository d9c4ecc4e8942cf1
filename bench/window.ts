/**
 * A real browser window with the real program, for benches of what a user feels. Without a GPU, the window is composited as a
 * desktop's browser does it, not by a GPU's stand-in.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import sharp from 'sharp'
import { findChromium } from '../e2e/chromium.ts'
import { benchPicture } from './picture.ts'

export interface BenchWindow {
  readonly page: Page
  close(): Promise<void>
}

let browser: Promise<Browser> | undefined

/** Runs in the page before anything else. */
interface Before<T> {
  readonly script: (given: T) => void
  readonly given: T
}

/** Opens `url` in a window of 1440 × 900. */
export async function benchWindow<T>(url: string, before?: Before<T>): Promise<BenchWindow> {
  browser ??= chromium.launch({
    executablePath: findChromium().path,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      '--disable-gpu-compositing',
    ],
  })
  const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(recorder)
  if (before) await page.addInitScript(before.script as never, before.given as never)
  await page.goto(url)
  return { page, close: () => context.close() }
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

/** The recorder's log in the page: when the pointer moved, and when a frame with that change was drawn. */
export interface Recording {
  readonly moves: { at: number; rev: number }[]
  readonly frames: { at: number; rev: number; quality: 'draft' | 'full' }[]
}

/**
 * Runs in the page before anything else. It reads the change numbers from the socket, so that it depends on nothing in the
 * window but the event after drawing.
 */
function recorder(): void {
  const recording: Recording = { moves: [], frames: [] }
  Object.assign(window, { recording })
  let input = 0
  addEventListener(
    'pointermove',
    (event) => {
      input = event.timeStamp
    },
    true,
  )
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (data) {
    if (ArrayBuffer.isView(data)) {
      const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true)
      const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data.buffer, data.byteOffset + 4, length)))
      if (head.type === 'edit') recording.moves.push({ at: input, rev: head.rev })
    }
    send.call(this, data)
  }
  addEventListener('sightline:previews', (event) => {
    const { rev, quality } = (event as CustomEvent<{ rev: number; quality: 'draft' | 'full' }>).detail
    recording.frames.push({ at: performance.now(), rev, quality })
  })
}

/** A folder with a photograph of this size (JPEG) and a pipeline that uses it; removed after `work`. */
export async function withPhoto<T>(
  width: number,
  height: number,
  pipeline: unknown,
  work: (pipeline: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  try {
    const raw = Uint8Array.from(benchPicture(width, height), (v) => Math.round(v * 255))
    await sharp(raw, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(join(folder, 'photo.jpg'))
    const path = join(folder, 'bench.sightline.json')
    await writeFile(path, JSON.stringify(pipeline))
    return await work(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
