/** Paths on the machine that has the files: POSIX or Windows, told apart by their form. */
export interface Crumb {
  readonly name: string
  readonly path: string
}

const isWindows = (path: string): boolean => /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\')
export const isAbsolute = (path: string): boolean => path.startsWith('/') || isWindows(path)
export const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

/** Every parent folder, the root first. */
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

/** A name inside a folder; an absolute path stays as it is. */
export function joined(folder: string, name: string): string {
  if (isAbsolute(name)) return name
  const separator = isWindows(folder) ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/**
 * The name of a dropped file of which Sightline keeps a copy, under the hash of its content; undefined for any other path. Saving
 * the pipeline puts the copy beside it.
 */
export const copyName = (path: string): string | undefined =>
  /[\\/]pictures[\\/][0-9a-f]{32}[\\/]([^\\/]+)$/.exec(path)?.[1]

/** The path relative to `folder` if it is inside it, so that both can be moved together; otherwise unchanged. */
export function relativeTo(folder: string | undefined, path: string): string {
  const start = folder === undefined ? undefined : joined(folder, '')
  return start !== undefined && path.startsWith(start) && path.length > start.length ? path.slice(start.length) : path
}

/** The folder that contains a path; undefined if there is none. */
export function folderOf(path: string): string | undefined {
  if (!isAbsolute(path)) return undefined
  return crumbs(path).at(-2)?.path
}

const endsWith = (name: string, extension: string): boolean =>
  name.toLowerCase().endsWith(`.${extension.toLowerCase()}`)

/** Whether the name ends in one of these extensions; true if none are given. */
export const accepted = (name: string, extensions: readonly string[] | undefined): boolean =>
  !extensions?.length || extensions.some((extension) => endsWith(name, extension))

/** The name with the first of these extensions, unless it already has one. */
export const withExtension = (name: string, extensions: readonly string[] | undefined): string =>
  accepted(name, extensions) ? name : `${name}.${extensions?.[0]}`
