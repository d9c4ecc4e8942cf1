/** Whether there can be a GPU at all: to ask where no driver is installed takes time, and makes the library complain. */
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const folders = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  join(homedir(), '.local/share/vulkan/icd.d'),
]

/** Of Vulkan. Windows and macOS bring theirs along. */
export function hasDriver(): boolean {
  if (process.platform !== 'linux') return true
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env
  if (VK_DRIVER_FILES ?? VK_ICD_FILENAMES) return true
  return folders.some((folder) => existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.json')))
}
