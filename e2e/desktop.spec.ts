/** What only the desktop program has: its menu bar, dialogs, files from outside, security, and recovery after any end. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { DocumentFile } from '../engine/graph/document.ts'
import { randomFrom } from '../engine/types/random.ts'
import { Home } from './desktop.ts'
import { differences, Hand, isOneStep, keptDocument } from './editing.ts'
import { ply, type Splat, scene, shown } from './scenes.ts'

const test = base.extend<{ home: Home }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs.
  home: async ({}, use) => {
    const home = new Home()
    await use(home)
    await home.close()
  },
})
const pipeline = (title: string) =>
  JSON.stringify({
    format: 'sightline',
    version: 1,
    title,
    nodes: [{ id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } }],
    edges: [],
  })

async function rename(page: Page, title: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Title of the pipeline' })
  await field.fill(title)
  await field.press('Enter')
}

test('opens the files it is given, each in one window', async ({ home }) => {
  const [one, two] = ['one', 'two'].map((name) => join(home.folder, `${name}.sightline.json`))
  for (const file of [one, two]) writeFileSync(String(file), pipeline(String(file)))
  const desktop = await home.start([String(one)])
  await desktop.window()
  await expect.poll(() => desktop.titles()).toEqual([`${one} – Sightline`])
  // What the system does on a double click while the program runs.
  const again = (file: string) =>
    desktop.app.evaluate(({ app }, path) => app.emit('open-file', { preventDefault() {} }, path), file)
  await again(String(two))
  await expect.poll(async () => (await desktop.titles()).sort()).toEqual([`${one} – Sightline`, `${two} – Sightline`])
  await again(String(one))
  await again(String(two))
  expect(await desktop.titles()).toHaveLength(2)
})

test('a scene opened by a double click is turned, flown through and saved as a picture, and a path as a film', async ({
  home,
}) => {
  test.slow()
  const [one, two, saved, film] = ['one.ply', 'two.sightline.json', 'one.png', 'film.mp4'].map((name) =>
    join(home.folder, name),
  ) as [string, string, string, string]
  const ball: Splat = { at: [0, 0, 0], size: 0.1, colour: [1, 0, 0], opacity: 0.99 }
  writeFileSync(one, ply([ball, { ...ball, at: [1, 0, 0], colour: [0, 1, 0] }]))
  const made = { id: 'made', type: 'splat/procedural', params: { count: 500 }, position: { x: 0, y: 0 } }
  writeFileSync(two, JSON.stringify({ format: 'sightline', version: 1, nodes: [made], edges: [] }))
  const desktop = await home.start([one])
  const page = await desktop.app.firstWindow()
  await shown(page)
  await expect(page.getByRole('heading', { name: 'one.ply' })).toBeVisible()

  const savedAs = (path: string) =>
    desktop.app.evaluate(({ session }, to) => {
      session.defaultSession.once('will-download', (_, item) => item.setSavePath(to))
    }, path)
  /** Where the colours are in a picture of it, as parts of its width, and how much of it they cover. */
  const picture = async () => {
    rmSync(saved, { force: true })
    await savedAs(saved)
    await page.getByRole('button', { name: 'Save as a picture' }).click()
    await page.getByRole('textbox', { name: 'Width' }).fill('300')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save PNG' }).click()
    await expect.poll(() => existsSync(saved), { timeout: 30_000 }).toBe(true)
    await page.keyboard.press('Escape')
    const { data, info } = await sharp(saved).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return [0, 1].map((channel) => {
      let [sum, x] = [0, 0]
      for (let i = 0; i < info.width * info.height; i++) {
        const amount = Math.max(0, (data[3 * i + channel] ?? 0) - (data[3 * i + 1 - channel] ?? 0)) / 255
        sum += amount
        x += (amount * (i % info.width)) / info.width
      }
      return { x: x / sum, area: sum / info.width / info.height }
    }) as [{ x: number; area: number }, { x: number; area: number }]
  }
  const [red, green] = await picture()
  expect(red.x).toBeLessThan(green.x)
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  // The whole height is half a turn: what was on the left is on the right.
  await page.mouse.move(box.x + 20, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(box.x + 20 + box.height, box.y + 200, { steps: 4 })
  await page.mouse.up()
  const [turnedRed, turnedGreen] = await picture()
  expect(turnedRed.x).toBeGreaterThan(turnedGreen.x)
  expect(turnedRed.area / red.area).toBeCloseTo(1, 1)
  await scene(page).focus()
  await page.keyboard.down('w')
  await page.waitForTimeout(800)
  await page.keyboard.up('w')
  const [near] = await picture()
  expect(near.area).toBeGreaterThan(1.1 * turnedRed.area)

  // A scene of a pipeline, opened while the program runs, in the same window: a film of a path through it.
  await desktop.app.evaluate(({ app }, path) => app.emit('open-file', { preventDefault() {} }, path), two)
  await expect(page.locator('[data-node="made"]')).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press('Control+3')
  await page.locator('[data-node="made"]').click()
  await shown(page)
  await page.getByRole('button', { name: 'Path of the camera' }).click()
  const path = page.getByRole('region', { name: 'Path of the camera' })
  for (const keyframes of [1, 2]) {
    await path.getByRole('button', { name: 'Keyframe', exact: true }).click()
    await expect(path.getByRole('button', { name: /^Keyframe at/ })).toHaveCount(keyframes)
    await scene(page).focus()
    await page.keyboard.press('ArrowRight')
  }
  await path.getByRole('textbox', { name: 'Time of the keyframe' }).fill('0.2')
  await page.keyboard.press('Enter')
  await path.getByRole('button', { name: 'Save the path' }).click()
  await page.getByRole('textbox', { name: 'Width of the film' }).fill('160')
  await page.keyboard.press('Enter')
  await savedAs(film)
  await page.getByRole('button', { name: 'MP4' }).click()
  await expect.poll(() => existsSync(film), { timeout: 60_000 }).toBe(true)
  const bytes = readFileSync(film).toString('latin1')
  expect(bytes.slice(4, 8)).toBe('ftyp')
  for (const box of ['moov', 'avcC', 'mdat']) expect(bytes).toContain(box)
})

