/** Builds the page of a shared scene to build/share: one file with everything in it. */
import { defineConfig } from 'vite'
import { singlePage } from '../../host/build/single-page.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [singlePage()],
  build: {
    outDir: '../../build/share',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 1 << 30,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 8000,
    rolldownOptions: { input: 'main.ts', output: { codeSplitting: false } },
  },
})
