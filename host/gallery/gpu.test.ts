/** Lessons whose ops all have GPU kernels, on a GPU in software (SwiftShader): their questions take the same answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseFile } from '../../engine/graph/file.ts'
import { lessonOf } from '../../engine/graph/lesson.ts'
import { type Made, makeEngine } from '../engine.ts'
import { root } from '../installation.ts'
import { gpuTimeout, noGpu } from '../testing/gpu.ts'
import { checkStep } from '../testing/lessons.ts'

const folder = join(root, 'assets/gallery')

describe.skipIf(noGpu)(`on a GPU${noGpu ? ` (${noGpu})` : ''}`, { timeout: gpuTimeout }, () => {
  let made: Made
  beforeAll(async () => {
    process.env.VK_ICD_FILENAMES = process.env.SIGHTLINE_TEST_DRIVER
    made = await makeEngine({ device: 'gpu', adapter: 'swiftshader', threads: 2, memory: 512e6 })
    expect(made.device.kind).toBe('gpu')
  }, gpuTimeout)
  afterAll(() => made?.close())

  describe.each(['find-the-red-light', 'canny-five-rooms'])('%s', (name) => {
    const document = parseFile(readFileSync(join(folder, `${name}.sightline.json`), 'utf8'))
    const lesson = lessonOf(document)
    if (!lesson) throw new Error(`${name} has no lesson`)
    it.each(lesson.steps.map(({ title }, index) => ({ n: index + 1, title, index })))('step $n: $title', ({ index }) =>
      checkStep(made, folder, document, lesson, index),
    )
  })
})