test('has the menu bar of its commands, and does them', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  await rename(page, 'From the menu')
  await expect.poll(() => desktop.titles()).toEqual(['• From the menu – Sightline'])
  const clicked = (label: string) =>
    desktop.app.evaluate(({ Menu }, wanted) => {
      const items = (Menu.getApplicationMenu()?.items ?? []).flatMap((item) => item.submenu?.items ?? [])
      const item = items.find((candidate) => candidate.label === wanted)
      item?.click()
      return item ? { enabled: item.enabled, accelerator: item.accelerator ?? null } : null
    }, label)
  // The page reports its menu a moment after each change.
  await expect.poll(() => clicked('Undo')).toMatchObject({ accelerator: 'CmdOrCtrl+Z' })
  await expect.poll(() => desktop.titles()).toEqual(['From a photo to its edges – Sightline'])
})

test('started again while it ends, it comes back with what it was started for', async ({ home }) => {
  const desktop = await home.start()
  await desktop.window()
  // The engine needs a moment.
  process.kill(desktop.enginePid(), 'SIGSTOP')
  const windows = () => desktop.app.windows().length
  await desktop.app.evaluate(({ app }) => app.quit())
  await expect.poll(windows).toBe(0)
  const file = join(home.folder, 'wanted.sightline.json')
  writeFileSync(file, pipeline('Wanted'))
  await home.startAgain([file])
  await desktop.ended
  await expect.poll(() => home.inWindows(), { timeout: 30_000 }).toContain(file)
})

