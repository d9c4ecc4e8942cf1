/** What a network reads in a strip: one character or none for each of its columns (connectionist temporal classification). */

export interface Read {
  readonly text: string
  /** The mean probability of its characters, 0 where there are none. */
  readonly score: number
}

/**
 * The most likely character of each column, repeated ones once, blanks left out.
 * @param numbers columns × classes, probabilities; class 0 is the blank
 * @param characters of the classes from 1
 * @see PaddleOCR, CTCLabelDecode
 */
export function readColumns(
  numbers: ArrayLike<number>,
  start: number,
  columns: number,
  characters: readonly string[],
): Read {
  const classes = characters.length + 1
  let [text, sum, count, before] = ['', 0, 0, 0]
  for (let column = 0; column < columns; column++) {
    const from = start + column * classes
    let [best, most] = [0, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < classes; i++) {
      const p = numbers[from + i] ?? 0
      if (p > most) [best, most] = [i, p]
    }
    if (best !== 0 && best !== before) {
      text += characters[best - 1] ?? ''
      sum += most
      count++
    }
    before = best
  }
  return { text, score: count > 0 ? sum / count : 0 }
}

/** The characters of a dictionary, one a line, for this many classes: after them comes a space, where there is one class more. */
export function charactersOf(file: string, classes: number): readonly string[] | undefined {
  const lines = file.replace(/\r/g, '').split('\n')
  const listed = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  const all = listed.length + 2 === classes ? [...listed, ' '] : listed
  return all.length + 1 === classes ? all : undefined
}
