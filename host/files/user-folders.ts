/** Where what belongs to the user of this machine is kept, as each system has it; `SIGHTLINE_HOME` puts it all elsewhere. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export interface UserFolders {
  /** What was decided: small. */
  readonly settings: string
  /** Dropped pictures: they may be large. */
  readonly data: string
}

export function userFolders(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): UserFolders {
  /** The XDG specification: a relative path is to be ignored. */
  const given = (name: string, usual: string): string => {
    const path = env[name]
    return path && isAbsolute(path) ? path : join(home, usual)
  }
  const own = env.SIGHTLINE_HOME
  if (own && isAbsolute(own)) return { settings: join(own, 'settings'), data: join(own, 'data') }
  if (platform === 'win32')
    return {
      settings: join(given('APPDATA', 'AppData/Roaming'), 'Sightline'),
      data: join(given('LOCALAPPDATA', 'AppData/Local'), 'Sightline'),
    }
  if (platform === 'darwin') {
    const folder = join(home, 'Library/Application Support/Sightline')
    return { settings: folder, data: folder }
  }
  return {
    settings: join(given('XDG_CONFIG_HOME', '.config'), 'sightline'),
    data: join(given('XDG_DATA_HOME', '.local/share'), 'sightline'),
  }
}
