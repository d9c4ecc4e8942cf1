/**
 * Every gallery entry and every step of every lesson on the real engine: each runs, draws its picture and names only what
 * exists, and every question accepts the engine's answer and no wrong one. A new entry is tested just by being there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aboutOf } from '../../engine/graph/about.ts'
import type { Document, NodeRecord } from '../../engine/graph/document.ts'
import { formatFile, parseFile } from '../../engine/graph/file.ts'
import { lessonOf, missingIn } from '../../engine/graph/lesson.ts'
import { SightlineError, wordsOf } from '../../engine/types/problem.ts'
import { graphProblems } from '../cli/run.ts'
import { type Made, makeEngine } from '../engine.ts'
import { root } from '../installation.ts'
import { checkStep } from '../testing/lessons.ts'
import { drawWith } from './draw.ts'

const folder = join(root, 'assets/gallery')
const files = readdirSync(folder).filter((name) => name.endsWith('.sightline.json'))
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
const documents = files.map((file) => ({ file, document: parseFile(textOf(file)) }))

let made: Made
const catalogue = () => new Map(made.catalogue.map((info) => [info.type, info]))
beforeAll(async () => {
  made = await makeEngine({ threads: 2, memory: 512e6 })
})
afterAll(() => made.close())

// A large network computes for seconds, on a busy machine for longer.
vi.setConfig({ testTimeout: 120_000 })

/** A training takes minutes; its first steps show that it runs. */
const brief: Readonly<Record<string, NodeRecord['params']>> = {
  'network/train': { epochs: 1 },
  'network/train-gan': { steps: 5 },
}
const briefly = (document: Document): Document => ({
  ...document,
  nodes: Object.fromEntries(
    Object.entries(document.nodes).map(([id, node]) => [
      id,
      { ...node, params: { ...node.params, ...brief[node.type] } },
    ]),
  ),
})

describe.each(documents)('$file', ({ file, document }) => {
  it('says what it is', () => {
    expect(aboutOf(document)).toBeDefined()
    expect(document.title).toBeTruthy()
    expect(
      Object.keys(document.frames).length + Object.keys(document.notes).length > 0 || file === 'edges.sightline.json',
    )
  })

  it('is written as Sightline writes it, so that a copy can be compared with it', () => {
    expect(formatFile(document)).toBe(textOf(file))
  })

  it('runs without a problem', async ({ skip }) => {
    expect(graphProblems(document, catalogue())).toEqual([])
    // Jobs too: what comes after them would not run otherwise.
    const kinds = Object.values(document.nodes).map(({ type }) => catalogue().get(type)?.kind)
    expect(kinds).not.toContain('effect')
    const result = await made.engine.run(briefly(document), { services: made.services(folder) })
    result.release()
    const problems = result.nodes.flatMap(({ id, problem }) => (problem ? [{ id, problem }] : []))
    const missing = problems.find(({ problem }) => problem.code === 'model.not-installed')
    if (missing) {
      const others = problems.map(({ problem }) => problem.code)
      expect(new Set(others)).toEqual(new Set(['model.not-installed', 'input.upstream']))
      skip(wordsOf(missing.problem))
    }
    expect(problems).toEqual([])
  })

  it('draws the picture of its card, or says which model to install', async ({ skip }) => {
    const box = { width: 160, height: 100 }
    const drawn = drawWith(made, made.services(folder))(document, aboutOf(document)?.picture ?? '', box)
    const { width, height, pixels } = await drawn.catch((error: unknown) => {
      if (!(error instanceof SightlineError) || error.code !== 'model.not-installed') throw error
      expect(error.message).toMatch(/sightline models pull [a-z0-9-]+ --yes$/)
      skip(error.message)
      throw error
    })
    expect(Math.max(width / 160, height / 100)).toBe(1)
    expect(pixels).toHaveLength(width * height * 4)
    expect(new Set(pixels.filter((_, i) => i % 4 === 0)).size).toBeGreaterThan(16)
  })

  const lesson = lessonOf(document)
  if (!lesson) return

  it('has a lesson that names only what is there', () => {
    expect(missingIn(document, lesson, catalogue())).toEqual([])
  })

  it.each(lesson.steps.map(({ title }, index) => ({ n: index + 1, title, index })))('step $n: $title', ({ index }) =>
    checkStep(made, folder, document, lesson, index),
  )
})
