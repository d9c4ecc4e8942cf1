/** The window, with helpers named after what a user does in it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { type Files, pageDialogs } from './dialogs.ts'

export interface Spot {
  readonly x: number
  readonly y: number
}

/** The window, described by what a user sees in it. */
export class Editor {
  readonly page: Page
  readonly #files: Files
  readonly palette: Locator
  readonly inspector: Locator
  readonly viewer: Locator
  readonly pane: Locator
  readonly dialog: Locator
  readonly nodes: Locator
  readonly start: Locator
  /** The mark of unsaved work. */
  readonly unsaved: Locator
  readonly title: Locator
  constructor(page: Page, files = pageDialogs) {
    this.page = page
    this.#files = files
    this.palette = page.getByRole('navigation', { name: 'Nodes' })
    this.inspector = page.getByRole('complementary', { name: 'Inspector' })
    this.viewer = page.getByRole('region', { name: 'Viewer' })
    this.pane = page.locator('.react-flow__pane')
    this.dialog = page.getByRole('dialog')
    this.nodes = page.locator('[data-node]')
    this.start = page.getByRole('region', { name: 'Start' })
    this.unsaved = page.getByRole('img', { name: 'Not saved' })
    this.title = page.getByRole('textbox', { name: 'Title of the pipeline' })
  }

