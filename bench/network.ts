/**
 * A network of 5,000 operators, and ResNet-152 built from layers, opened in a real window: from the double click on its node to its
 * folds on the screen.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram } from '../e2e/program.ts'
import { manyOperators } from '../host/testing/network.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'
import { benchWindow, closeBrowser } from './window.ts'

const operators = 5000
const times = 7

/** Pipelines of one node. `port`: what the node has once it is known. */
const cases = [
  { name: 'opened', type: 'model/onnx', params: { path: 'many.onnx' }, port: 'net.image' },
  {
    name: 'ResNet-152 opened',
    type: 'network/architecture',
    params: { name: 'resnet152' },
    port: 'net.network',
  },
] as const

/** A fold of either network, in which it ends. */
const drawn = '[data-network] [data-item="/layer4"]'

/** Runs in the page before anything else: `opened` is the time in ms from the last double click to this element. */
function watch(selector: string): void {
  addEventListener(
    'dblclick',
    ({ timeStamp }) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector(selector)) return
        observer.disconnect()
        Object.assign(window, { opened: performance.now() - timeStamp })
      })
      observer.observe(document, { childList: true, subtree: true })
    },
    true,
  )
}

export const network: Suite = async ({ report, say }) => {
  say(`\nnetwork: ${operators} operators, and ResNet-152 of layers, from the double click to the folds`)
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  try {
    await writeFile(join(folder, 'many.onnx'), manyOperators(operators))
    for (const { name, type, params, port } of cases) {
      const file = join(folder, `${type.replace('/', '-')}.sightline.json`)
      const nodes = [{ id: 'net', type, params, position: { x: 0, y: 0 } }]
      await writeFile(file, JSON.stringify({ format: 'sightline', version: 1, nodes, edges: [] }))
      const program = await startProgram(folder, file)
      const { page, close } = await benchWindow(program.url, { script: watch, given: drawn })
      try {
        const node = page.locator('[data-node="net"]')
        // Its file has been looked at, as when a person comes to it.
        await page.locator(`[data-port="${port}"]`).waitFor()
        const all: number[] = []
        for (let i = 0; i < times; i++) {
          await node.dblclick({ position: { x: 90, y: 130 } })
          await page.locator(drawn).waitFor()
          all.push((await page.evaluate('opened')) as number)
          await page.locator('[data-network]').focus()
          await page.keyboard.press('Escape')
          await page.locator('[data-network]').waitFor({ state: 'detached' })
        }
        const [first = Number.NaN, ...again] = all
        report({ suite: 'network', name, figures: { 'first ms': first, 'again ms': median(again) } })
      } finally {
        await close()
        program.process.kill()
      }
    }
  } finally {
    await closeBrowser()
    await rm(folder, { recursive: true })
  }
}
