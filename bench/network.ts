/**
 * A network opened in a real window, from the double click on its node to its folds on the screen: 5,000 operators of a file, and
 * ResNet-152 as it is built from layers.
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

interface Case {
  readonly name: string
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
  /** An output of the node, which is there once its file has been looked at, as when a person comes to it. */
  readonly port: string
  /** Where its node is clicked: beside its title, which a double click renames. */
  readonly at: { readonly x: number; readonly y: number }
}

const cases: readonly Case[] = [
  {
    name: `${operators} operators`,
    type: 'model/onnx',
    params: { path: 'many.onnx' },
    port: 'image',
    at: { x: 90, y: 130 },
  },
  {
    name: 'ResNet-152',
    type: 'network/architecture',
    params: { name: 'resnet152' },
    port: 'network',
    at: { x: 90, y: 48 },
  },
]

const pipelineOf = ({ type, params }: Case) => ({
  format: 'sightline',
  version: 1,
  nodes: [{ id: 'net', type, params, position: { x: 0, y: 0 } }],
  edges: [],
})

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

/** The last fold of both. */
const last = '[data-network] [data-item="/layer4"]'

export const network: Suite = async ({ report, say, only }) => {
  say('\nnetwork: from the double click to the folds')
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  try {
    await writeFile(join(folder, 'many.onnx'), manyOperators(operators))
    for (const one of cases.filter(({ name }) => only === undefined || name.includes(only))) {
      const file = join(folder, 'network.sightline.json')
      await writeFile(file, JSON.stringify(pipelineOf(one)))
      const program = await startProgram(folder, file)
      const { page, close } = await benchWindow(program.url, { script: watch, given: last })
      try {
        const node = page.locator('[data-node="net"]')
        await page.locator(`[data-port="net.${one.port}"]`).waitFor()
        const all: number[] = []
        for (let i = 0; i < times; i++) {
          await node.dblclick({ position: one.at })
          await page.locator(last).waitFor()
          all.push((await page.evaluate('opened')) as number)
          await page.locator('[data-network]').focus()
          await page.keyboard.press('Escape')
          await page.locator('[data-network]').waitFor({ state: 'detached' })
        }
        const [first = Number.NaN, ...again] = all
        report({
          ...{ suite: 'network', name: one.name },
          figures: { 'first ms': first, 'again ms': median(again), 'largest ms': Math.max(...again) },
        })
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
