/**
 * The program under test as a user has it: started by its command, seen in a window, with helpers named after user actions.
 * Only this file knows whether the window is a browser's or the desktop program's: addresses, reloading, a second window, how
 * files are chosen. A test of what is the same in both, or only there in a browser, has the tag `@browser`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Locator, type Page } from '@playwright/test'

import { type Desktop, forgetCopies, Home } from './desktop.ts'

export { expect }

/** Around the window. */
export interface Program {
  /** The user's home folder. */
  readonly folder: string
  /** The engine process: the keeper's child. */
  enginePid(): number
}

/** In the form a browser needs. */
export interface Served extends Program {
  readonly url: string
  readonly process: ChildProcess
  /** Ends it, and waits for the end. */
  stop(): Promise<void>
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'sightline-'))
const removed = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Starts `sightline serve`, or `sightline FILE`, and waits for the printed address. */
export async function startProgram(home: string, file?: string, port = 0): Promise<Served> {
  const what = [file ?? 'serve', '--no-open', '--port', String(port)]
  const child = spawn(process.execPath, ['host/sightline.js', ...what], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, USERPROFILE: home, SIGHTLINE_HOME: join(home, 'sightline') },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    const read = (data: Buffer) => {
      output += data
      const found = /https?:\/\/\S+/.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`sightline ${what.join(' ')} ended with ${code}:\n${output}`)))
  })
  return {
    url,
    process: child,
    folder: home,
    enginePid: () => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
      const pid = Number(stdout.trim().split('\n')[0])
      if (!pid) throw new Error('the engine process is not there')
      return pid
    },
    stop: () => {
      child.kill()
      return ended
    },
  }
}

/** A new window; an uncaught error in it fails the test, and so does what the content security policy refuses. A window of the desktop program has its page already. */
async function openWindow(page: Page, url: string | undefined, files: Files): Promise<Editor> {
  page.on('pageerror', (error) => uncaught.push(String(error)))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) uncaught.push(message.text())
  })
  if (url !== undefined) await page.goto(url)
  const editor = new Editor(page, files)
  await editor.ready()
  return editor
}
let uncaught: string[] = []

/** What the browser stores for a user who wants no start screen: without it, a test begins a second sooner. */
const withoutStart = (): void => {
  // The page that a browser shows when nobody answers has no storage.
  if (location.protocol === 'chrome-error:') return
  if (!localStorage.getItem('sightline.ui')) localStorage.setItem('sightline.ui', '{"showAtStart":false}')
}

/** Calls `use` with a new window, and checks that nothing went wrong in it unseen. */
async function whole(opening: Promise<Editor>, use: (editor: Editor) => Promise<void>): Promise<void> {
  uncaught = []
  await use(await opening)
  expect(uncaught, 'uncaught errors in the window').toEqual([])
}

/** Without the start screen. */
async function working(editor: Editor, start: boolean): Promise<Editor> {
  await (start ? editor.closeStart() : editor.laidOut())
  return editor
}

interface Fixtures {
  /** For this test alone. */
  readonly folder: string
  readonly files: Files
  /** An option: new windows open with the start screen. */
  readonly start: boolean
  /** The window as it opens. */
  readonly opened: Editor
  /** The window without the start screen. */
  readonly editor: Editor
  /** Another new window of the same program. */
  readonly anotherWindow: () => Promise<Editor>
  /** Without asking. */
  readonly closeWindow: (editor: Editor) => Promise<void>
  /** A program for this test alone, which it may end and start again at the same address. */
  readonly ownProgram: { current: Served; again(): Promise<Editor> }
  /** The window of that program. */
  readonly ownEditor: Editor
  /** Opens the page without the token that its address has. */
  readonly strange: () => Promise<void>
  /** Opens a window whose connection takes this many milliseconds. */
  readonly slowly: (program: Served, delay: number) => Promise<Editor>
}

interface Shared extends Where {
  readonly desktop: Desktop | undefined
  readonly served: Served | undefined
  readonly program: Program
}

/** Where the suite runs: the same tests in a browser window and in the desktop program. */
export interface Where {
  readonly where: 'browser' | 'desktop'
}

