/** What a person decides once: kept over a reload, and told honestly. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './app.ts'

test.slow()

test('theme, keys and what computes are chosen, kept, and checked', async ({ editor, page }) => {
  await page.keyboard.press('Control+,')
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('radio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')

  await dialog.getByRole('tab', { name: 'Computing' }).click()
  await expect(dialog.getByText('Now: the processor (CPU)')).toBeVisible()
  const threads = dialog.getByRole('textbox', { name: 'Threads' })
  await threads.fill('5')
  await threads.press('Enter')
  await expect(dialog.getByText('It counts when Sightline starts again')).toBeVisible()
  // Asked for anew each time it is shown.
  await dialog.getByRole('tab', { name: 'Appearance' }).click()
  await dialog.getByRole('tab', { name: 'Computing' }).click()
  await expect(threads).toHaveValue('5')

  // What is as usual is not kept: a larger machine has its own.
  await threads.fill(String((await dialog.getByText(/Now \d+\. This machine/).textContent())?.match(/\d+/)?.[0]))
  await threads.press('Enter')
  await expect(dialog.getByText('Changes count when Sightline starts again')).toBeVisible()

  await dialog.getByRole('tab', { name: 'Keyboard' }).click()
  const line = dialog.locator('[data-command="edit.bypass"]')
  await line.getByRole('button', { name: 'Change the keys of Bypass' }).click()
  await page.keyboard.press('l')
  await expect(line).toContainText('L is “Lay out”')
  await page.keyboard.press('Escape')
  await expect(dialog, 'Escape ends the recording, not the dialog').toBeVisible()
  await expect(line.locator('kbd')).toHaveText('M')
  await line.getByRole('button', { name: 'Change the keys of Bypass' }).click()
  await page.keyboard.press('Control+c')
  await expect(line).toContainText('Copy in every program')
  await page.keyboard.press('Shift+B')
  await expect(line.locator('kbd')).toHaveText('ShiftB')

  expect(await editor.faults('[role="dialog"]', true)).toEqual([])

  await page.reload()
  await editor.ready()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Escape')
  await editor.rests()
  await editor.node('blur').click({ position: { x: 40, y: 8 } })
  await page.keyboard.press('m')
  await expect(editor.node('blur')).not.toHaveAttribute('data-state', 'bypassed')
  await page.keyboard.press('Shift+B')
  await expect(editor.node('blur')).toHaveAttribute('data-state', 'bypassed')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText(/Bypass\s*ShiftB/)
})

test('commands and problems are said in the words of a file; a wrong file changes nothing', async ({
  editor,
  page,
  folder,
}) => {
  const write = async (name: string, words: unknown): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, JSON.stringify(words))
    return path
  }
  const head = { format: 'sightline-words', version: 1, language: 'Deutsch' }
  await page.keyboard.press('Control+,')
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: 'Language' }).click()
  const field = dialog.locator('input[type="file"]')
  await field.setInputFiles(await write('wrong.json', { ...head, problems: { 'file.empty': '{what}' } }))
  await expect(page.getByLabel(/^Notifications/).getByText('names {what}; it has {path}')).toBeVisible()
  await expect(dialog.getByText('English', { exact: true })).toBeVisible()
  await field.setInputFiles(
    await write('de.json', {
      ...head,
      commands: { 'edit.undo': 'Rückgängig' },
      problems: { 'file.none': 'Keine Datei.' },
    }),
  )
  await expect(dialog.getByText('Deutsch', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Rückgängig', exact: true })).toBeVisible()
  await page.keyboard.press('Control+,')
  await dialog.getByRole('tab', { name: 'Language' }).click()
  const template = await editor.download(() => dialog.getByRole('button', { name: 'Save the template' }).click())
  expect(JSON.parse(template).commands['edit.undo']).toBe('Undo')
  await dialog.getByRole('button', { name: 'Back to English' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeVisible()
  await editor.hasPicture('edges')
})
