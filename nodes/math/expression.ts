import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { requireSameSize } from '../../engine/ops/check.ts'
import { clamp, describeExpr, type Expr, type Formula } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { functionsInWords, type Names, parseFormula } from '../formula.ts'
import { sameSize } from '../same-size.ts'

const letters = ['a', 'b', 'c', 'd'] as const
/** Where the middle of a pixel lies, 0 at the left or upper edge, 1 at the other. */
const places = ['x', 'y'] as const
const all = [...letters, ...places]

const input = (index: number): Expr => ({ kind: 'input', index })
const names: Names = Object.fromEntries(all.map((name, i) => [name, input(i)]))

/** The formula over the inputs that it uses only, and their names. */
function compiled(text: string): { readonly formula: Formula; readonly used: readonly (typeof all)[number][] } {
  const { body, used: found } = parseFormula(text, names)
  // The first picture gives size and colour space, whether or not its numbers count.
  const used = all.filter((name) => name === 'a' || found.has(name))
  const renumber = (part: Expr): Expr => {
    if (part.kind === 'input') return input(used.indexOf(all[part.index] ?? 'a'))
    return part.kind === 'call' ? { ...part, args: part.args.map(renumber) } : part
  }
  return { formula: { inputs: used.length, body: renumber(body) }, used }
}

/** The places of the pixels along one axis: two pixels, drawn out to the size of the picture. */
async function placesOf(ops: Ops, { width, height }: ImageShape, axis: 'x' | 'y'): Promise<ImageValue> {
  const shape = { kind: 'image', height: 1, width: 2, channels: 1, space: 'data', alpha: false, range: [0, 1] } as const
  const ends = (await ops.fromNumbers({ shape, numbers: [0, 1] })) as ImageValue
  const matrix =
    axis === 'x'
      ? ([1 / width, 0, 0.5 / width, 0, 0, 0, 0, 0, 1] as const)
      : ([0, 1 / height, 0.5 / height, 0, 0, 0, 0, 0, 1] as const)
  return ops.warp(ends, { matrix, width, height, method: 'bilinear', border: 'replicate' })
}

type Pictures = Readonly<Partial<Record<(typeof letters)[number], ImageShape>>>

function shapeFor(pictures: Pictures, text: string, clip: boolean): ImageShape | undefined {
  const { used } = compiled(text)
  for (const name of used)
    if (name !== 'x' && name !== 'y' && name !== 'a' && !pictures[name])
      throw new SightlineError('input.waiting', { wanted: `a picture for "${name}" of the formula`, port: name })
  const first = pictures.a
  if (first) for (const other of Object.values(pictures)) requireSameSize(first, other)
  const given = used.flatMap((name) => (name === 'x' || name === 'y' ? [] : (pictures[name] ?? [])))
  return given.length > 0 ? pointwiseShape(given, { range: clip ? [0, 1] : null }) : undefined
}

const more = (name: string) => socket.image({ optional: true, help: `Called "${name}" in the formula.` })

/** A formula for every number of up to four pictures. Images (H, W, C) in, C equal or 1; (H, W, C), and what it means, out. */
export const expression = defineNode({
  type: 'math/expression',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Expression',
  alias: 'np.vectorize',
  keywords: [
    'formula',
    'calculate',
    'custom',
    'script',
    'pixel math',
    'per pixel',
    'equation',
    'code',
    'function',
    'eval',
  ],
  summary: 'Calculates every pixel by a formula that you type, from up to four pictures.',
  inputs: {
    image: socket.image({ help: 'Called "a" in the formula. The result has its size.' }),
    b: more('b'),
    c: more('c'),
    d: more('d'),
  },
  params: {
    formula: param.text({
      default: 'where(a > 0.5, 1 - a, a)',
      label: 'Formula',
      help: `For each number of each channel: a, b, c, d are those of the pictures, x and y the place from 0 to 1. Signs: + - * / % **, comparisons, & | ~, "condition ? this : that". Functions: ${functionsInWords}. Numbers pi and e.`,
    }),
    clip: param.boolean({
      default: true,
      label: 'Keep within 0 to 1',
      help: 'As pictures of whole numbers do by themselves. Off: all numbers are kept.',
    }),
  },
  outputs: {
    image: socket.image(),
    meaning: socket.text({ help: 'How the formula was understood, with all brackets.' }),
  },
  shape: ({ image, b, c, d, formula, clip }) => {
    const shape = shapeFor(
      { ...(image && { a: image }), ...(b && { b }), ...(c && { c }), ...(d && { d }) },
      formula,
      clip,
    )
    return { ...(image && shape && { image: shape }), meaning: { kind: 'text' } }
  },
  run: async ({ image, b, c, d, formula: text, clip }, { ops, scale }) => {
    const pictures = { a: image, ...(b && { b }), ...(c && { c }), ...(d && { d }) }
    const { formula, used } = compiled(text)
    const sized = Object.fromEntries(
      await Promise.all(
        Object.entries(pictures).map(async ([name, one]) => [name, await sameSize(ops, image, one, scale)] as const),
      ),
    ) as Readonly<Record<string, ImageValue>>
    const shape = shapeFor(sized, text, clip)
    const given = await Promise.all(
      used.map((name) => (name === 'x' || name === 'y' ? placesOf(ops, image, name) : (sized[name] as ImageValue))),
    )
    const body = clip ? clamp(formula.body, 0, 1) : formula.body
    const made = await ops.pointwise(...given, {
      formula: { inputs: formula.inputs, body },
      range: clip ? [0, 1] : null,
      ...(shape && { space: shape.space }),
    })
    const named = describeExpr(parseFormula(text, names).body).replace(/\b[ef]\b/g, (letter) =>
      letter === 'e' ? 'x' : 'y',
    )
    return { image: made, meaning: { kind: 'text', text: `${clip ? 'clip' : ''}${named}` } }
  },
  explain: {
    idea: 'A picture is numbers, and any formula can make new ones of them. It is worked out for each channel of each pixel by itself, so it can compare, mix and choose, but not look around.',
    formula: String.raw`I'(p, c) = f\bigl(a(p, c),\ b(p, c),\ \dots,\ x_p,\ y_p\bigr)`,
    reference:
      "Python's rules of precedence and NumPy's functions; ^ is a power too. Comparisons give 1 or 0. Opacity is that of the first picture with any.",
    code: {
      by: 'clip',
      of: {
        true: "image = np.clip(eval({formula}, {**vars(np), 'a': image, 'b': b, 'c': c, 'd': d}), 0, 1)",
        false: "image = eval({formula}, {**vars(np), 'a': image, 'b': b, 'c': c, 'd': d})",
      },
    },
  },
})
