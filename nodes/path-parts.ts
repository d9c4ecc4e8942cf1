/** A path in its parts: the folder with its last slash, and the file. */
export function pathParts(path: string): { readonly folder: string; readonly file: string } {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1
  return { folder: path.slice(0, at), file: path.slice(at) }
}
