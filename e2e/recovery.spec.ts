/** Nothing is lost, and the window says so: the engine killed, windows gone, files that others hold or change. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { type Editor, expect, test } from './app.ts'

const banner = ({ page }: Editor, words: string | RegExp): Locator =>
  page.getByRole('status').filter({ hasText: words })
const said = ({ page }: Editor, words: string | RegExp): Locator =>
  page.getByRole('region', { name: /^Notifications/ }).getByText(words)
const titleIn = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).title

async function rename(editor: Editor, title: string): Promise<void> {
  await editor.title.fill(title)
  await editor.title.press('Enter')
  await expect(editor.unsaved).toBeVisible()
}

/** A dialog hides everything else while it is open: the file tells whether it was saved. */
async function isSaved(editor: Editor, file: string): Promise<void> {
  await expect.poll(() => existsSync(file)).toBe(true)
  await expect(editor.dialog).toHaveCount(0)
  await expect(editor.unsaved).toHaveCount(0)
}

/** What another program writes there. */
const other = (file: string, title: string): void =>
  writeFileSync(
    file,
    JSON.stringify({
      format: 'sightline',
      version: 1,
      title,
      nodes: [{ id: 'cat', type: 'io/sample-image', params: { name: 'chelsea' }, position: { x: 0, y: 0 } }],
      edges: [],
    }),
  )

test('the engine is killed in the middle of editing: nothing is in the way, and nothing is lost', async ({
  editor,
  page,
  program,
}) => {
  await editor.settled('edges', 'strong')
  await editor.select('blur')
  await page.keyboard.press('Control+d')
  process.kill(program.enginePid(), 'SIGKILL')
  // None of these waits for the next engine.
  await editor.node('blur-2').getByRole('slider', { name: 'Sigma' }).focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
  await rename(editor, 'While it was away')
  await editor.pane.click({ position: { x: 8, y: 8 } })
  await expect(editor.node('blur-2')).toContainText('2.5 px')
  await editor.settled('blur-2', 'edges')
  await editor.hasPicture('blur-2')
  await expect(editor.title).toHaveValue('While it was away')
  await expect(banner(editor, 'Reconnecting')).toHaveCount(0)
  // Undo goes back to before it, too.
  for (let i = 0; i < 7; i++) await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(6)
  await expect(editor.title).toHaveValue('From a photo to its edges')
})

test('a second window on the same file may look and not write, says why, and may write once it is free', async ({
  editor,
  page,
  folder,
  anotherWindow,
}) => {
  const file = join(folder, 'shared.sightline.json')
  await editor.saveAs(file)
  const second = await anotherWindow()
  await second.openFile(file)
  const readOnly = banner(second, 'Read only: shared.sightline.json is open in another window.')
  await expect(readOnly).toBeVisible()
  await second.hasPicture('edges')
  await second.select('blur')
  await second.page.keyboard.press('Delete')
  await expect(said(second, /is open in another window. Change it there, or save a copy/)).toBeVisible()
  await expect(second.nodes).toHaveCount(6)

  // A copy of its own.
  const copy = join(folder, 'copy.sightline.json')
  await second.choose(() => readOnly.getByRole('button', { name: 'Save a copy…' }).click(), copy)
  await isSaved(second, copy)
  await expect(readOnly).toHaveCount(0)
  await second.select('blur')
  await second.page.keyboard.press('Delete')
  await expect(second.nodes).toHaveCount(5)
  await second.page.keyboard.press('Control+s')
  await expect(second.unsaved).toHaveCount(0)
  expect(JSON.parse(readFileSync(copy, 'utf8')).nodes).toHaveLength(5)
  expect(JSON.parse(readFileSync(file, 'utf8')).nodes).toHaveLength(6)

  // A window waiting for a file gets it when the other closes it.
  await second.openFile(file)
  await expect(readOnly).toBeVisible()
  await page.bringToFront()
  await editor.newDocument()
  await second.page.bringToFront()
  await expect(readOnly).toHaveCount(0)
  await rename(second, 'Mine now')
  await second.page.keyboard.press('Control+s')
  await expect(second.unsaved).toHaveCount(0)
  expect(titleIn(file)).toBe('Mine now')
})

test('a file that another program changes is shown anew; with changes of one’s own it is a question', async ({
  editor,
  page,
  folder,
}) => {
  const file = join(folder, 'shared.sightline.json')
  await editor.saveAs(file)
  other(file, 'Theirs')
  await expect(editor.title).toHaveValue('Theirs')
  await expect(
    said(editor, 'shared.sightline.json was changed by another program; this is the new version.'),
  ).toBeVisible()
  await editor.hasPicture('cat')

  await rename(editor, 'Mine')
  other(file, 'Theirs again')
  const changed = banner(editor, 'shared.sightline.json was changed by another program.')
  await expect(changed).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(editor.dialog).toContainText('This file was changed by another program')
  await editor.dialog.getByRole('button', { name: 'Cancel' }).click()
  await changed.getByRole('button', { name: 'Keep mine' }).click()
  await expect(changed).toHaveCount(0)
  expect(titleIn(file), 'to keep mine writes nothing').toBe('Theirs again')
  await page.keyboard.press('Control+s')
  await editor.dialog.getByRole('button', { name: 'Overwrite' }).click()
  await expect(editor.unsaved).toHaveCount(0)
  expect(titleIn(file)).toBe('Mine')

  await rename(editor, 'Not worth it')
  other(file, 'Theirs at last')
  await changed.getByRole('button', { name: 'Load it, drop my changes' }).click()
  await expect(editor.title).toHaveValue('Theirs at last')
  await expect(editor.unsaved).toHaveCount(0)
})

