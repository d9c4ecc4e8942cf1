/** Builds the page to build/renderer. `vite` serves it in development, with the engine of `npx sightline serve --port 4173`. */

import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { licenceList } from '../host/build/licence-list.ts'
import { texts } from '../host/build/texts.ts'

const engine = process.env.SIGHTLINE_ENGINE ?? 'http://127.0.0.1:4173'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // Text in components is translated (`words/say.ts`).
  plugins: [react({ jsxImportSource: 'sightline' }), texts(), licenceList()],
  resolve: {
    alias: {
      sightline: fileURLToPath(new URL('words/jsx', import.meta.url)),
      'react-style-singleton': fileURLToPath(new URL('ui/style-singleton.ts', import.meta.url)),
    },
  },
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // Spark contains its WebAssembly, and is loaded only when a scene is opened.
    chunkSizeWarningLimit: 4000,
  },
  server: {
    // The engine accepts only its own pages, so the proxy sends its Origin.
    proxy: { '/engine': { target: engine, ws: true, changeOrigin: true, headers: { origin: engine } } },
  },
})
