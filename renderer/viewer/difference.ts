/** The difference of two outputs, of their true numbers and with its sign: the engine subtracts, the stage shows it as one picture. */
import { useEffect, useMemo, useState } from 'react'
import type { DisplayInput } from '../../engine/values/display.ts'
import { imageOf } from '../preview/shape.ts'
import { type Pane, usePictureInfo } from './panes.ts'
import { createPicture, type Picture, type PictureInfo } from './picture.ts'

export interface Difference {
  readonly pictures: readonly Picture[]
  readonly displays: readonly DisplayInput[]
  /** Why there is none. */
  readonly refused: string | undefined
}

const coloursOf = ({ channels, alpha }: { channels: number; alpha: boolean }): number => channels - (alpha ? 1 : 0)

/** Why these cannot be subtracted, by the engine's rules. */
export function refusal(a: PictureInfo, b: PictureInfo): string | undefined {
  const [one, other] = [imageOf(a.shape), imageOf(b.shape)]
  if (!one || !other || a.shape.kind !== 'image' || b.shape.kind !== 'image') return 'Only pictures can be subtracted.'
  if (one.width !== other.width || one.height !== other.height)
    return `These pictures differ in size: ${one.width} × ${one.height} and ${other.width} × ${other.height} pixels.`
  if (one.channels === 1 || other.channels === 1) return undefined
  if (coloursOf(one) !== coloursOf(other))
    return `These pictures differ in their channels: ${one.channels} and ${other.channels}.`
  const free = one.space === 'data' || other.space === 'data'
  return one.space === other.space || free
    ? undefined
    : `These pictures differ in their colour space: ${one.space} and ${other.space}.`
}

/** The width of the nominal range, which a gain of 1 shows on either side of 0. */
function spanOf(info: PictureInfo | undefined): number | undefined {
  const range = imageOf(info?.shape)?.range
  return range && range[1] - range[0]
}

/** The pictures compared stay in view, in a size that costs nothing: the engine subtracts what it shows. */
const inView = { width: 16, height: 16 }

/** Of the first two panes; undefined: not asked for. @param gain 4: a quarter of the range fills the colours */
export function useDifference(
  asked: boolean,
  panes: readonly Pane[],
  pictures: readonly Picture[],
  gain: number,
): Difference | undefined {
  const [first, second] = panes
  const key = first && second && `${first.target.node}.${first.target.port} ${second.target.node}.${second.target.port}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is all of it
  const own = useMemo(
    () =>
      asked && first && second
        ? [createPicture('viewer:difference', first.target.node, first.target.port, second.target)]
        : undefined,
    [asked, key],
  )
  useEffect(() => () => own?.[0]?.close(), [own])
  useEffect(() => {
    if (own) for (const picture of pictures) picture.want(inView, {})
  }, [own, pictures])

  const [a, b] = [usePictureInfo(pictures[0]), usePictureInfo(pictures[1])]
  const shown = usePictureInfo(own?.[0])
  const span = Math.max(spanOf(a) ?? 0, spanOf(b) ?? 0) || undefined
  // Without a nominal range, the first picture is over that of the differences.
  const [found, setFound] = useState<{ readonly of: typeof own; readonly span: number }>()
  const measured = shown?.display.range?.[1]
  useEffect(() => {
    if (own && span === undefined && found?.of !== own && measured !== undefined) setFound({ of: own, span: measured })
  }, [own, span, found, measured])
  const most = span ?? (found?.of === own ? found?.span : undefined)
  const displays = useMemo(
    (): readonly DisplayInput[] => [most === undefined ? {} : { range: [-most / gain, most / gain] }],
    [most, gain],
  )
  return own && { pictures: own, displays, refused: a && b && refusal(a, b) }
}
