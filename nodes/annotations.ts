/** Ground truth for detectors from files: COCO's JSON and VOC's XML. Plain functions; boxes are left, top, right, bottom in pixels. */
import { SightlineError } from '../engine/types/problem.ts'

export interface AnnotatedPicture {
  /** Of its file, without folders. */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly boxes: readonly number[]
  readonly classes: readonly number[]
  /** For each box: COCO's `iscrowd` or VOC's `difficult`. It counts neither as found nor as missed. */
  readonly ignored: readonly boolean[]
}

export interface Annotations {
  readonly names: readonly string[]
  readonly pictures: readonly AnnotatedPicture[]
}

/** A file's name without its folders. */
export const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** The same without its extension: by this, pictures and annotations find each other. */
export const stemOf = (path: string): string => baseName(path).replace(/\.[^.]*$/, '')

const wrong = (path: string, message: string): SightlineError =>
  new SightlineError('annotations.wrong', { path, message })

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Ids of classes are few and small; a name list with a hole for every number below is still small. */
const mostClass = 100_000

/**
 * The annotations of a COCO file (`images`, `annotations`, `categories`); `bbox` is left, top, width, height. Annotations without
 * a box are left out.
 * @throws annotations.wrong
 * @see cocodataset.org, "Data format"
 */
export function parseCoco(text: string, path: string): Annotations {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw wrong(path, error instanceof Error ? error.message : String(error))
  }
  const listOf = (key: string): readonly Fields[] => {
    const list = isFields(file) ? file[key] : undefined
    if (!Array.isArray(list) || !list.every(isFields)) throw wrong(path, `it has no list "${key}"`)
    return list
  }
  const number = (entry: Fields, key: string, of: string): number => {
    const value = entry[key]
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(path, `${of} has no number "${key}"`)
    return value
  }
  const names: string[] = []
  for (const category of listOf('categories')) {
    const id = number(category, 'id', 'a category')
    if (!Number.isInteger(id) || id < 0 || id > mostClass) throw wrong(path, `a category has the id ${id}`)
    while (names.length < id) names.push(String(names.length))
    names[id] = String(category.name ?? id)
  }
  const pictures = new Map<number, { name: string; width: number; height: number; own: Fields[] }>()
  for (const image of listOf('images')) {
    const name = image.file_name
    if (typeof name !== 'string') throw wrong(path, 'a picture has no "file_name"')
    const [width, height] = [number(image, 'width', `"${name}"`), number(image, 'height', `"${name}"`)]
    pictures.set(number(image, 'id', `"${name}"`), { name: baseName(name), width, height, own: [] })
  }
  for (const annotation of listOf('annotations')) {
    const picture = pictures.get(number(annotation, 'image_id', 'an annotation'))
    if (!picture) throw wrong(path, `an annotation belongs to the picture ${annotation.image_id}, which is not listed`)
    if (annotation.bbox !== undefined) picture.own.push(annotation)
  }
  return {
    names,
    pictures: [...pictures.values()].map(({ own, ...picture }) => ({
      ...picture,
      boxes: own.flatMap(({ bbox }) => {
        if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every(Number.isFinite))
          throw wrong(path, `a "bbox" of "${picture.name}" is not four numbers`)
        const [x = 0, y = 0, width = 0, height = 0] = bbox as number[]
        return [x, y, x + width, y + height]
      }),
      classes: own.map((annotation) => number(annotation, 'category_id', 'an annotation')),
      ignored: own.map(({ iscrowd }) => iscrowd === 1 || iscrowd === true),
    })),
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text of the first element with this name. */
function textIn(xml: string, element: string): string | undefined {
  const found = new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`).exec(xml)?.[1]
  return found?.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '').trim()
}

/**
 * The annotations of a VOC file: one picture's objects. VOC counts pixels from 1 and includes the last one, so a box from 1 to 10
 * becomes 0 to 10.
 * @throws annotations.wrong
 * @see Everingham et al., "The PASCAL Visual Object Classes Challenge 2012 Development Kit"
 */
export function parseVoc(text: string, path: string): Annotations {
  const file = textIn(text, 'annotation')
  if (file === undefined) throw wrong(path, 'it has no element "annotation"')
  const number = (xml: string, element: string): number => {
    const value = Number(textIn(xml, element) || Number.NaN)
    if (!Number.isFinite(value)) throw wrong(path, `it has no number "${element}"`)
    return value
  }
  const names: string[] = []
  const objects = [...file.matchAll(/<object(?:\s[^>]*)?>([\s\S]*?)<\/object>/g)].map(([, content = '']) => {
    // Parts of a person have names and boxes too.
    const object = content.replace(/<part(?:\s[^>]*)?>[\s\S]*?<\/part>/g, '')
    const [name, box] = [textIn(object, 'name'), textIn(object, 'bndbox')]
    if (!name || box === undefined) throw wrong(path, 'an object has no "name" or no "bndbox"')
    if (!names.includes(name)) names.push(name)
    return {
      of: names.indexOf(name),
      ignored: textIn(object, 'difficult') === '1',
      box: [number(box, 'xmin') - 1, number(box, 'ymin') - 1, number(box, 'xmax'), number(box, 'ymax')],
    }
  })
  const size = textIn(file, 'size') ?? ''
  return {
    names,
    pictures: [
      {
        name: baseName(textIn(file, 'filename') ?? stemOf(path)),
        width: number(size, 'width'),
        height: number(size, 'height'),
        boxes: objects.flatMap(({ box }) => box),
        classes: objects.map(({ of }) => of),
        ignored: objects.map(({ ignored }) => ignored),
      },
    ],
  }
}
