/** Paths of the machine that the files are on: POSIX or Windows, told by their look. */
export interface Crumb {
  readonly name: string
  readonly path: string
}

const isWindows = (path: string): boolean => /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\')
export const isAbsolute = (path: string): boolean => path.startsWith('/') || isWindows(path)
export const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

/** Every folder on the way, the root first. */
export function crumbs(path: string): readonly Crumb[] {
  const separator = isWindows(path) ? '\\' : '/'
  const parts = path.split(/[\\/]/).filter(Boolean)
  const root = isWindows(path) ? `${parts.shift() ?? ''}\\` : '/'
  const result: Crumb[] = [{ name: root, path: root }]
  let at = root
  for (const name of parts) {
    at = at.endsWith(separator) ? at + name : at + separator + name
    result.push({ name, path: at })
  }
  return result
}

/** A name in a folder; what is absolute already stays. */
export function joined(folder: string, name: string): string {
  if (isAbsolute(name)) return name
  const separator = isWindows(folder) ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** The path as seen from `folder` where it lies in it, so that both can be moved together; else as it is. */
export function relativeTo(folder: string | undefined, path: string): string {
  const start = folder === undefined ? undefined : joined(folder, '')
  return start !== undefined && path.startsWith(start) && path.length > start.length ? path.slice(start.length) : path
}

/** The folder that a path lies in; undefined for what has none. */
export function folderOf(path: string): string | undefined {
  if (!isAbsolute(path)) return undefined
  return crumbs(path).at(-2)?.path
}

const endsWith = (name: string, extension: string): boolean =>
  name.toLowerCase().endsWith(`.${extension.toLowerCase()}`)

/** Whether the name ends in one of these; all do where none is asked for. */
export const accepted = (name: string, extensions: readonly string[] | undefined): boolean =>
  !extensions?.length || extensions.some((extension) => endsWith(name, extension))

/** The name with the first of these at its end, unless it has one. */
export const withExtension = (name: string, extensions: readonly string[] | undefined): string =>
  accepted(name, extensions) ? name : `${name}.${extensions?.[0]}`
