/** The text of a model's licence: the installed file, or, before the download, the text of the licence that its entry names. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileProblem } from '../files/problems.ts'
import { licenceText, type ModelEntry } from './manifest.ts'
import { modelFolder } from './places.ts'

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw fileProblem(error, path, 'read')
  })

/** Throws `file.*` */
export const readLicence = ({ name, licence }: ModelEntry): Promise<string> =>
  textOf(join(modelFolder(name), licence.file ?? 'LICENSE')).catch(() => textOf(licenceText(licence.id)))
