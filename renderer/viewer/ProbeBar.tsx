/** The numbers of one pixel in every visible output. */
import { Pin } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { Shape } from '../../engine/values/index.ts'
import { channelNames } from '../preview/channels.ts'
import { imageOf } from '../preview/shape.ts'
import { request } from '../state/engine.ts'
import { newestOnly } from '../state/newest.ts'
import { useNodeReport } from '../state/reports.ts'
import { formatNumber } from '../ui/numbers.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { type Point, pixelAt } from './camera.ts'
import { channelAt, differenceChannels } from './numbers.ts'
import styles from './ProbeBar.module.css'
import { type Pane, usePictureInfo } from './panes.ts'
import type { Picture, PictureInfo } from './picture.ts'
import { type ProbeFormat, setViewer, useViewer } from './state.ts'

type Probed = MethodResult<'probe'>

const formats = [
  { value: 'native', label: 'Native' },
  { value: 'byte', label: '0–255' },
  { value: 'unit', label: '0–1' },
] as const

interface ProbeBarProps {
  readonly panes: readonly Pane[]
  readonly pictures: readonly Picture[]
}

export function ProbeBar({ panes, pictures }: ProbeBarProps) {
  const probe = useViewer((s) => s.probe)
  const pinned = useViewer((s) => s.pinned)
  const format = useViewer((s) => s.probeFormat)
  const first = usePictureInfo(pictures[0])
  const at = probe && first?.size && pixelAt(probe, first.size)
  return (
    <div className={styles.bar}>
      <p className={styles.place}>
        {pinned && <Pin size={12} aria-label="Pinned" />}
        {at ? `x ${at.x}  y ${at.y}` : 'Point at a pixel'}
      </p>
      <ul className={styles.values} aria-live="off">
        {panes.length === 2 ? (
          <Two panes={panes} pictures={pictures} place={probe} />
        ) : (
          panes.map((pane, i) => (
            <One key={pane.key} pane={pane} picture={pictures[i]} place={probe} several={panes.length > 1} />
          ))
        )}
      </ul>
      <Segmented
        small
        label="How the numbers are written"
        value={format}
        segments={formats}
        onChange={(probeFormat) => setViewer({ probeFormat })}
      />
    </div>
  )
}

interface OneProps {
  readonly pane: Pane
  readonly picture: Picture | undefined
  readonly place: Point | null
  readonly several: boolean
}

function One({ pane, picture, place, several }: OneProps) {
  const info = usePictureInfo(picture)
  return <Values pane={pane} info={info} probed={useProbeAt(pane, info, place)} several={several} />
}

/** Both, and their difference. */
function Two({ panes, pictures, place }: ProbeBarProps & { readonly place: Point | null }) {
  const [a, b] = [usePictureInfo(pictures[0]), usePictureInfo(pictures[1])]
  const [one, other] = [useProbeAt(panes[0], a, place), useProbeAt(panes[1], b, place)]
  return (
    <>
      {panes[0] && <Values pane={panes[0]} info={a} probed={one} several />}
      {panes[1] && <Values pane={panes[1]} info={b} probed={other} several />}
      {a && b && one && other && <DifferenceValues a={a} b={b} one={one} other={other} />}
    </>
  )
}

interface ValuesProps {
  readonly pane: Pane
  readonly info: PictureInfo | undefined
  readonly probed: Probed | undefined
  readonly several: boolean
}

function Values({ pane, info, probed, several }: ValuesProps) {
  const format = useViewer((s) => s.probeFormat)
  if (!info || !probed) return null
  const names = channelNames(info.shape)
  return (
    <li className={styles.value} data-draft={probed.draft || undefined}>
      {several && <span className={styles.number}>{pane.number}</span>}
      {probed.values.map((value, c) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place
        <span key={c} className={styles.channel}>
          {names.length > 1 && <span className={styles.name}>{names[c]}</span>}
          {written(value, info.shape, format)}
        </span>
      ))}
      {probed.meaning !== undefined && (
        <span className={styles.name} translate="no">
          {probed.meaning}
        </span>
      )}
      {format !== 'native' && !imageOf(info.shape)?.range && <span className={styles.name}>native</span>}
      {probed.draft && <span className={styles.name}>quick preview</span>}
    </li>
  )
}

interface DifferenceProps {
  readonly a: PictureInfo
  readonly b: PictureInfo
  readonly one: Probed
  readonly other: Probed
}

/** The difference of two outputs, number by number, where both have as many. */
function DifferenceValues({ a, b, one, other }: DifferenceProps) {
  const format = useViewer((s) => s.probeFormat)
  if (!one.values.length || !other.values.length) return null
  const channels = differenceChannels(one.values.length, other.values.length)
  const names = channelNames((one.values.length < other.values.length ? b : a).shape)
  return (
    <li className={styles.value} data-draft={one.draft || other.draft || undefined} data-difference>
      <span className={styles.number} title="The difference">
        Δ
      </span>
      {Array.from({ length: channels }, (_, c) => {
        const [value, minus] = [one, other].map(({ values }) => channelAt(values, values.length, 0, c) ?? null)
        const difference = typeof value === 'number' && typeof minus === 'number' ? value - minus : null
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place
          <span key={c} className={styles.channel}>
            {channels > 1 && <span className={styles.name}>{names[c]}</span>}
            {differenceWords(difference, a.shape, format)}
          </span>
        )
      })}
    </li>
  )
}

function useProbeAt(pane: Pane | undefined, info: PictureInfo | undefined, place: Point | null): Probed | undefined {
  const at = place && info?.size ? pixelAt(place, info.size) : undefined
  return useProbe(pane?.target.node ?? '', pane?.target.port ?? '', at?.x, at?.y)
}

/** In the unit of the two numbers, with its sign. */
export function differenceWords(difference: number | null, shape: Shape, format: ProbeFormat): string {
  const range = imageOf(shape)?.range
  const unit = range && format !== 'native' ? range[1] - range[0] : 1
  if (difference === null) return formatNumber(difference, 5)
  const scaled = (difference / unit) * (range && format === 'byte' ? 255 : 1)
  const digits = format === 'native' || !range ? undefined : format === 'unit' ? 4 : 1
  const words = digits === undefined ? formatNumber(Math.abs(scaled), 5) : Math.abs(scaled).toFixed(digits)
  return `${difference < 0 ? '−' : difference > 0 ? '+' : ''}${words}`
}

/** Numbers without a nominal range cannot be normalised to 0–1: they stay as they are. */
function written(value: number | null, shape: Shape, format: ProbeFormat): string {
  const range = imageOf(shape)?.range
  if (format === 'native' || !range || value === null) return formatNumber(value, 5)
  const unit = (value - range[0]) / (range[1] - range[0])
  return format === 'unit' ? unit.toFixed(4) : (unit * 255).toFixed(1)
}

/** Asks for the newest position only, one request at a time; asks again when the node has a new result. */
function useProbe(node: string, port: string, x: number | undefined, y: number | undefined): Probed | undefined {
  const report = useNodeReport(node)
  const [ask] = useState(newestOnly<Probed>)
  const [probed, setProbed] = useState<Probed | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new report may mean new numbers
  useEffect(() => {
    if (x === undefined || y === undefined) setProbed(undefined)
    else
      ask(
        () => request('probe', { node, port, x, y }),
        // Without a result there are no numbers; the node itself says why.
        (result) => setProbed(result),
      )
  }, [ask, node, port, x, y, report])
  return probed
}
