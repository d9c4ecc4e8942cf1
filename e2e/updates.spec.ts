/** Updates of the desktop program, from a server of this test: nothing without a yes, and nothing lost. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { type Desktop, Home } from './desktop.ts'

/** A server with one version that counts requests and can be told to misbehave. */
class Place {
  readonly asked: IncomingMessage[] = []
  version = '9.9.9'
  /** The file to download; `listed` is what the server says about it. */
  file = ''
  listed: string | undefined
  missing = false
  elsewhere: string | undefined
  readonly #server = createServer((request, response) => this.#answer(request, response))

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(resolve))
  }

  /** How often the file itself was requested. */
  get downloads(): number {
    return this.asked.filter(({ url }) => url?.includes('.AppImage')).length
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request)
    if (this.elsewhere !== undefined) response.writeHead(302, { location: this.elsewhere }).end()
    else if (request.url?.startsWith('/latest-linux.yml') && !this.missing) response.end(this.#description())
    else if (request.url?.startsWith('/Sightline.AppImage')) response.end(this.file)
    else response.writeHead(404).end()
  }

  #description(): string {
    const content = this.listed ?? this.file
    const sha512 = createHash('sha512').update(content).digest('base64')
    const notes = ['Faster blurs.', '<img src="https://example.com/x.png"> stays text.']
    return [
      `version: ${this.version}`,
      `files: [{ url: Sightline.AppImage, sha512: "${sha512}", size: ${content.length} }]`,
      'path: Sightline.AppImage',
      `sha512: "${sha512}"`,
      `releaseNotes: ${JSON.stringify(notes.join('\n'))}`,
      "releaseDate: '2026-11-26T00:00:00.000Z'",
    ].join('\n')
  }
}

interface Fixtures {
  readonly home: Home
  readonly place: Place
  /** A program that is updated from that server. */
  readonly start: () => Promise<Desktop>
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs.
  home: async ({}, use) => {
    const home = new Home()
    await use(home)
    await home.close()
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs.
  place: async ({}, use) => {
    const place = new Place()
    await use(place)
    await place.close()
  },
  start: async ({ home, place }, use) => {
    const config = join(home.folder, 'app-update.yml')
    writeFileSync(config, `provider: generic\nurl: ${await place.open()}\nupdaterCacheDirName: sightline-updates\n`)
    // The program as one file, which is how Linux replaces it.
    const program = join(home.folder, 'Sightline.AppImage')
    writeFileSync(program, 'the old one')
    // The new one only reports that it was started.
    place.file = `#!/bin/sh\necho started >> "${join(home.folder, 'new')}"\n`
    await use(() => home.start([], { SIGHTLINE_UPDATES_FILE: config, APPIMAGE: program }))
  },
})
test.skip(process.platform !== 'linux', 'the place of this test has a version for Linux only')

const check = async (page: Page) => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('updates')
  await page.keyboard.press('Enter')
  return page.getByRole('dialog')
}

test('finds a newer version, tells of it, and downloads and installs it only when asked, with nothing lost', async ({
  home,
  place,
  start,
}) => {
  const desktop = await start()
  const page = await desktop.window()
  expect(place.asked, 'nobody asked to look').toHaveLength(0)
  const title = page.getByRole('textbox', { name: 'Title of the pipeline' })
  await title.fill('Unsaved')
  await title.press('Enter')
  await expect.poll(() => desktop.titles()).toEqual(['• Unsaved – Sightline'])

  const dialog = await check(page)
  await expect(dialog).toContainText('Sightline 9.9.9 is there')
  await expect(dialog.getByRole('region', { name: 'What is new' })).toContainText('<img src=')
  expect(place.asked.map(({ headers }) => headers['x-user-staging-id'])).toEqual([undefined])
  expect(place.downloads).toBe(0)
  await dialog.getByRole('button', { name: 'Not now' }).click()
  await check(page)
  expect(place.downloads).toBe(0)
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog).toContainText('Sightline 9.9.9 is ready')
  const program = join(home.folder, 'Sightline.AppImage')
  expect(readFileSync(program, 'utf8'), 'nothing is installed yet').toBe('the old one')

  await dialog.getByRole('button', { name: 'Restart and install' }).click()
  await desktop.ended
  expect(readFileSync(program, 'utf8')).toBe(place.file)
  await expect.poll(() => existsSync(join(home.folder, 'new')), { message: 'the new program was started' }).toBe(true)
  const again = await home.start()
  await again.window()
  await expect.poll(() => again.titles()).toEqual(['• Unsaved – Sightline'])
})

test('what was downloaded is not installed by ending the program', async ({ home, start }) => {
  const desktop = await start()
  const page = await desktop.window()
  const dialog = await check(page)
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog).toContainText('is ready')
  await dialog.getByRole('button', { name: 'Not now' }).click()
  await desktop.app.evaluate(({ app }) => app.quit())
  await desktop.ended
  expect(readFileSync(join(home.folder, 'Sightline.AppImage'), 'utf8')).toBe('the old one')
})

test('says what went wrong: nothing newer, nothing there, another file than was published, no encryption, nobody there', async ({
  home,
  place,
  start,
}) => {
  const page = await (await start()).window()
  place.version = '0.0.1'
  const dialog = await check(page)
  await expect(dialog).toContainText('This is the latest version')
  await page.keyboard.press('Escape')

  place.missing = true
  await check(page)
  await expect(dialog).toContainText('has no update for this system')
  place.missing = false

  place.version = '9.9.9'
  place.listed = 'what was published'
  const again = dialog.getByRole('button', { name: 'Try again' })
  await again.click()
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog).toContainText('is not the published one, and was deleted')
  expect(existsSync(join(home.folder, '.cache/sightline-updates/pending/Sightline.AppImage'))).toBe(false)

  place.elsewhere = 'http://example.com/latest-linux.yml'
  await again.click()
  await expect(dialog).toContainText('encrypted connections (https) only')
  place.elsewhere = undefined

  await place.close()
  await again.click()
  await expect(dialog).toContainText('cannot be reached')
})

test('looks at the start only where that was chosen', async ({ place, start }) => {
  const desktop = await start()
  const page = await desktop.window()
  await page.keyboard.press('Control+,')
  const look = page.getByRole('switch', { name: 'Check for updates' })
  await expect(look).not.toBeChecked()
  await look.click()
  await page.keyboard.press('Escape')
  expect(place.asked).toHaveLength(0)
  await desktop.app.evaluate(({ app }) => app.quit())
  await desktop.ended
  const again = await (await start()).app.firstWindow()
  await expect(again.getByText('Sightline 9.9.9 can be downloaded.').first()).toBeVisible()
  expect(place.downloads).toBe(0)
  await again.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(again.getByRole('dialog')).toContainText('Sightline 9.9.9 is there')
})

test('without a place to be updated from there is neither the command nor the setting', async ({ home }) => {
  const page = await (await home.start()).window()
  await page.keyboard.press('Control+,')
  await expect(page.getByRole('switch', { name: 'Start screen' })).toBeVisible()
  await expect(page.getByRole('switch', { name: 'Check for updates' })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('updates')
  await expect(page.getByRole('option', { name: /updates/ })).toHaveCount(0)
})