test('asks for files in the system’s own dialogs, and saves there', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  const file = join(home.folder, 'saved.sightline.json')
  await desktop.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: path })) as typeof dialog.showSaveDialog
    dialog.showOpenDialog = (async () => ({ canceled: true, filePaths: [] })) as typeof dialog.showOpenDialog
  }, file)
  await rename(page, 'Saved')
  await page.keyboard.press('Control+s')
  await expect.poll(() => existsSync(file)).toBe(true)
  expect(JSON.parse(readFileSync(file, 'utf8')).title).toBe('Saved')
  await expect.poll(() => desktop.titles()).toEqual(['Saved – Sightline'])
  await page.keyboard.press('Control+o')
  await expect(page.getByRole('dialog'), 'a cancelled dialog leaves nothing').toHaveCount(0)
})

test('what was saved is in the menu of every window, and on their start screens', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  const file = join(home.folder, 'saved.sightline.json')
  await rename(page, 'Saved')
  await desktop.chooses(file)
  await page.keyboard.press('Control+s')
  const recent = () =>
    desktop.app.evaluate(({ Menu }) => {
      const items = (Menu.getApplicationMenu()?.items ?? []).flatMap((item) => item.submenu?.items ?? [])
      return items.find(({ label }) => label === 'Open recent')?.submenu?.items.map(({ label }) => label)
    })
  await expect.poll(recent).toEqual([file])
  const other = await desktop.newWindow()
  const entry = other.getByRole('region', { name: 'Start' }).getByRole('button', { name: /^Saved/ })
  await expect(entry).toBeVisible()
  await other.getByRole('button', { name: 'Remove “Saved” from this list' }).click()
  await expect.poll(recent, { message: 'what is taken off in one window is off everywhere' }).toEqual([])
})

test('asks before a window with unsaved work closes, and not when the program ends', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  await rename(page, 'Unsaved')
  await expect.poll(() => desktop.titles()).toEqual(['• Unsaved – Sightline'])
  const close = () => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await close()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.waitForTimeout(600)
  // Asked by the system, it ends as in any other way, and says what it was asked by.
  desktop.process.kill('SIGTERM')
  await desktop.ended
  expect(desktop.process.exitCode).toBe(143)
  const again = await home.start()
  await again.window()
  await expect
    .poll(() => again.titles(), { message: 'what was not saved is there again' })
    .toEqual(['• Unsaved – Sightline'])
})

test('a saved pipeline comes back with its window, also when it is the file that the program is started with', async ({
  home,
}) => {
  const file = join(home.folder, 'saved.sightline.json')
  writeFileSync(file, pipeline('Saved'))
  const desktop = await home.start([file])
  await desktop.window()
  await expect.poll(() => desktop.titles()).toEqual(['Saved – Sightline'])
  await desktop.app.evaluate(({ app }) => app.quit())
  await desktop.ended
  const again = await home.start()
  await again.window()
  await expect.poll(() => again.titles()).toEqual(['Saved – Sightline'])
  await again.kill()
  const third = await home.start([file])
  await third.window()
  await expect.poll(() => third.titles()).toEqual(['Saved – Sightline'])
})

test('what was given up does not come back', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  await rename(page, 'Not wanted')
  await expect.poll(() => desktop.titles()).toEqual(['• Not wanted – Sightline'])
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await page.getByRole('dialog').getByRole('button', { name: 'Do not save' }).click()
  await desktop.ended
  const again = await home.start()
  await again.window()
  await expect.poll(() => again.titles()).toEqual(['From a photo to its edges – Sightline'])
})

test('a window that crashes comes back with its work', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  await rename(page, 'Before the crash')
  await expect.poll(() => desktop.titles()).toEqual(['• Before the crash – Sightline'])
  await desktop.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    window?.setTitle('gone')
    window?.webContents.forcefullyCrashRenderer()
  })
  await expect.poll(() => desktop.titles(), { timeout: 20_000 }).toEqual(['• Before the crash – Sightline'])
})

