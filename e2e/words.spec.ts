/** The window in another language, from a file: all of it, nothing that the user wrote, and no invalid file. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Editor, expect, test } from './app.ts'

test.slow()

async function languageTab({ page }: Editor) {
  await page.keyboard.press('Control+,')
  const dialog = page.getByRole('dialog')
  // The fourth, whatever its name.
  await dialog.getByRole('tab').nth(3).click()
  return dialog
}

async function template(editor: Editor): Promise<{ texts: Record<string, string>; problems: Record<string, string> }> {
  const dialog = await languageTab(editor)
  const text = await editor.download(() => dialog.getByRole('button', { name: 'Save the template' }).click())
  await editor.page.keyboard.press('Escape')
  return JSON.parse(text)
}

async function choose(editor: Editor, folder: string, words: unknown): Promise<void> {
  const path = join(folder, 'words.json')
  await writeFile(path, JSON.stringify(words))
  const dialog = await languageTab(editor)
  await dialog.locator('input[type="file"]').setInputFiles(path)
}

test('what a file says is said so, the rest in English; a wrong file changes nothing', async ({
  editor,
  page,
  folder,
}) => {
  const head = { format: 'sightline-words', version: 1, language: 'Deutsch' }
  const dialog = page.getByRole('dialog')
  await choose(editor, folder, { ...head, problems: { 'file.empty': '{what}' } })
  await expect(page.getByLabel(/^Notifications/).getByText('names {what}; it has {path}')).toBeVisible()
  await expect(dialog.getByText('English', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await choose(editor, folder, { ...head, texts: { Undo: 'Rückgängig', 'Gaussian blur': 'Weichzeichner' } })
  await expect(dialog.getByText('Deutsch', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(editor.button('Rückgängig')).toBeVisible()
  await expect(editor.node('blur')).toContainText('Weichzeichner')
  await editor.hasPicture('edges')
  // Found by its new name, and by the old one.
  for (const name of ['weich', 'cv2.GaussianBlur']) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(name)
    await expect(dialog.getByRole('option', { name: 'Weichzeichner' })).toBeVisible()
    await page.keyboard.press('Escape')
  }
  const again = await languageTab(editor)
  await again.getByRole('button', { name: 'Back to English' }).click()
  await page.keyboard.press('Escape')
  await expect(editor.button('Undo')).toBeVisible()
})

/** All visible or spoken text that has letters outside ⟦made-up words⟧. */
const leftovers = ({ page }: Editor, within: string): Promise<string[]> =>
  page.evaluate((within) => {
    // Text that is not the window's: code, keys, formulas, text by the user or the gallery. And socket requirements, which come
    // from the engine.
    const others = 'code, pre, kbd, .katex, style, canvas, textarea, [translate="no"], [data-port]'
    const of = (attribute: string): string[] =>
      [...document.querySelectorAll(`[${attribute}]`)].flatMap((e) => e.getAttribute(attribute)?.split('.') ?? [])
    const names = new Set(['value', ...of('data-node'), ...of('data-port')])
    const bare = (text: string): string => {
      let rest = text
      while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '')
      return rest.replace(/[\w-]+/g, (word) => (names.has(word) ? '' : word))
    }
    const found = new Set<string>()
    const look = (text: string, where: Element): void => {
      if (/\p{L}{3}/u.test(bare(text)) && !where.closest(others)) found.add(text.trim().slice(0, 100))
    }
    for (const root of document.querySelectorAll(within))
      for (const element of [root, ...root.querySelectorAll<HTMLElement>('*')]) {
        if (element.getClientRects().length === 0) continue
        // In the node list the second line is code.
        for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
          look(element.getAttribute(name)?.replace(/⟧\n.*/s, '⟧') ?? '', element)
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
        look(own.map((node) => node.textContent).join(''), element)
      }
    return [...found].filter((text) => !text.startsWith('.'))
  }, within)

test('in a made-up language nothing English is left', { tag: '@browser' }, async ({ editor, page, folder }) => {
  const words = await template(editor)
  const made = (table: Record<string, string>) =>
    Object.fromEntries(Object.entries(table).map(([key, text]) => [key, `⟦${text}⟧`]))
  await choose(editor, folder, { ...words, language: '⟦X⟧', texts: made(words.texts), problems: made(words.problems) })
  const dialog = page.getByRole('dialog')
  const left: Record<string, string[]> = {}
  const look = async (what: string, within: string): Promise<void> => {
    const found = await leftovers(editor, within)
    if (found.length > 0) left[what] = found
  }
  for (const [i, name] of ['appearance', 'computing', 'keys', 'language'].entries()) {
    await dialog.getByRole('tab').nth(i).click()
    await page.waitForTimeout(200)
    await look(`settings, ${name}`, '[role="dialog"]')
  }
  await page.keyboard.press('Escape')
  await look('header', 'header')
  await look('node list', 'nav')
  await look('nodes', '.react-flow')
  await look('inspector, pipeline', 'aside')
  await editor.select('blur')
  await look('inspector, node', 'aside')
  await page.keyboard.press('1')
  await editor.select('edges')
  await page.keyboard.press('2')
  await page.keyboard.press('Shift+h')
  // The canvas is one, too.
  await expect(page.getByRole('application')).toHaveCount(3)
  await look('viewer', 'section')
  await page.keyboard.press('Control+3')
  await editor.select('photo', 'blur')
  await look('inspector, several', 'aside')
  await page.keyboard.press('Control+4')
  await look('problems', 'main ~ *, section')
  await page.keyboard.press('Control+4')
  await page.keyboard.press('Control+5')
  await look('list', 'section')
  await page.keyboard.press('Control+5')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('models')
  await page.keyboard.press('Enter')
  await page.locator('[data-model]').first().getByRole('button').last().click()
  await expect(dialog.locator('pre')).not.toBeEmpty()
  await look('install a model', '[role="dialog"]')
  await page.keyboard.press('Escape')
  await look('models', 'section')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('memory')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-held]').first()).toBeVisible()
  await look('memory', 'section')
  for (const [what, keys] of [
    ['commands', 'Control+k'],
    ['shortcuts', '?'],
    ['save', 'Control+Shift+s'],
    ['add', 'Tab'],
  ] as const) {
    if (keys === 'Tab') await editor.pane.click({ position: { x: 8, y: 8 } })
    await page.keyboard.press(keys)
    await expect(dialog).toBeVisible()
    await page.waitForTimeout(200)
    await look(what, '[role="dialog"]')
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  }
  await page.locator('header button').first().click()
  await look('menu', '[role="menu"]')
  await page.keyboard.press('Escape')
  await editor.select('blur')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Alt+n')
  await look('unsaved changes', '[role="dialog"]')
  await dialog.getByRole('button').nth(2).click()
  await look('empty canvas', 'main')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(300)
  await look('start', 'body')
  await page.keyboard.press('Escape')
  expect(left).toEqual({})
})
