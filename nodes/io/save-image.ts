import { defineNode, type FileTarget } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { expr, max, mul, sub } from '../../engine/ops/expr.ts'
import { failureOf } from '../../engine/run/task.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError, wordsOf } from '../../engine/types/problem.ts'
import type { ProblemCode } from '../../engine/types/words.ts'
import type { ImageValue, SequenceValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

/** `{index}` counts from 0 with as many digits as the last one needs; `{name}` is the label without its extension. */
function targetOf(pattern: string, index: number, { length, labels }: SequenceValue): FileTarget {
  const label = labels?.[index]
  // A label that is no file's name may have a slash in it, which would lead to another folder.
  const name = label?.replace(/\.[^.]*$/, '').replaceAll('/', '_') ?? String(index)
  const number = String(index).padStart(String(length - 1).length, '0')
  // A function, because a name may have `$&` in it, which a text would stand for something else.
  const path = pattern.replace(/\{(index|name)\}/g, (_, word) => (word === 'index' ? number : name))
  return { path, of: label === undefined ? `picture ${index + 1}` : `"${label}"` }
}

/** As many pictures are named. */
const most = 5

/** "a.png", "b.png" and 3 more */
function listed(names: readonly string[]): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}

const folderOf = (path: string): string => {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return end < 0 ? '.' : path.slice(0, end) || '/'
}

/** Problems that the pictures after it would have too. */
const ofAll: ReadonlySet<string> = new Set([
  'file.disk-full',
  'file.format',
  'file.depth',
  'file.outside',
  'file.write-denied',
  'file.folder-missing',
  'file.not-a-folder',
] satisfies ProblemCode[])

/** Maps the smallest value to 0 and the largest to 1; a flat picture becomes black. */
async function stretched(ops: Ops, image: ImageValue): Promise<ImageValue> {
  const channels = (await ops.statistics(image, {})).slice(0, image.alpha ? -1 : undefined)
  const low = Math.min(...channels.map(({ min }) => min ?? Infinity))
  const high = Math.max(...channels.map(({ max }) => max ?? -Infinity))
  const gain = high > low ? 1 / (high - low) : 0
  const formula = expr((a) => max(mul(sub(a, Number.isFinite(low) ? low : 0), gain), 0))
  return ops.pointwise(image, { formula, range: [0, 1] })
}

/** Writes a picture, or each of a sequence, to files. Image (H, W, 1 | 3 | 4) float32, gray, RGB or data, in. */
export const saveImage = defineNode({
  type: 'io/save-image',
  version: 1,
  kind: 'effect',
  draft: 'none',
  title: 'Save image',
  alias: 'cv2.imwrite',
  keywords: ['write', 'export', 'file', 'output', 'png', 'jpeg', 'tiff', 'webp', 'avif', 'Image.save'],
  summary: 'Writes the picture to a file when you press Run.',
  basic: true,
  inputs: {
    image: socket.image({
      channels: [1, 3, 4],
      spaces: ['gray', 'rgb', 'data'],
      collect: true,
      help: 'What is written.',
    }),
  },
  params: {
    path: param.file({
      default: '',
      mode: 'save',
      accept: ['png', 'jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff'],
      label: 'File',
      help: 'The ending chooses the format. For many pictures put {index} or {name} into it: out/{name}.png.',
    }),
    depth: param.choice({
      default: '8',
      of: ['8', '16'],
      names: { '8': '8 bit', '16': '16 bit (PNG, TIFF)' },
      label: 'Depth',
      help: '8 bit keep 256 steps of brightness, 16 bit 65536.',
    }),
    values: param.choice({
      default: 'clip',
      of: ['clip', 'stretch'],
      names: { clip: '0 to 1, clipped', stretch: 'Smallest to largest' },
      label: 'Black to white',
      help: 'Clipped: what is below 0 becomes black, above 1 white. Smallest to largest: for gradients and other numbers that are no brightness.',
    }),
    quality: param.integer({
      default: 90,
      min: 1,
      max: 100,
      label: 'Quality',
      help: 'Of JPEG, WebP and AVIF. 100 writes WebP without loss. PNG and TIFF never lose.',
    }),
  },
  outputs: {},
  run: async ({ image, path, depth, values, quality }, { ops, services, signal, progress, claim, note }) => {
    const sequence = image as Value as SequenceValue
    if (sequence.length > 1 && !/\{(index|name)\}/.test(path))
      throw new SightlineError('param.invalid', {
        param: 'path',
        given: path || 'empty',
        wanted: `a path with {index} or {name} in it, for ${sequence.length} pictures`,
      })
    const targets = Array.from({ length: sequence.length }, (_, index) => targetOf(path, index, sequence))
    await claim(targets)
    const failed: string[] = []
    for (const [index, target] of targets.entries()) {
      try {
        const element = (await sequence.at(index, signal)) as ImageValue
        const picture = await ops.toPicture(values === 'stretch' ? await stretched(ops, element) : element, {
          depth: depth === '16' ? 16 : 8,
        })
        await services.encode(target.path, { ...picture, quality }, signal)
      } catch (error) {
        // One picture does not decide for the others.
        const problem = failureOf(error)
        if (sequence.length === 1 || signal.aborted || !problem || ofAll.has(problem.code)) throw error
        failed.push(`${target.of} (${wordsOf({ code: problem.code, params: problem.params })})`)
      }
      progress((index + 1) / sequence.length, `${index + 1} of ${sequence.length}`)
    }
    const [count, saved, folder] = [sequence.length, sequence.length - failed.length, folderOf(path)]
    if (failed.length > 0)
      throw new SightlineError('file.saved-partly', { saved, count, folder, failed: listed(failed) })
    note(count === 1 ? `Saved as ${path}` : `${count} saved to ${folder}`)
    return {}
  },
  explain: {
    idea: 'Every number is multiplied by the largest one that the file can hold, rounded, and cut off below 0 and above that.',
    formula: String.raw`v = \min\bigl(2^{\param{depth}{b}} - 1,\ \max(0,\ \lfloor I \cdot (2^{\param{depth}{b}} - 1) \rceil)\bigr)`,
    reference:
      'Halves are rounded to even, as cv2.Mat::convertTo does. The file is written aside and renamed, so a failed save leaves the old one. JPEG has no opacity: the colours are written without it.',
    code: {
      by: 'depth',
      of: {
        8: 'cv2.imwrite({path}, np.uint8(np.clip(np.rint(image * 255), 0, 255))[..., ::-1])',
        16: 'cv2.imwrite({path}, np.uint16(np.clip(np.rint(image * 65535), 0, 65535))[..., ::-1])',
      },
    },
  },
})
