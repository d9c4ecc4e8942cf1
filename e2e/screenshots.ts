/**
 * Makes the pictures of README and docs again: `node e2e/screenshots.ts [NAME...]`. Look at them before you commit. Without
 * Electron or Xvfb, the picture of the desktop window is left as it is.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import sharp, { type Sharp } from 'sharp'
import { findChromium } from './chromium.ts'
import { forgetCopies, Home } from './desktop.ts'
import { Editor } from './editor.ts'
import { findElectron } from './find-electron.ts'
import { startProgram } from './program.ts'
import { scene, shown, softwareGraphics } from './scenes.ts'

const wanted = process.argv.slice(2)
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)
const folder = mkdtempSync(join(tmpdir(), 'sightline-'))
const program = await startProgram(folder)
const browser = await chromium.launch({ executablePath: findChromium().path, args: ['--no-sandbox'] })

/** 256 colours are enough for a window, and a quarter of the bytes. */
async function keep(name: string, picture: Sharp): Promise<void> {
  const { size } = await picture
    .png({ palette: true, effort: 10, dither: 0.6 })
    .toFile(join('docs/screenshots', `${name}.png`))
  console.log(`${name}.png: ${Math.round(size / 1024)} KB`)
}

type Act = (editor: Editor) => Promise<unknown>

interface Window {
  readonly dark?: boolean
  readonly width?: number
  readonly height?: number
  /** 2 is the browser's 200 %. */
  readonly zoom?: number
}

/** The window as it opens. */
async function shootStart(name: string, window: Window, act: Act) {
  if (!isWanted(name)) return
  const { dark = false, width = 1440, height = 900, zoom = 1 } = window
  const page = await browser.newPage({
    viewport: { width: width / zoom, height: height / zoom },
    deviceScaleFactor: zoom,
    colorScheme: dark ? 'dark' : 'light',
  })
  await page.goto(program.url)
  const editor = new Editor(page)
  await editor.ready()
  for (const id of ['photo', 'gray', 'blur', 'edges', 'strong']) await editor.hasPicture(id)
  await act(editor)
  await page.waitForTimeout(800)
  await keep(name, sharp(await page.screenshot()))
  await page.close()
}

/** The sample, without the start screen. */
const shoot = (name: string, window: Window, act: Act) =>
  shootStart(name, window, async (editor) => {
    await editor.closeStart()
    await act(editor)
  })

const select = (editor: Editor, id: string) => editor.node(id).getByRole('heading').first().click()

await shootStart('start', {}, async (editor) => {
  for (const card of ['one-kernel', 'pick-a-colour'])
    await editor.start.locator(`[data-card="${card}"] [data-state="drawn"]`).waitFor({ state: 'visible' })
})
await shootStart('lesson', {}, async (editor) => {
  await editor.start.locator('[data-card="one-kernel"]').click()
  const lesson = editor.page.getByRole('complementary', { name: 'Lesson' })
  await lesson.getByRole('button', { name: /^Step 7/ }).click()
  await lesson.getByRole('textbox', { name: 'Your answer' }).fill('1.62')
  await lesson.getByRole('button', { name: 'Check' }).click()
  await lesson.getByText('Right').waitFor()
  await editor.rests()
})
await shoot('editor-light', {}, (editor) => select(editor, 'blur'))
await shoot('editor-dark', { dark: true }, (editor) => select(editor, 'edges'))
await shoot('small', { width: 900, height: 600 }, (editor) => editor.select('blur'))
await shoot('zoom-200', { zoom: 2 }, (editor) => editor.select('blur'))
await shoot('viewer-wipe', {}, async (editor) => {
  await select(editor, 'photo')
  await editor.page.keyboard.press('1')
  await select(editor, 'edges')
  await editor.page.keyboard.press('2')
  await editor.page.waitForTimeout(800)
  await editor.page.getByRole('radio', { name: 'Wipe' }).click()
})
const explain = async (editor: Editor) => {
  const { page } = editor
  await select(editor, 'blur')
  await page.keyboard.press('2')
  await select(editor, 'edges')
  await page.keyboard.press('1')
  await page.waitForTimeout(800)
  const box = await page.getByRole('application', { name: 'Picture of Sobel edges' }).boundingBox()
  if (!box) throw new Error('no viewer')
  // On the rim of the cup, a strong edge.
  const width = Math.min(box.width, box.height * 1.5)
  const at = [box.x + box.width / 2 - width * 0.096, box.y + box.height * 0.5] as const
  await page.mouse.move(...at)
  for (let i = 0; i < 11; i++) await page.mouse.wheel(0, -200)
  await page.waitForTimeout(800)
  await page.mouse.click(...at)
}
await shoot('explain-light', {}, explain)
await shoot('explain-dark', { dark: true }, explain)
await shoot('drop-a-wire', {}, async (editor) => {
  const from = await editor.socket('blur.image', 'out').boundingBox()
  if (!from) throw new Error('no socket')
  await editor.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await editor.page.mouse.down()
  await editor.page.mouse.move(from.x + 40, from.y + 260, { steps: 8 })
  await editor.page.mouse.up()
})
/** A scene needs 3D graphics, here in software: the same window in light and dark. */
async function shootScene(names: { readonly light: string; readonly dark: string }): Promise<void> {
  if (!isWanted(names.light) && !isWanted(names.dark)) return
  const drawing = await chromium.launch({ ...softwareGraphics, executablePath: findChromium().path })
  const page = await drawing.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(program.url)
  const editor = new Editor(page)
  await editor.ready()
  await editor.closeStart()
  await editor.open(JSON.parse(readFileSync('assets/gallery/around-a-scene.sightline.json', 'utf8')))
  await editor.settled('edges', 'jumps')
  await page.keyboard.press('Control+3')
  await page.keyboard.press('f')
  await editor.select('scene')
  await shown(page)
  await scene(page).focus()
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', '+']) await page.keyboard.press(key)
  await page.getByRole('radio', { name: 'Choose splats with a brush' }).click()
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  const [x, y] = [box.x + 0.44 * box.width, box.y + 0.45 * box.height]
  await editor.drag({ x, y }, { x: x + 0.1 * box.width, y: y + 0.12 * box.height }, 12)
  await page.mouse.up()
  await page.getByTestId('chosen').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.waitForTimeout(1500)
    await keep(names[colorScheme], sharp(await page.screenshot()))
  }
  await drawing.close()
}
await shootScene({ light: 'scene', dark: 'scene-dark' })

