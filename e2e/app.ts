/** The program under test as a person has it: started by its command, seen in a window, with helpers named after what hands do. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Locator, type Page } from '@playwright/test'

export { expect }

export interface Program {
  readonly url: string
  readonly process: ChildProcess
  /** A folder of this test alone. */
  readonly folder: string
  /** The process that computes: the keeper's child. */
  enginePid(): number
}

/** Starts `sightline serve`, or `sightline FILE`, and waits for the address it prints. */
export async function startProgram(folder: string, file?: string): Promise<Program> {
  const child = spawn(process.execPath, ['host/sightline.js', file ?? 'serve', '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folder, USERPROFILE: folder },
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    const read = (data: Buffer) => {
      output += data
      const found = /https?:\/\/\S+/.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`sightline serve ended with ${code}:\n${output}`)))
  })
  return {
    url,
    process: child,
    folder,
    enginePid: () => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
      const pid = Number(stdout.trim().split('\n')[0])
      if (!pid) throw new Error('the engine process is not there')
      return pid
    },
  }
}

export const test = base.extend<{ program: Program; editor: Editor }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs.
  program: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-'))
    const program = await startProgram(folder)
    await use(program)
    program.process.kill()
    rmSync(folder, { recursive: true, force: true })
  },
  editor: async ({ page, program }, use) => {
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(program.url)
    const editor = new Editor(page)
    await editor.ready()
    await editor.closeStart()
    await use(editor)
    expect(problems, 'uncaught errors in the window').toEqual([])
  },
})

/** The window, by what one sees in it. */
export class Editor {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  node = (id: string): Locator => this.page.locator(`[data-node="${id}"]`)
  socket = (ref: string, side: 'in' | 'out'): Locator => this.page.locator(`[data-port="${ref}"][data-side="${side}"]`)
  preview = (id: string): Locator =>
    this.page.locator(`canvas[data-preview="${id}"], [data-preview="${id}"] canvas`).first()

  /** The sample pipeline, or whatever is opened, shows its first result. */
  async ready(): Promise<void> {
    await expect(this.page.locator('[data-node]').first()).toBeVisible()
  }

  get start(): Locator {
    return this.page.getByRole('region', { name: 'Start' })
  }

  /** Past the start screen, as one goes who wants to work on the sample. */
  async closeStart(): Promise<void> {
    await expect(this.start).toBeVisible()
    await this.page.keyboard.press('Escape')
    await expect(this.start).toHaveCount(0)
    await this.rests()
  }

  /** Nothing moves on the canvas any more. */
  async rests(): Promise<void> {
    const node = this.page.locator('[data-node]').first()
    const places: string[] = []
    await expect
      .poll(
        async () => {
          places.push(JSON.stringify(await node.boundingBox()))
          return places.length > 2 && new Set(places.slice(-3)).size === 1
        },
        { message: 'the canvas rests', intervals: [100] },
      )
      .toBe(true)
  }

  async newDocument(): Promise<void> {
    await this.page.keyboard.press('Alt+n')
    await expect(this.page.locator('[data-node]')).toHaveCount(0)
  }

  /** From the palette onto the canvas, at a point of the canvas given in pixels. */
  async addFromPalette(title: string, x: number, y: number): Promise<void> {
    const item = this.page.getByRole('navigation', { name: 'Nodes' }).getByRole('button', { name: title }).first()
    await item.scrollIntoViewIfNeeded()
    await item.dragTo(this.page.locator('.react-flow__pane'), { targetPosition: { x, y } })
  }

  async wire(from: string, to: string): Promise<void> {
    const a = await this.socket(from, 'out').boundingBox()
    const b = await this.socket(to, 'in').boundingBox()
    if (!a || !b) throw new Error(`cannot see ${a ? to : from}`)
    const { mouse } = this.page
    await mouse.move(a.x + a.width / 2, a.y + a.height / 2)
    await mouse.down()
    await mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2 + 20, { steps: 4 })
    await mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 4 })
    await mouse.up()
  }

  /** Drags a slider from one part of its length to another, in steps as a hand does. */
  async dragSlider(slider: Locator, from: number, to: number): Promise<void> {
    const box = await slider.boundingBox()
    if (!box) throw new Error('the slider is not to be seen')
    const { mouse } = this.page
    const at = (part: number): [number, number] => [box.x + part * box.width, box.y + box.height / 2]
    await mouse.move(...at(from))
    await mouse.down()
    await mouse.move(...at(to), { steps: 12 })
    await mouse.up()
  }

  /** The pixels of a node's preview, as one string: equal only if every pixel is. */
  pixels(id: string): Promise<string> {
    return this.preview(id).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  }

  /** A preview that is there and not one single colour. */
  async hasPicture(id: string): Promise<void> {
    await expect
      .poll(
        () =>
          this.preview(id).evaluate((canvas: HTMLCanvasElement) => {
            const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
            return new Set(Array.from({ length: data.length >> 2 }, (_, i) => data[4 * i])).size
          }),
        { message: `${id} shows a picture` },
      )
      .toBeGreaterThan(4)
  }
}
