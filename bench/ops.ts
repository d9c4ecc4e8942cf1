/** Every op at 1920 × 1080 in float32 beside native OpenCV, OpenCV.js, TensorFlow.js and sharp, and beside a plain copy. */

import type { BenchPicture, BenchSize, OpBench } from '../engine/ops/bench.ts'
import { add, expr } from '../engine/ops/expr.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { bytesOf, cases, pictures } from './cases.ts'
import { type BenchDevice, benchDevice } from './device.ts'
import { median, pairs } from './pairs.ts'
import { openCVjs, sharpPeer, tensorFlowJs } from './peers/javascript.ts'
import { nativePeers, type Peer, type PeerOptions } from './peers/opencv.ts'
import type { Suite, SuiteOptions } from './report.ts'

/** GB/s of one pass that reads and writes a picture: the upper bound for any op. */
async function copyBandwidth(
  device: BenchDevice,
  { rgb }: Readonly<Record<BenchPicture, ImageValue>>,
): Promise<number> {
  const copy = expr((v) => add(v, 0))
  const times: number[] = []
  for (let i = 0; i < 15; i++) times.push(await device.time((ops) => ops.pointwise(rgb, { formula: copy })))
  return (6 * rgb.width * rgb.height * 4) / median(times) / 1e6
}

/** Times cases at one size beside peers: native OpenCV, scikit-image, OpenCV.js, sharp, and what else is given. */
export async function beside(
  suite: string,
  cases: readonly OpBench[],
  size: BenchSize,
  { threads, report, say, only }: SuiteOptions,
  others: (options: PeerOptions) => Promise<readonly Peer[]> = async () => [],
): Promise<void> {
  const wanted = cases.filter(({ name }) => only === undefined || name.includes(only))
  if (wanted.length === 0) return
  const device = await benchDevice(threads)
  const given = await pictures(device, size)
  const options = { ...size, threads }
  const native = await nativePeers(options)
  if (native.length === 0) say('No python3 with OpenCV here (apt install python3-opencv): native OpenCV is left out.')
  const peers: Peer[] = [...native, await openCVjs(options), ...(await others(options)), await sharpPeer(options)]
  const bandwidth = await copyBandwidth(device, given)
  say(`\n${size.width} × ${size.height} float32, ${threads} threads; a copy moves ${bandwidth.toFixed(1)} GB/s`)
  say('ratio: our time / theirs, median of interleaved pairs; of copy: the least time the bytes need / our time')
  for (const one of wanted) {
    const { name, run } = one
    const ours = () => device.time((ops) => run(ops, given, size))
    for (const peer of peers) {
      const theirs = peer.op(one.peers(size))
      if (!theirs) continue
      const pair = await pairs(ours, theirs, { seconds: 4 })
      report({
        suite,
        name,
        figures: {
          'ours ms': pair.a,
          'theirs ms': pair.b,
          ratio: pair.ratio,
          'of copy %': (100 * bytesOf(one, size)) / bandwidth / 1e6 / pair.a,
          'steal %': 100 * pair.steal,
          peer: `${peer.name}${pair.reliable ? '' : ' UNRELIABLE'}`,
        },
      })
    }
  }
  for (const peer of peers) peer.close()
  await device.close()
}

export const ops: Suite = (options) =>
  beside('op', cases, { width: 1920, height: 1080 }, options, async (given) => [await tensorFlowJs(given)])
