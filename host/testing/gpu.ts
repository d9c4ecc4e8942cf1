/** A GPU in software for tests of kernels, where one was found (vulkan.ts); such tests are skipped, with a word, where none was. */

import type { GpuDevice } from '../../engine/gpu/device.ts'
import { openGpu } from '../gpu/open.ts'

const driver = process.env.SIGHTLINE_TEST_DRIVER

/** Why tests of the GPU are skipped; undefined where they are not. */
export const noGpu = driver ? undefined : 'no SwiftShader here (it comes with Chromium and Electron)'

/** Of tests on it, in ms: its compiler is slow, and the machine may be busy with other tests. */
export const gpuTimeout = 240_000

export async function openTestGpu(memory = 1 << 30, without: readonly string[] = []): Promise<GpuDevice> {
  if (!driver) throw new Error(noGpu)
  process.env.VK_ICD_FILENAMES = driver
  const opened = await openGpu({ adapter: 'swiftshader', memory, without })
  if ('reason' in opened) throw new Error(opened.reason)
  return opened.gpu
}