test('the page may not do what pages may not do', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag }
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  })
  expect(preferences.webviewTag ?? false).toBe(false)
  const inPage = await page.evaluate(async () => ({
    node: 'require' in window || 'process' in window,
    origin: location.origin,
    remote: await fetch('https://example.com').then(
      () => 'reached',
      () => 'refused',
    ),
    file: await fetch('file:///etc/passwd').then(
      () => 'reached',
      () => 'refused',
    ),
    outside: (await fetch('app://sightline/..%2f..%2fpackage.json')).status,
    evaluates: (() => {
      try {
        // biome-ignore lint/security/noGlobalEval: that it does not is what is tested.
        return globalThis.eval('1 + 1')
      } catch {
        return 'refused'
      }
    })(),
    opened: window.open('https://example.com') === null,
    camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
    bridge: Object.keys((window as unknown as { sightlineDesktop: object }).sightlineDesktop).sort(),
  }))
  expect(inPage).toEqual({
    node: false,
    origin: 'app://sightline',
    remote: 'refused',
    file: 'refused',
    outside: 404,
    evaluates: 'refused',
    opened: true,
    camera: 'denied',
    bridge: ['camera', 'choose', 'closed', 'document', 'endpoint', 'listen', 'menu', 'pathOf', 'platform', 'recent'],
  })
  await page.evaluate(() => {
    location.href = 'https://example.com/'
  })
  await page.waitForTimeout(500)
  expect(page.url()).toMatch(/^app:\/\/sightline\//)
  const nonsense = await page.evaluate(async () => {
    const bridge = (window as unknown as { sightlineDesktop: { choose(what: unknown): Promise<unknown> } })
      .sightlineDesktop
    return bridge.choose({ kind: 'anything', title: 3 }).then(String, (error: Error) => error.message)
  })
  expect(nonsense, 'messages are checked').toContain('"choose"')
})

test('a page from elsewhere reaches neither the engine nor the program', async ({ home }) => {
  const desktop = await home.start()
  const page = await desktop.window()
  const { url, token } = await page.evaluate(() =>
    (
      window as unknown as { sightlineDesktop: { endpoint(): Promise<{ url: string; token: string }> } }
    ).sightlineDesktop.endpoint(),
  )
  // A window of another origin in the same program, even one that had stolen the token.
  const stranger = await desktop.app.evaluate(
    async ({ BrowserWindow }, given) => {
      const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
      await window.loadURL('data:text/html,<h1>stranger</h1>')
      return window.webContents.executeJavaScript(
        `new Promise((resolve) => {
          const socket = new WebSocket(${JSON.stringify(given.url)}, ['sightline', ${JSON.stringify(given.token)}])
          socket.onclose = ({ code }) => resolve(code)
          setTimeout(() => resolve('still open'), 5000)
        })`,
      ) as Promise<number | string>
    },
    { url, token },
  )
  expect(stranger).toBe(4403)
})

/** How many times something is killed; each takes some seconds. */
const kills = Number(process.env.SIGHTLINE_KILLS ?? 6)
const seed = Number(process.env.SIGHTLINE_SEED ?? Date.now() % 1e6)

/** The window's content after each step, and when it was seen. */
interface Seen {
  readonly at: number
  readonly document: DocumentFile
}

/** Edits until `end` is called, which waits for the step under way; it fails if its window is gone. */
function editing(page: Page, hand: Hand) {
  const seen: Seen[] = []
  let going = true
  const see = async (): Promise<void> => {
    const document = await page.evaluate(keptDocument)
    if (document) seen.push({ at: performance.now(), document })
  }
  const work = (async () => {
    await see()
    while (going) {
      await hand.step(page)
      await see()
    }
  })()
  // It may fail before it is awaited, when its window ends.
  const gone = work.catch(() => undefined)
  return {
    seen,
    end(alive: boolean): Promise<void> {
      going = false
      return alive ? work : gone
    },
  }
}