test('what is edited while a changed file is read stays, and is asked about', async ({ editor, page, folder }) => {
  const file = join(folder, 'shared.sightline.json')
  await editor.saveAs(file)
  const held = await editor.holdsBack('Theirs')
  await expect(editor.title).toHaveValue('From a photo to its edges')
  await page.keyboard.press('Escape')
  other(file, 'Theirs')
  await expect.poll(held.count, { message: 'the file is being read' }).toBe(1)
  await rename(editor, 'Mine')
  held.release()
  await expect(banner(editor, 'shared.sightline.json was changed by another program.')).toBeVisible()
  await expect(editor.title).toHaveValue('Mine')
})

test('a file that goes, alone or with its folder, is missed in words and can be saved again', async ({
  editor,
  page,
  folder,
}) => {
  const home = join(folder, 'home')
  mkdirSync(home)
  const file = join(home, 'here.sightline.json')
  await editor.saveAs(file)
  const gone = banner(editor, 'here.sightline.json is gone. Your pipeline is safe in this window.')
  rmSync(file)
  await expect(gone).toBeVisible()
  await editor.choose(() => gone.getByRole('button', { name: 'Save again…' }).click(), file)
  await isSaved(editor, file)
  await expect(gone).toHaveCount(0)

  rmSync(home, { recursive: true })
  await expect(gone).toBeVisible()
  await rename(editor, 'Still here')
  await page.keyboard.press('Control+s')
  await expect(said(editor, `There is no folder at "${home}".`)).toBeVisible()
  await expect(editor.unsaved).toBeVisible()
  const elsewhere = join(folder, 'elsewhere.sightline.json')
  await editor.choose(() => gone.getByRole('button', { name: 'Save again…' }).click(), elsewhere)
  await isSaved(editor, elsewhere)
  expect(titleIn(elsewhere)).toBe('Still here')
})

/** A folder in which not even root can write: `full` has no space, else it is read-only. Undefined if it cannot be made. */
function sealed(at: string, full: boolean): string | undefined {
  mkdirSync(at)
  if (process.getuid?.() !== 0) {
    chmodSync(at, 0o555)
    return full ? undefined : at
  }
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', full ? 'size=4k' : 'ro', 'tmpfs', at])
  if (status !== 0) return undefined
  if (full) writeFileSync(join(at, 'filler'), Buffer.alloc(4096))
  return at
}

for (const [what, full, words] of [
  ['a folder that is read-only', false, /may not be written. Choose another place./],
  ['a disk that is full', true, /disk is full/i],
] as const)
  test(`${what} is told in words, and it can be saved elsewhere`, async ({ editor, page, folder }) => {
    const at = sealed(join(folder, 'sealed'), full)
    test.skip(!at, 'such a folder cannot be made here')
    try {
      await rename(editor, 'Nowhere')
      const saving = (path: string) => editor.choose(() => page.keyboard.press('Control+Shift+s'), path)
      await saving(join(String(at), 'a.sightline.json'))
      await expect(page.getByText(words).first()).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(editor.dialog).toHaveCount(0)
      await expect(editor.unsaved).toBeVisible()
      const file = join(folder, 'a.sightline.json')
      await saving(file)
      await isSaved(editor, file)
      expect(titleIn(file)).toBe('Nowhere')
    } finally {
      spawnSync('umount', [String(at)])
    }
  })

test('a reload asks nothing of the file and keeps what no file has', async ({ editor, page, folder }) => {
  const file = join(folder, 'mine.sightline.json')
  await editor.saveAs(file)
  await rename(editor, 'Only here')
  page.on('dialog', (dialog) => dialog.accept())
  await editor.reload()
  await expect(editor.title).toHaveValue('Only here')
  await expect(editor.unsaved).toBeVisible()
  await editor.hasPicture('edges')
  await page.keyboard.press('Control+s')
  await expect(editor.unsaved, 'it knows its file').toHaveCount(0)
  expect(titleIn(file)).toBe('Only here')
})

test.describe('with the start screen', () => {
  test.use({ start: true })

  test('work that windows left when they went is offered to the next: opened, left for later, thrown away', {
    tag: '@browser',
  }, async ({ editor, anotherWindow }) => {
    // Two tabs that crash, or are closed with their browser.
    const second = await anotherWindow()
    await second.closeStart()
    await rename(second, 'The second')
    await editor.page.bringToFront()
    await rename(editor, 'The first')
    await editor.page.waitForTimeout(600)
    await editor.page.close()
    await second.page.close()

    const third = await anotherWindow()
    // It lies over the start screen: a click reaches only what is on top.
    await expect(third.start).toBeVisible()
    const offer = third.page.getByRole('region', { name: 'Unsaved work' })
    const line = (title: string) => offer.getByRole('listitem').filter({ hasText: title })
    await expect(offer.getByRole('listitem')).toHaveCount(2)
    await line('The second').getByRole('button', { name: 'Throw away' }).click()
    await expect(offer.getByRole('listitem')).toHaveCount(1)
    await offer.getByRole('button', { name: 'Later' }).click()
    await expect(offer).toHaveCount(0)

    await third.reload()
    await line('The first').getByRole('button', { name: 'Open' }).click()
    await expect(offer).toHaveCount(0)
    await expect(third.title).toHaveValue('The first')
    await expect(third.unsaved).toBeVisible()
    await third.hasPicture('edges')
    const fourth = await anotherWindow()
    await fourth.closeStart()
    await fourth.settled('edges')
    await expect(fourth.page.getByRole('region', { name: 'Unsaved work' })).toHaveCount(0)
  })
})
