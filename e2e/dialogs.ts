/** How files are chosen and saved: in the page's own dialogs, or in the system's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import type { Desktop } from './desktop.ts'

/** How files are chosen and saved: through the page's dialogs, or the system's. */
export interface Files {
  /** Answers the file dialog that `ask` opens, here the page's, with this file. */
  choose(dialog: Locator, ask: () => Promise<unknown>, path: string): Promise<void>
  /** The download that `ask` starts. */
  download(page: Page, ask: () => Promise<unknown>): Promise<string>
}

export const pageDialogs: Files = {
  async choose(dialog, ask, path) {
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
