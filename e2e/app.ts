/**
 * The program under test as a user has it, in a window. Only this file and `dialogs.ts` know whether the window is a browser's or
 * the desktop program's: addresses, reloading, a second window, how files are chosen. A test of what is the same in both, or only
 * there in a browser, has the tag `@browser`.
 */
import { test as base, expect, type Page } from '@playwright/test'
import { type Desktop, forgetCopies, Home } from './desktop.ts'
import { type Files, pageDialogs, systemDialogs } from './dialogs.ts'
import { Editor, type Spot } from './editor.ts'
import { type Program, removed, type Served, startProgram, temporary } from './program.ts'

export { Editor, expect, type Spot }

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
