/** Lengths of file names. File systems count bytes, not letters: 255 on most of them. */

const encoder = new TextEncoder()

export const bytesOfName = (name: string): number => encoder.encode(name).length

/** As many whole characters from the start, or the end, as fit into `most` bytes. */
export function cutToBytes(name: string, most: number, keep: 'start' | 'end' = 'start'): string {
  const letters = keep === 'start' ? [...name] : [...name].reverse()
  const kept: string[] = []
  let bytes = 0
  for (const letter of letters) {
    bytes += bytesOfName(letter)
    if (bytes > most) break
    kept.push(letter)
  }
  return (keep === 'start' ? kept : kept.reverse()).join('')
}