/** Which of the seen states is back; the step under way at the end may be included. */
function foundIn(seen: readonly Seen[], found: DocumentFile, doing: string): number {
  const apart = differences(seen.at(-1)?.document ?? found, found)
  const at = seen.findLastIndex(({ document }) => differences(document, found).length === 0)
  // A step being undone or redone looks as it did before.
  if (at >= 0 && !(/undo|redo/.test(doing) && isOneStep(apart))) return at
  expect(isOneStep(apart), `what is back is one step from what was seen last, not ${apart}`).toBe(true)
  return seen.length
}

/** No change older than this, in ms, is lost: it may be on its way to the engine, or to the copy being written. */
const promised = { window: 250, all: 1000 }

test(`engine, window or all killed ${kills} times at random moments of an editing session, and nothing lost`, async ({
  home,
}) => {
  test.setTimeout(60_000 + kills * 20_000)
  const hand = new Hand(seed)
  const chance = randomFrom(seed + 1)
  const lost = { engine: [] as number[], window: [] as number[], all: [] as number[] }
  let desktop = await home.start()
  let page = await desktop.window()
  /** Waits until the window has a document: the one that was there. */
  const back = async (): Promise<DocumentFile> => {
    let found: DocumentFile | undefined
    await expect
      .poll(
        async () => {
          found = await desktop.ask(keptDocument).catch(() => undefined)
          return found !== undefined
        },
        { timeout: 30_000 },
      )
      .toBe(true)
    return found as DocumentFile
  }
  for (let kill = 0; kill < kills; kill++) {
    if (kill % 20 === 19) console.log(`${kill + 1} kills, ${JSON.stringify(lost)}`)
    const kind = (['engine', 'window', 'all'] as const)[kill % 3] ?? 'all'
    const { seen, end } = editing(page, hand)
    await page.waitForTimeout(300 + chance() * 2000)
    if (kind === 'engine') {
      process.kill(desktop.enginePid(), 'SIGKILL')
      await page.waitForTimeout(chance() * 1500)
      await end(true)
      const last = seen.at(-1)?.document as DocumentFile
      expect(differences(last, await back()), 'the window has it all').toEqual([])
      const unsaved = (await desktop.titles())[0]?.startsWith('•')
      await expect
        .poll(() => home.copies(), { timeout: 20_000, message: 'so has the new engine' })
        .toEqual(unsaved ? [last] : [])
      lost.engine.push(0)
      continue
    }
    // Sometimes the engine first, and the rest while another one starts.
    const staggered = kind === 'all' && chance() < 0.5
    const killed = performance.now()
    if (staggered) {
      process.kill(desktop.enginePid(), 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, chance() * 500))
    }
    await (kind === 'window' ? desktop.crashWindow() : desktop.kill())
    await end(false)
    if (kind === 'all') {
      desktop = await home.start()
      page = await desktop.window()
    }
    const found = await back()
    const known = foundIn(seen, found, hand.doing)
    // The age of the oldest change that was seen before the end and did not come back.
    const missing = seen.slice(known + 1).filter(({ at }) => at < killed)
    const age = missing[0] ? Math.round(killed - missing[0].at) : 0
    expect(age, `${kind}: what is as old came back`).toBeLessThanOrEqual(promised[kind])
    lost[kind].push(age)
    if (kind === 'window') {
      // Playwright cannot act in a crashed window: the next start continues with what is there.
      await desktop.kill()
      desktop = await home.start()
      page = await desktop.window()
      expect(differences(found, await back()), 'the same once more').toEqual([])
    }
  }
  console.log(`seed ${seed}; age in ms of the oldest change that was lost, by kill: ${JSON.stringify(lost)}`)
  console.log(`steps: ${JSON.stringify(hand.done)}`)
})
