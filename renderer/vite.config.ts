/** Builds the page to build/renderer. `vite` serves it while it changes, with the engine of `npx sightline serve --port 4173`. */

import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { texts } from '../host/build/texts.ts'

const engine = process.env.SIGHTLINE_ENGINE ?? 'http://127.0.0.1:4173'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // What components show is said in the person's words (`words/say.ts`).
  plugins: [react({ jsxImportSource: 'sightline' }), texts()],
  resolve: { alias: { sightline: fileURLToPath(new URL('words/jsx', import.meta.url)) } },
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // Spark comes with its WebAssembly inside, and only when a scene is opened.
    chunkSizeWarningLimit: 4000,
  },
  server: {
    // The engine takes its own pages only, so the proxy speaks in its name.
    proxy: { '/engine': { target: engine, ws: true, changeOrigin: true, headers: { origin: engine } } },
  },
})
