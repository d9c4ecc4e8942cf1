/** Files as a user meets them: a pipeline from elsewhere, dropped pictures, saving in various places. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, Editor, expect } from './app.ts'
import { Home } from './desktop.ts'
import { systemDialogs } from './dialogs.ts'
import { startProgram } from './program.ts'

const sample = 'assets/samples/chelsea.png'

interface Desk {
  readonly folder: string
  /** Starts the program, as often as it is called, and returns its window; an earlier one has ended. */
  start(file?: string): Promise<Editor>
}

const opened = async (editor: Editor, file: string | undefined): Promise<Editor> => {
  await editor.ready()
  if (file === undefined) await editor.closeStart()
  return editor
}

const test = base.extend<{ desk: Desk }>({
  desk: async ({ where, context }, use) => {
    let end = async (): Promise<void> => {}
    if (where === 'desktop') {
      const home = new Home()
      await use({
        folder: home.folder,
        async start(file) {
          await end()
          const desktop = await home.start(file === undefined ? [] : [file])
          const page = await desktop.app.firstWindow()
          end = async () => {
            await desktop.drop(page)
            await desktop.ended
          }
          return opened(new Editor(page, systemDialogs(desktop)), file)
        },
      })
      await home.close()
      return
    }
    const folder = mkdtempSync(join(tmpdir(), 'sightline-'))
    const page = await context.newPage()
    await use({
      folder,
      async start(file) {
        await end()
        const program = await startProgram(folder, file)
        end = program.stop
        await page.goto(program.url)
        return opened(new Editor(page), file)
      },
    })
    await end()
    rmSync(folder, { recursive: true, force: true })
  },
})

const pipelineWith = (path: string): string =>
  JSON.stringify({
    format: 'sightline',
    version: 1,
    nodes: [{ id: 'photo', type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } }],
    edges: [],
  })

test('a picture elsewhere asks for consent once, on its node, and is remembered', async ({ desk }) => {
  const [mine, theirs] = [join(desk.folder, 'mine'), join(desk.folder, 'theirs')]
  for (const folder of [mine, theirs]) mkdirSync(folder)
  writeFileSync(join(mine, 'cat.png'), readFileSync(sample))
  const file = join(theirs, 'p.sightline.json')
  writeFileSync(file, pipelineWith('../mine/cat.png'))
  const editor = await desk.start(file)
  await expect(editor.node('photo')).toContainText('Needs your consent to read')
  await editor.node('photo').getByRole('button', { name: 'Allow for this pipeline' }).click()
  await editor.hasPicture('photo')
  await (await desk.start(file)).hasPicture('photo')
  // The same file under another name is another pipeline.
  writeFileSync(join(theirs, 'q.sightline.json'), pipelineWith('../mine/cat.png'))
  const other = await desk.start(join(theirs, 'q.sightline.json'))
  await expect(other.node('photo')).toContainText('Needs your consent to read')
})

test('a picture that is named on the command line needs no consent', async ({ desk }) => {
  const cat = join(desk.folder, 'cat.png')
  writeFileSync(cat, readFileSync(sample))
  await (await desk.start(cat)).hasPicture('image')
})

test('a dropped picture outlives the program, and lies beside the pipeline once that is saved', async ({ desk }) => {
  const editor = await desk.start()
  await editor.newDocument()
  await editor.drop([{ name: 'cat.png', type: 'image/png', content: readFileSync(sample) }], { x: 300, y: 300 })
  const id = (await editor.nodes.first().getAttribute('data-node')) ?? ''
  await editor.hasPicture(id)
  const home = join(desk.folder, 'saved')
  mkdirSync(home)
  await editor.saveAs(join(home, 'p.sightline.json'))
  expect(readdirSync(home).sort()).toEqual(['p.files', 'p.sightline.json'])
  expect(readFileSync(join(home, 'p.files/cat.png')).equals(readFileSync(sample))).toBe(true)
  await editor.hasPicture(id)
  // From there it names the same picture, and needs no new consent for it.
  const away = join(desk.folder, 'away')
  mkdirSync(away)
  await editor.saveAs(join(away, 'q.sightline.json'))
  expect(JSON.parse(readFileSync(join(away, 'q.sightline.json'), 'utf8')).nodes[0].params.path).toBe(
    '../saved/p.files/cat.png',
  )
  await editor.hasPicture(id)
  await (await desk.start(join(away, 'q.sightline.json'))).hasPicture(id)
})

test('a node whose file is not chosen yet waits for it, and is no problem', { tag: '@browser' }, async ({ editor }) => {
  await editor.addFromPalette('Load image', 320, 440)
  const node = editor.node('load-image')
  await expect(node).toContainText('Waiting for a file')
  await expect(node).not.toContainText('failed')
})
