/**
 * Builds the main process and the preload script to build/electron: `vite build --mode main`, `vite build --mode preload`. A
 * sandboxed preload script is one CommonJS file; the main process is bundled too, so that the installed program needs no packages.
 */
import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

const external = ['electron', ...builtinModules, /^node:/]

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  build: {
    outDir: '../build/electron',
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    lib: {
      entry: `${mode}.ts`,
      formats: [mode === 'preload' ? 'cjs' : 'es'],
      fileName: () => (mode === 'preload' ? 'preload.cjs' : 'main.js'),
    },
    rolldownOptions: { external, platform: 'node', output: { chunkFileNames: '[name].js' } },
  },
  ssr: { noExternal: true },
}))
