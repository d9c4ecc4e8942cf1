/** A software GPU for tests of kernels, if one was found (vulkan.ts); otherwise such tests are skipped with a reason. */

import type { GpuDevice } from '../../engine/gpu/device.ts'
import { openGpu } from '../gpu/open.ts'

const driver = process.env.SIGHTLINE_TEST_DRIVER

/** Why GPU tests are skipped; undefined if they are not. */
export const noGpu = driver ? undefined : 'no SwiftShader here (it comes with Chromium and Electron)'

/** The timeout of GPU tests, in ms: its compiler is slow, and other tests may be running. */
export const gpuTimeout = 240_000

export async function openTestGpu(memory = 1 << 30, without: readonly string[] = []): Promise<GpuDevice> {
  if (!driver) throw new Error(noGpu)
  process.env.VK_ICD_FILENAMES = driver
  const opened = await openGpu({ adapter: 'swiftshader', memory, without })
  if ('reason' in opened) throw new Error(opened.reason)
  return opened.gpu
}
