/**
 * The elements of sequences that were handed out. All last until the end; of many large ones only the newest do, so that a
 * sequence larger than the memory can be processed.
 */
import type { Lease } from './lease.ts'

/** The number of newest elements that stay, however large, so that neighbours can be compared. */
const always = 2

export class Elements {
  readonly #limit: number
  readonly #held: { readonly lease: Lease; readonly bytes: number }[] = []
  #bytes = 0

  /** @param limit in bytes, of everything that the elements keep in use */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes over the lease, which holds the element and nothing else. */
  add(lease: Lease): void {
    const bytes = lease.footprint
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
