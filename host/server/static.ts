/** Serves the built page: files of one folder, nothing outside it. */
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sendPage } from './pages.ts'

export const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Vite puts a hash in the names of files in assets/: a changed file has another name. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/

/** What a system answers to a name that no file of the page has. */
const noFile = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'EINVAL', 'EILSEQ', 'EACCES', 'EPERM'])
const missing = (error: unknown): boolean => error instanceof Error && 'code' in error && noFile.has(String(error.code))

/** The file for a URL's path, or undefined if it is outside `root`. */
export function fileOf(root: string, pathname: string): string | undefined {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (path.includes('\0') || path.split(/[/\\]/).includes('..')) return undefined
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`)
  return file.startsWith(root + sep) ? file : undefined
}

/** @param root absolute, without a trailing slash */
export async function serveFile(
  root: string,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const notFound = (): void => {
    if (pathname === '/')
      sendPage(response, 503, 'The editor is not built yet', 'Run "npm run build", then reload this page.')
    else sendPage(response, 404, 'Nothing here', 'There is no such page. The editor is at "/".')
  }
  const path = fileOf(root, pathname)
  if (path === undefined) return notFound()
  const file = await open(path).catch((error: unknown) => {
    if (missing(error)) return undefined
    throw error
  })
  if (!file) return notFound()
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return notFound()
    response.writeHead(200, {
      'Content-Type': contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
      'Content-Length': stat.size,
      'Cache-Control': hashed.test(pathname) ? 'private, max-age=31536000, immutable' : 'no-cache',
    })
    if (request.method === 'HEAD') response.end()
    else await pipeline(file.createReadStream({ autoClose: false, end: Math.max(0, stat.size - 1) }), response)
  } finally {
    await file.close()
  }
}
