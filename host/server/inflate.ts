/** Unpacks a stream of Zstandard for a window, a part at a time: neither end ever holds more than a part of it beside the result. */
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib'
import { scenePart } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'

export interface Unpacked {
  readonly bytes: Uint8Array
  /** There is more without another part. */
  readonly more: boolean
}

const wrong = (message: string, cause?: unknown): SightlineError =>
  new SightlineError('scene.packing', { message }, cause)

/** One stream that is to unpack to `size` bytes. */
export class Inflation {
  readonly #stream: ZstdDecompress = createZstdDecompress({ chunkSize: 1 << 20 })
  readonly #size: number
  #total = 0
  #failed: unknown
  #ended = false
  /** Whether all that was written is unpacked, and read or waiting to be read. */
  #taken = true
  #wake = (): void => {}

  constructor(size: number) {
    this.#size = size
    this.#stream
      .on('readable', () => this.#wake())
      .on('end', () => {
        this.#ended = true
        this.#wake()
      })
      .on('error', (error) => {
        this.#failed = error
        this.#wake()
      })
      .on('close', () => {
        if (!this.#ended) this.#failed ??= wrong('it was stopped')
        this.#wake()
      })
  }

  /**
   * The next bytes of the result.
   * @param packed the next packed part; empty: none
   * @param last nothing follows it
   * @throws `scene.packing` if the data is damaged or does not unpack to the promised size
   */
  async take(packed: Uint8Array, last: boolean): Promise<Unpacked> {
    if (packed.length > 0) {
      this.#taken = false
      // The stream keeps the part until it is unpacked.
      this.#stream.write(packed.slice(), () => {
        this.#taken = true
        this.#wake()
      })
    }
    if (last && !this.#stream.writableEnded) this.#stream.end()
    const found: Uint8Array[] = []
    let length = 0
    while (length < scenePart && !this.#ended) {
      if (this.#failed !== undefined) throw this.#stop(this.#failed)
      const room = Math.min(scenePart - length, this.#stream.readableLength)
      const bytes = room > 0 ? (this.#stream.read(room) as Buffer | null) : null
      if (bytes) {
        found.push(bytes)
        length += bytes.length
        this.#total += bytes.length
        if (this.#total > this.#size) throw this.#stop(wrong(`more than ${this.#size} bytes`))
      } else if (this.#taken && !last) break
      else {
        // Asks the stream to go on.
        this.#stream.read(0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
    if (this.#failed !== undefined) throw this.#stop(this.#failed)
    if (this.#ended && this.#total !== this.#size) throw wrong(`${this.#total} bytes instead of ${this.#size}`)
    return { bytes: Buffer.concat(found, length), more: !this.#ended && length >= scenePart }
  }

  #stop(error: unknown): unknown {
    this.close()
    return error instanceof SightlineError
      ? error
      : wrong(error instanceof Error ? error.message : String(error), error)
  }

  close(): void {
    this.#stream.destroy()
  }
}
