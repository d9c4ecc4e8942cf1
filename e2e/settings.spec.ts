/** Settings are kept across a reload and shown truthfully. */
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
  await expect(dialog.getByText('It takes effect when Sightline restarts')).toBeVisible()
  // Read again each time it is shown.
  await dialog.getByRole('tab', { name: 'Appearance' }).click()
  await dialog.getByRole('tab', { name: 'Computing' }).click()
  await expect(threads).toHaveValue('5')

  // Defaults are not stored: a larger machine has its own.
  await threads.fill(String((await dialog.getByText(/Now \d+\. This machine/).textContent())?.match(/\d+/)?.[0]))
  await threads.press('Enter')
  await expect(dialog.getByText('Changes take effect when Sightline restarts')).toBeVisible()

  const hub = dialog.getByRole('textbox', { name: 'Model hub' })
  await hub.fill('ftp://mirror.example')
  await hub.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('"ftp://mirror.example" is not the address of a hub')
  await hub.fill('https://mirror.example')
  await hub.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveCount(0)
  await dialog.getByRole('tab', { name: 'Appearance' }).click()
  await dialog.getByRole('tab', { name: 'Computing' }).click()
  await expect(hub).toHaveValue('https://mirror.example')

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
