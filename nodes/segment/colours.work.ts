import { defineWork } from '../../engine/types/work.ts'

export interface ColoursInput {
  readonly labels: Int32Array
  /** Red, green, blue of label 0, then of labels 1 to 255, as bytes; after those the colours begin again. */
  readonly table: Uint8Array
}

/** The colour of each label: three bytes a pixel. */
export const coloursWork = defineWork({
  name: 'segment/colours',
  run({ labels, table }: ColoursInput): Uint8Array {
    const made = new Uint8Array(3 * labels.length)
    const shown = table.length / 3 - 1
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] ?? 0
      const entry = label === 0 ? 0 : 1 + ((((label - 1) % shown) + shown) % shown)
      for (let c = 0; c < 3; c++) made[3 * i + c] = table[3 * entry + c] ?? 0
    }
    return made
  },
})
