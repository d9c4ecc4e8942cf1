/** Opens an address in the user's browser, if there is a screen. */
import { spawn } from 'node:child_process'
import { say } from '../terminal/say.ts'

/** The system's command for it, or undefined if nobody would see a window. */
export function openerOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] | undefined {
  if (env.CI) return undefined
  // `start` takes a first quoted argument as a title; `rundll32` takes an address as it is.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  if (platform === 'darwin') return ['open']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

/** Never fails: the address is printed as well. */
export function openBrowser(url: string): void {
  const [command, ...args] = openerOf(process.env, process.platform) ?? []
  if (command === undefined) return
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => say(`No browser was opened (${command} is not there). Open the address above.`))
  child.unref()
}
