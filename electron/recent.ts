/** The files that were open lately, newest first; the system's own list (dock, jump list) follows. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { app } from 'electron'
import { z } from 'zod'

const most = 12

export class Recent {
  readonly #file: () => string
  #paths: readonly string[] | undefined

  /** @param file asked for when it is needed: where it lies is known only once the program is ready */
  constructor(file: () => string) {
    this.#file = file
  }

  /** Those that are still there. */
  get paths(): readonly string[] {
    return this.#read().filter(existsSync)
  }

  add(path: string): void {
    this.#paths = [path, ...this.#read().filter((other) => other !== path)].slice(0, most)
    writeFileSync(this.#file(), JSON.stringify(this.#paths))
    app.addRecentDocument(path)
  }

  #read(): readonly string[] {
    if (this.#paths) return this.#paths
    try {
      this.#paths = z.array(z.string()).parse(JSON.parse(readFileSync(this.#file(), 'utf8')))
    } catch {
      this.#paths = []
    }
    return this.#paths
  }
}
