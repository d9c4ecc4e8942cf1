/** The headers of every response, and the small pages that say why there is no editor. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** Hash of the style element with which Radix' Select hides the scroll bar of its list. */
export const selectStyleHash = createHash('sha256')
  .update(
    '[data-radix-select-viewport]{scrollbar-width:none;-ms-overflow-style:none;-webkit-overflow-scrolling:touch;}[data-radix-select-viewport]::-webkit-scrollbar{display:none}',
  )
  .digest('base64')

/**
 * Of every answer, whatever it is.
 * @param host the request's own, validated: older browsers do not accept 'self' for WebSockets. Absent: there is no engine to reach.
 */
export function securityHeaders(host?: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
      // Styles that scripts set on elements are not subject to the policy. It blocks style attributes in HTML, and all style elements but one.
      `style-src 'self' 'sha256-${selectStyleHash}'`,
      `connect-src 'self'${host ? ` ws://${host}` : ''}`,
      "img-src 'self' blob: data:",
      "font-src 'self' data:",
      "worker-src 'self' blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // The first address contains the token.
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)

const style = `
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** Of a small page: nothing but its own style. */
const smallPageHeaders: Readonly<Record<string, string>> = {
  ...securityHeaders(),
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
}

/** Responds with a page of two lines. */
export function sendPage(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, smallPageHeaders)
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)} – Sightline</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
</html>
`)
}

/** A whole response without a body, for a connection that has no `ServerResponse`. `status`: "404 Not Found". */
export function bareResponse(status: string): string {
  const headers = { ...smallPageHeaders, Connection: 'close', 'Content-Length': '0' }
  return `HTTP/1.1 ${status}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}