await shoot('problem', { dark: true }, async (editor) => {
  await editor.addFromPalette('Load image', 320, 520)
  await editor.page.locator('[data-node^="load"]').getByRole('heading').click()
  const inspector = editor.page.getByRole('complementary', { name: 'Inspector' })
  const path = inspector.getByRole('textbox', { name: /file|path/i }).first()
  await path.fill('/nowhere/cat.jpg')
  await path.press('Enter')
})

const rename = async ({ title }: Editor, to: string) => {
  await title.fill(to)
  await title.press('Enter')
}
/** A window that ends without asking, with unsaved work. */
async function leaveBehind(title: string): Promise<void> {
  const page = await browser.newPage()
  await page.goto(program.url)
  const editor = new Editor(page)
  await editor.ready()
  await editor.closeStart()
  await rename(editor, title)
  await page.waitForTimeout(600)
  await page.close()
}
const offered = async (editor: Editor) => {
  for (const title of ['Coins, counted', 'Edges at dusk'])
    await editor.page.getByRole('region', { name: 'Unsaved work' }).getByText(title).waitFor()
}
const changedOutside = async (editor: Editor) => {
  const path = join(mkdtempSync(join(folder, 'pipelines-')), 'edges.sightline.json')
  await editor.saveAs(path)
  await rename(editor, 'Edges, softer')
  const other = { ...JSON.parse(readFileSync(path, 'utf8')), title: 'Of another program' }
  writeFileSync(path, JSON.stringify(other))
  await editor.page.getByText('was changed by another program').waitFor()
  // Earlier messages disappear by themselves.
  await editor.page.waitForTimeout(6000)
}
await shoot('changed-outside', {}, changedOutside)
forgetCopies(folder)
await shoot('changed-outside-dark', { dark: true, width: 900, height: 600 }, changedOutside)
forgetCopies(folder)
if (isWanted('recovery') || isWanted('recovery-dark')) {
  for (const title of ['Coins, counted', 'Edges at dusk']) await leaveBehind(title)
  await shoot('recovery', {}, offered)
  await shoot('recovery-dark', { dark: true, width: 900, height: 600 }, offered)
}
await browser.close()
await program.stop()

/** The content of an Xvfb screen, from its framebuffer file (X Window Dump, 32 bits per pixel). */
function screenOf(file: string): Sharp {
  const dump = readFileSync(file)
  const [header, width, height, stride, colours] = [0, 16, 20, 48, 76].map((at) => dump.readUInt32BE(at)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const pixels = dump.subarray(header + 12 * colours)
  const rgb = Buffer.alloc(3 * width * height)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 2; c >= 0; c--) rgb[i++] = pixels[y * stride + 4 * x + c] ?? 0
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

/** The real window with its menu bar, on a screen of the same size. */
async function shootDesktop(name: string, electron: string): Promise<void> {
  const size = { width: 1440, height: 900 }
  const screen = spawn(
    'Xvfb',
    [
      '-displayfd',
      '3',
      '-screen',
      '0',
      `${size.width}x${size.height}x24`,
      '-fbdir',
      folder,
      '-nocursor',
      '-nolisten',
      'tcp',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const number = await new Promise<string>((resolve, reject) => {
    screen.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    screen.once('error', reject)
  })
  const home = new Home(electron)
  process.env.DISPLAY = `:${number}`
  try {
    const desktop = await home.start()
    const page = await desktop.app.firstWindow()
    const window = await desktop.app.browserWindow(page)
    await window.evaluate((shown: Electron.BrowserWindow, at) => shown.setBounds({ x: 0, y: 0, ...at }), size)
    const editor = new Editor(page)
    await editor.ready()
    await editor.closeStart()
    for (const id of ['photo', 'gray', 'blur', 'edges', 'strong']) await editor.hasPicture(id)
    await editor.rests()
    await editor.select('blur')
    await editor.inspector.locator('.katex').first().waitFor()
    await page.waitForTimeout(3000)
    // Without a window manager a line of bare screen remains on two sides.
    const whole = { left: 0, top: 0, width: size.width - 2, height: size.height - 2 }
    await keep(name, screenOf(join(folder, 'Xvfb_screen0')).extract(whole))
  } finally {
    await home.close()
    screen.kill()
  }
}
const electron = findElectron()
if (isWanted('desktop') && 'path' in electron && process.platform === 'linux')
  await shootDesktop('desktop', electron.path)
rmSync(folder, { recursive: true, force: true })
