/** Whether there can be a GPU at all: asking where there is none takes time, and the library prints warnings. */
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const drivers = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  join(homedir(), '.local/share/vulkan/icd.d'),
]

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** Why there is none, in words; undefined if there may be one. Windows and macOS bring their drivers. */
export function lacking(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env
  if (VK_DRIVER_FILES ?? VK_ICD_FILENAMES) return undefined
  // The kernel's names of graphics cards; the last is that of Windows Subsystem for Linux.
  const cards = namesIn('/dev/dri').some((name) => name.startsWith('renderD'))
  if (!cards && !existsSync('/dev/nvidia0') && !existsSync('/dev/dxg')) return 'this machine has none'
  const driver = drivers.some((folder) => namesIn(folder).some((file) => file.endsWith('.json')))
  return driver ? undefined : 'no graphics driver with Vulkan is installed'
}
