/** Values for the window: pixels of a part of a picture, or the small value itself. */
import type { Ops } from '../ops/calls.ts'
import { needsStatistics } from '../ops/preview/look.ts'
import { pictureOf, type Rectangle } from '../ops/preview/place.ts'
import type { ChannelStatistics } from '../ops/reduce/layout.ts'
import type { PreviewItem, View } from '../protocol/messages.ts'
import type { ImageValue, Shape, Store, TensorValue } from '../values/index.ts'
import type { Wired } from './result.ts'

export type Painted = Omit<PreviewItem, 'view' | 'node' | 'port' | 'offset'> & { readonly pixels: Uint8Array }

/** More of a text or table than anybody reads in a preview. */
const textLength = 20_000
const tableRows = 500

const none: Rectangle = { x: 0, y: 0, width: 1, height: 1 }

export class Painter {
  /** For values whose display depends on their numbers: zooming does not measure them again. */
  readonly #statistics = new WeakMap<Store, readonly ChannelStatistics[]>()

  /** `shape`: at full size, whose pixels the view's region refers to. */
  async paint(ops: Ops, value: Wired, shape: Shape, view: View): Promise<Painted> {
    if (value.kind !== 'image' && value.kind !== 'tensor')
      return {
        width: 0,
        height: 0,
        shape,
        region: none,
        display: view.display,
        value: small(value),
        pixels: new Uint8Array(0),
      }
    const { display } = view
    const own = pictureOf(value).image
    const full = shape.kind === 'image' || shape.kind === 'tensor' ? pictureOf(shape).image : own
    const [fx, fy] = [own.width / full.width, own.height / full.height]
    const statistics = needsStatistics(own, display) ? await this.#measure(ops, value) : undefined
    const preview = await ops.preview(value, {
      width: view.width,
      height: view.height,
      display,
      ...(view.region && { region: scaled(view.region, fx, fy) }),
      ...(statistics && { statistics }),
    })
    const { width, height, rgba } = preview
    return {
      width,
      height,
      shape,
      region: width > 0 ? scaled(preview.region, 1 / fx, 1 / fy) : none,
      display: { ...preview.display, range: [...preview.display.range] },
      pixels: rgba,
    }
  }

  async #measure(ops: Ops, value: ImageValue | TensorValue): Promise<readonly ChannelStatistics[]> {
    const known = this.#statistics.get(value.store) ?? (await ops.statistics(value, {}))
    this.#statistics.set(value.store, known)
    return known
  }
}

const scaled = ({ x, y, width, height }: Rectangle, fx: number, fy: number): Rectangle => ({
  x: x * fx,
  y: y * fy,
  width: width * fx,
  height: height * fy,
})

/** As much as JSON can represent, and no more than a preview shows. */
function small(value: Wired): unknown {
  switch (value.kind) {
    case 'number':
      // JSON has neither NaN nor infinity.
      return Number.isFinite(value.value) ? value : { kind: 'text', text: String(value.value) }
    case 'text':
      return { ...value, text: value.text.slice(0, textLength) }
    case 'table':
      return { ...value, rows: value.rows.slice(0, tableRows) }
    default:
      return value
  }
}