  node = (id: string): Locator => this.page.locator(`[data-node="${id}"]`)
  socket = (ref: string, side: 'in' | 'out'): Locator => this.page.locator(`[data-port="${ref}"][data-side="${side}"]`)
  wireTo = (ref: string): Locator => this.page.locator(`.react-flow__edge [data-wire="${ref}"]`)
  preview = (id: string): Locator =>
    this.page.locator(`canvas[data-preview="${id}"], [data-preview="${id}"] canvas`).first()
  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true })

  /** The sample pipeline, or whatever is opened, shows its first result. */
  async ready(): Promise<void> {
    // A program's first window also waits for the program.
    await expect(this.nodes.first()).toBeVisible({ timeout: 30_000 })
  }

  /** Axe's findings, in words that locate them; `serious`: only serious ones and worse. */
  async faults(within = 'html', serious = false): Promise<string[]> {
    // The other mode opens a page of its own, which not every window has room for.
    const { violations } = await new AxeBuilder({ page: this.page })
      .include(within)
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'] })
      .analyze()
    return violations
      .filter(({ impact }) => !serious || impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
      )
  }

  /** Leaves the start screen to work on the sample. */
  async closeStart(): Promise<void> {
    await expect(this.start).toBeVisible()
    await this.page.keyboard.press('Escape')
    await expect(this.start).toHaveCount(0)
    await this.laidOut()
  }

  /** Without the start screen the panels come first, then the pipeline is fitted to the view. */
  async laidOut(): Promise<void> {
    await this.frames(4)
    await this.rests(() => Promise.all([this.pane.boundingBox(), this.nodes.first().boundingBox()]))
  }

  /** Waits for this many frames; on a slow machine, animations stand still meanwhile. */
  frames(count: number): Promise<void> {
    return this.page.evaluate(async (left) => {
      for (let i = 0; i < left; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
    }, count)
  }

  /** Waits until the canvas rests: what `where` returns stays the same. */
  async rests(where: () => Promise<unknown> = () => this.nodes.first().boundingBox()): Promise<void> {
    const places: string[] = []
    await expect
      .poll(
        async () => {
          await this.frames(2)
          places.push(JSON.stringify(await where()))
          return places.length > 2 && new Set(places.slice(-3)).size === 1
        },
        { message: 'the canvas rests', intervals: [100] },
      )
      .toBe(true)
  }

  /** Each of these has its full result. */
  async settled(...ids: string[]): Promise<void> {
    for (const id of ids) await expect(this.node(id)).toHaveAttribute('data-state', /^(done|unchanged)$/)
  }

  /** Runs an action that asks for a file, and chooses this one. */
  choose(ask: () => Promise<unknown>, path: string): Promise<void> {
    return this.#files.choose(this.dialog, ask, path)
  }

  /** Runs an action that downloads a file; returns its text. */
  download(ask: () => Promise<unknown>): Promise<string> {
    return this.#files.download(this.page, ask)
  }

  /** With the keyboard, to a file that does not exist yet. */
  async saveAs(path: string): Promise<void> {
    await this.choose(() => this.page.keyboard.press('Control+Shift+s'), path)
    await expect(this.page.getByText(`Saved as ${basename(path)}.`).first()).toBeVisible()
    await expect(this.dialog).toHaveCount(0)
    await expect(this.unsaved).toHaveCount(0)
  }

  /** A pipeline's file; the open one must be saved. */
  async openFile(path: string): Promise<void> {
    await this.choose(() => this.page.keyboard.press('Control+o'), path)
    await expect(this.dialog).toHaveCount(0)
  }

  async newDocument(): Promise<void> {
    await this.page.keyboard.press('Alt+n')
    await expect(this.nodes).toHaveCount(0)
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.ready()
  }

  /** Reloads the page; from then on, messages to it that contain these words are held back until they are released. */
  async holdsBack(words: string): Promise<{ count(): number; release(): void }> {
    let released = false
    const held: (() => void)[] = []
    await this.page.routeWebSocket(/./, (socket) => {
      socket.connectToServer().onMessage((frame) => {
        const send = (): void => socket.send(frame)
        if (!released && frame.includes(words)) held.push(send)
        else send()
      })
    })
    await this.reload()
    return {
      count: () => held.length,
      release() {
        released = true
        for (const send of held) send()
      },
    }
  }

  /** Resizes the window; `zoom` 2 is the browser's 200 %. */
  async resize(width: number, height: number, zoom = 1): Promise<void> {
    if (zoom === 1) return this.page.setViewportSize({ width, height })
    const session = await this.page.context().newCDPSession(this.page)
    await session.send('Emulation.setDeviceMetricsOverride', {
      width: Math.round(width / zoom),
      height: Math.round(height / zoom),
      deviceScaleFactor: zoom,
      mobile: false,
    })
  }

  /** Drops files on the canvas, as from a file manager. `at` is a point of the canvas. */
  async drop(files: readonly { name: string; type: string; content: Buffer | string }[], at: Spot): Promise<void> {
    const list = files.map(({ name, type, content }) => ({
      name,
      type,
      bytes: Buffer.from(content).toString('base64'),
    }))
    await this.pane.evaluate(
      (pane, { list, at }) => {
        const transfer = new DataTransfer()
        for (const { name, type, bytes } of list)
          transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }))
        const box = pane.getBoundingClientRect()
        const place = { clientX: box.x + at.x, clientY: box.y + at.y, bubbles: true, cancelable: true }
        for (const kind of ['dragenter', 'dragover', 'drop'])
          pane.dispatchEvent(new DragEvent(kind, { ...place, dataTransfer: transfer }))
      },
      { list, at },
    )
  }

  async dropFiles(paths: readonly string[], at: Spot): Promise<void> {
    const type = (path: string): string => (path.endsWith('.json') ? 'application/json' : 'image/png')
    await this.drop(
      paths.map((path) => ({ name: basename(path), type: type(path), content: readFileSync(path) })),
      at,
    )
  }

  /** Replaces the open (unchanged) pipeline with one from a file. */
  async open(pipeline: { nodes: readonly object[]; [more: string]: unknown }): Promise<void> {
    const content = JSON.stringify({ format: 'sightline', version: 1, edges: [], ...pipeline })
    await this.drop([{ name: 'test.sightline.json', type: 'application/json', content }], { x: 20, y: 20 })
    await expect(this.nodes).toHaveCount(pipeline.nodes.length)
  }

  /** From the palette to a point of the canvas, in pixels. */
  async addFromPalette(title: string, x: number, y: number): Promise<void> {
    const item = this.palette.getByRole('button', { name: title }).first()
    await item.scrollIntoViewIfNeeded()
    await item.dragTo(this.pane, { targetPosition: { x, y } })
  }

  /** A click on the top of a node, with Shift to add it to the selection. In the overview it has no title to click. */
  async select(id: string, ...more: string[]): Promise<void> {
    const click = async (one: string, modifiers: 'Shift'[]): Promise<void> => {
      const box = await this.node(one).boundingBox()
      await this.node(one).click({ position: { x: (box?.width ?? 0) / 2, y: 8 }, modifiers })
    }
    await click(id, [])
    for (const other of more) await click(other, ['Shift'])
  }

  async middle(what: Locator): Promise<Spot> {
    const box = await what.boundingBox()
    if (!box) throw new Error(`cannot see ${what}`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }

  /** Presses at one point and moves to another in steps, as a hand would. Without `up()` it stays pressed. */
  async drag(from: Spot, to: Spot, steps = 8): Promise<void> {
    const { mouse } = this.page
    await mouse.move(from.x, from.y)
    await mouse.down()
    // A hand starts slowly: the first few pixels, which decide that it is a drag, are not part of a step.
    const far = Math.hypot(to.x - from.x, to.y - from.y)
    const part = Math.min(1, 4 / Math.max(1, far))
    await mouse.move(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part)
    await mouse.move(to.x, to.y, { steps })
  }

  async wire(from: string, to: string): Promise<void> {
    const a = await this.middle(this.socket(from, 'out'))
    const b = await this.middle(this.socket(to, 'in'))
    await this.drag(a, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + 20 }, 4)
    await this.page.mouse.move(b.x, b.y, { steps: 4 })
    await this.page.mouse.up()
  }

  /** Drags a slider from one fraction of its length to another, in steps. */
  async dragSlider(slider: Locator, from: number, to: number): Promise<void> {
    const box = await slider.boundingBox()
    if (!box) throw new Error('the slider is not to be seen')
    const at = (part: number): Spot => ({ x: box.x + part * box.width, y: box.y + box.height / 2 })
    await this.drag(at(from), at(to), 12)
    await this.page.mouse.up()
  }

  /** The centres of nodes on the screen. */
  async boxes(...ids: string[]): Promise<{ x: number; y: number; width: number; height: number }[]> {
    const boxes = []
    for (const id of ids) {
      const box = await this.node(id).boundingBox()
      if (!box) throw new Error(`${id} is not to be seen`)
      boxes.push(box)
    }
    return boxes
  }

  /** The pixels of a node's preview as a short string: equal only if every pixel is. */
  async pixels(id: string): Promise<string> {
    // After a zoom, the old drawing stays until the next picture arrives.
    const asked = () =>
      this.preview(id).evaluate((c: HTMLCanvasElement) => {
        const [width, height] = (c.dataset.asked ?? '').split('x').map(Number)
        return c.width === width || c.height === height
      })
    await expect.poll(asked, { message: `${id} has the picture that is asked for` }).toBe(true)
    const png = await this.preview(id).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    return createHash('sha256').update(png).digest('hex').slice(0, 16)
  }

  /** A preview that exists and is not a single colour. */
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