export const test = base.extend<Fixtures, Shared>({
  where: ['browser', { scope: 'worker', option: true }],
  desktop: [
    async ({ where }, use) => {
      const home = where === 'desktop' ? new Home() : undefined
      await use(await home?.start())
      await home?.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  start: [false, { option: true }],
  page: async ({ page, desktop, start }, use) => {
    if (!desktop) {
      if (!start) await page.addInitScript(withoutStart)
      return use(page)
    }
    await desktop.forget()
    if (!start) await (await desktop.app.firstWindow()).evaluate(withoutStart)
    const own = await desktop.newWindow()
    await use(own)
    await desktop.drop(own)
  },
  // Tests do not affect one another: each has its own window with its own pipeline.
  served: [
    async ({ where }, use) => {
      if (where === 'desktop') return use(undefined)
      const home = temporary()
      const program = await startProgram(home)
      await use(program)
      await program.stop()
      removed(home)
    },
    { scope: 'worker' },
  ],
  program: [
    async ({ desktop, served }, use) => {
      const program = desktop ?? served
      if (!program) throw new Error('there is no program')
      await use(program)
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs.
  folder: async ({}, use) => {
    const folder = temporary()
    await use(folder)
    removed(folder)
  },
  files: async ({ desktop }, use) => use(desktop ? systemDialogs(desktop) : pageDialogs),
  opened: async ({ page, program, served, files }, use) => {
    if (served) forgetCopies(program.folder)
    await whole(openWindow(page, served?.url, files), use)
  },
  editor: async ({ opened, start }, use) => use(await working(opened, start)),
  anotherWindow: async ({ context, desktop, served, files }, use) => {
    const pages: Page[] = []
    await use(async () => {
      const page = desktop ? await desktop.newWindow() : await context.newPage()
      pages.push(page)
      return openWindow(page, served?.url, files)
    })
    if (desktop) for (const page of pages) await desktop.drop(page)
  },
  closeWindow: async ({ desktop }, use) => use(({ page }) => (desktop ? desktop.drop(page) : page.close())),
  ownProgram: async ({ page, folder }, use) => {
    const first = await startProgram(folder)
    const own = {
      current: first,
      async again(): Promise<Editor> {
        own.current = await startProgram(folder, undefined, Number(new URL(first.url).port))
        // The old window was refused; the new address replaces it.
        page.on('dialog', (dialog) => void dialog.accept())
        await page.goto(own.current.url)
        return new Editor(page)
      },
    }
    await use(own)
    await own.current.stop()
  },
  ownEditor: async ({ page, ownProgram, start }, use) => {
    const opening = openWindow(page, ownProgram.current.url, pageDialogs)
    await whole(
      opening.then((editor) => working(editor, start)),
      use,
    )
  },
  strange: async ({ page, served }, use) => {
    await use(async () => void (await page.goto(new URL('/', served?.url).href)))
  },
  slowly: async ({ page }, use) => {
    await use(async (program, delay) => {
      await page.routeWebSocket(/./, async (socket) => {
        await new Promise((resolve) => setTimeout(resolve, delay))
        socket.connectToServer()
      })
      await page.goto(program.url)
      return new Editor(page)
    })
  },
})

export interface Spot {
  readonly x: number
  readonly y: number
}

/** How files are chosen and saved: through the page's dialogs, or the system's. */
export interface Files {
  /** Answers the file dialog that `ask` opens with this file. */
  choose(editor: Editor, ask: () => Promise<unknown>, path: string): Promise<void>
  /** The download that `ask` starts. */
  download(page: Page, ask: () => Promise<unknown>): Promise<string>
}

const pageDialogs: Files = {
  async choose({ dialog }, ask, path) {
    await ask()
    const name = dialog.getByRole('textbox').last()
    await name.fill(path)
    await name.press('Enter')
  },
  async download(page, ask) {
    const [download] = await Promise.all([page.waitForEvent('download'), ask()])
    return readFileSync(await download.path(), 'utf8')
  },
}

export const systemDialogs = (desktop: Desktop): Files => ({
  async choose(_, ask, path) {
    const answered = await desktop.chooses(path)
    await ask()
    await expect.poll(answered, { message: 'the system’s dialog is asked' }).toBe(true)
  },
  async download(_, ask) {
    const path = join(desktop.folder, 'download')
    const done = await desktop.downloadsTo(path)
    await ask()
    await expect.poll(done, { message: 'it is written' }).toBe(true)
    return readFileSync(path, 'utf8')
  },
})

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
    return this.#files.choose(this, ask, path)
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
