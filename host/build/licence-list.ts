/** Adds the list of licences to the built page: `licences/index.json` and a file for each text. */
import type { Plugin } from 'vite'
import { allLicences, licenceFiles, packageOf } from './licences.ts'

export const licenceList = (): Plugin => ({
  name: 'licence-list',
  apply: 'build',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []))
    const packages = modules.flatMap((module) => packageOf(module) ?? [])
    for (const [name, source] of licenceFiles(allLicences(packages)))
      this.emitFile({ type: 'asset', fileName: `licences/${name}`, source })
  },
})
