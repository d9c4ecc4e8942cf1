/**
 * A linear SVM on HOG of Fashion-MNIST, against scikit-learn's LinearSVC on the same features and the same split. The data comes
 * from Debian's dataset-fashion-mnist, or from the folder that SIGHTLINE_FASHION_MNIST names.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NumberValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { hogBatch } from '../nodes/feature/hog-batch.ts'
import { idx } from '../nodes/io/idx.ts'
import { learnLinearSvm } from '../nodes/learn/linear-svm.ts'
import type { Suite } from './report.ts'

const [examples, passes] = [6000, 200]

export const learn: Suite = async ({ report, say }) => {
  const data = process.env.SIGHTLINE_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist'
  const images = join(data, 'train-images-idx3-ubyte.gz')
  if (!existsSync(images)) {
    say(`\nlearn: left out, as there is no Fashion-MNIST at ${data} (apt install dataset-fashion-mnist)`)
    return
  }
  say(`\nlearn: the first ${examples} pictures of Fashion-MNIST, the last fifth of them for the test`)
  const bench = await createNodeBench(data)
  const folder = await mkdtemp(join(tmpdir(), 'sightline-learn-'))
  try {
    const read = await bench.run(idx, {}, { images, labels: join(data, 'train-labels-idx1-ubyte.gz'), count: examples })
    let start = performance.now()
    const { features } = await bench.run(hogBatch, { batch: read.batch as TensorValue }, { gamma: false })
    const described = performance.now() - start
    start = performance.now()
    const made = await bench.run(
      learnLinearSvm,
      { features: features as TensorValue, targets: read.targets as TensorValue },
      { passes },
    )
    const trained = performance.now() - start
    const ours = (made.accuracy as NumberValue).value

    await writeFile(join(folder, 'x'), bench.device.read(features as TensorValue))
    await writeFile(join(folder, 'y'), bench.device.read(read.targets as TensorValue))
    const script = `
import json, sys, time, numpy as np
from sklearn.svm import LinearSVC
y = np.fromfile('y', np.int32); x = np.fromfile('x', np.float32).reshape(len(y), -1); n = len(y) - len(y) // 5
start = time.perf_counter(); svm = LinearSVC(C=1, max_iter=${passes}).fit(x[:n], y[:n])
print(json.dumps([1000 * (time.perf_counter() - start), svm.score(x[n:], y[n:])]))`
    const pythons = ['/usr/bin/python3', 'python3']
    const python = pythons.find((name) => spawnSync(name, ['-c', 'import sklearn']).status === 0) ?? 'python3'
    const peer = spawnSync(python, ['-W', 'ignore', '-c', script], { cwd: folder, encoding: 'utf8' })
    const [ms, accuracy] = peer.status === 0 ? (JSON.parse(peer.stdout) as [number, number]) : [Number.NaN, Number.NaN]
    if (peer.status !== 0) say('No python3 with scikit-learn here (apt install python3-sklearn): it is left out.')
    report({ suite: 'learn', name: 'HOG of all', figures: { ours: described } })
    report({ suite: 'learn', name: 'training', figures: { ours: trained, LinearSVC: ms, ratio: trained / ms } })
    report({
      suite: 'learn',
      name: 'accuracy in %',
      figures: { ours: 100 * ours, LinearSVC: 100 * accuracy, difference: 100 * (ours - accuracy) },
    })
  } finally {
    await bench.close()
    await rm(folder, { recursive: true })
  }
}
