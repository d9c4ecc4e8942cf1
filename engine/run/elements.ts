/**
 * The elements of sequences that were handed out. All last until the end; of many large ones only the newest do, so that a
 * sequence larger than the memory can be processed.
 */
import type { Lease } from './lease.ts'
import type { Given } from './result.ts'

/** These stay, however large, so that neighbours can be compared. */
const always = 2

export class Elements {
  readonly #limit: number
  readonly #held: { readonly lease: Lease; readonly bytes: number }[] = []
  #bytes = 0

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit
  }

  add({ value }: Given, lease: Lease): void {
    const bytes = 'store' in value ? value.store.bytes : 0
    this.#held.push({ lease, bytes })
    this.#bytes += bytes
    while (this.#bytes > this.#limit && this.#held.length > always) {
      const oldest = this.#held.shift()
      oldest?.lease.end()
      this.#bytes -= oldest?.bytes ?? 0
    }
  }

  end(): void {
    for (const { lease } of this.#held.splice(0)) lease.end()
    this.#bytes = 0
  }
}
