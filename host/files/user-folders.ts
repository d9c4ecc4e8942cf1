/** Where the user's files are kept on each system; `SIGHTLINE_HOME` puts all of them elsewhere. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export interface UserFolders {
  /** Settings: small. */
  readonly settings: string
  /** Dropped pictures: possibly large. */
  readonly data: string
}

export function userFolders(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): UserFolders {
  /** The XDG specification: ignore a relative path. */
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
