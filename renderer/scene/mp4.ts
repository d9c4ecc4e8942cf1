/**
 * Encoded H.264 frames as an MP4 with one video track, whose list of frames comes first, so that a player can begin before all is
 * there. A film is one run of frames: a chunk, a rate, key frames in a list.
 * @see ISO/IEC 14496-12 (boxes), 14496-15 (avcC)
 */

export interface Mp4Frame {
  readonly data: Uint8Array
  /** When it is shown, in frames from the start. */
  readonly shown: number
  readonly key: boolean
}

export interface Mp4Options {
  readonly width: number
  readonly height: number
  readonly fps: number
  /** What a decoder is told first: the encoder's AVCDecoderConfigurationRecord. */
  readonly config: Uint8Array
}

type Part = Uint8Array | readonly number[]
const lengthOf = (parts: readonly Part[]): number => parts.reduce<number>((sum, { length }) => sum + length, 0)

const u16 = (value: number): readonly number[] => [(value >>> 8) & 255, value & 255]
const u32 = (value: number): readonly number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]
const text = (words: string): readonly number[] => [...words].map((letter) => letter.charCodeAt(0))
const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0)

function box(name: string, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(8 + lengthOf(parts))
  made.set([...u32(made.length), ...text(name)])
  let at = 8
  for (const part of parts) {
    made.set(part, at)
    at += part.length
  }
  return made
}
/** A box with a version and flags. */
const full = (name: string, flags: number, ...parts: readonly Part[]): Uint8Array => box(name, u32(flags), ...parts)

/** No turn, no scale: 16.16, and 2.30 in the last column. */
const asItIs = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32)
/** Units of time for a frame, so that rates like 23.976 are exact to a thousandth. */
const perFrame = 1000
/** Of tables with an entry for each frame. */
const table = (count: number, entries: readonly number[]): readonly number[] => [...u32(count), ...entries.flatMap(u32)]

/** Frames in the order in which they are decoded. Up to 4 GB. */
export function mp4Of(
  frames: readonly Mp4Frame[],
  { width, height, fps, config }: Mp4Options,
): Uint8Array<ArrayBuffer> {
  const scale = Math.round(fps * perFrame)
  const duration = frames.length * perFrame
  // Where frames are shown in another order than they are decoded.
  const offsets = frames.map(({ shown }, i) => (shown - i) * perFrame)
  const reordered = offsets.some((v) => v !== 0)
  const keys = frames.flatMap(({ key }, i) => (key ? [i + 1] : []))
  const entry = box(
    'avc1',
    [...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height)],
    // 72 dots an inch, one frame a sample, no name, 24 bits, no colour table.
    [...u32(0x480000), ...u32(0x480000), ...u32(0), ...u16(1), ...zeros(32), ...u16(24), ...u16(0xffff)],
    box('avcC', config),
  )
  const moov = (start: number): Uint8Array =>
    box(
      'moov',
      full(
        'mvhd',
        0,
        zeros(8),
        u32(scale),
        u32(duration),
        u32(0x10000),
        u16(0x100),
        zeros(10),
        asItIs,
        zeros(24),
        u32(2),
      ),
      box(
        'trak',
        // In use, and shown.
        full(
          'tkhd',
          3,
          zeros(8),
          u32(1),
          u32(0),
          u32(duration),
          zeros(16),
          asItIs,
          u32(width << 16),
          u32(height << 16),
        ),
        box(
          'mdia',
          // No language.
          full('mdhd', 0, zeros(8), u32(scale), u32(duration), u16(0x55c4), u16(0)),
          full('hdlr', 0, u32(0), text('vide'), zeros(12), text('video\0')),
          box(
            'minf',
            full('vmhd', 1, zeros(8)),
            box('dinf', full('dref', 0, u32(1), full('url ', 1))),
            box(
              'stbl',
              full('stsd', 0, u32(1), entry),
              full('stts', 0, table(1, [frames.length, perFrame])),
              ...(reordered
                ? [
                    full(
                      'ctts',
                      1 << 24,
                      table(
                        frames.length,
                        offsets.flatMap((v) => [1, v]),
                      ),
                    ),
                  ]
                : []),
              full('stss', 0, table(keys.length, keys)),
              full('stsc', 0, table(1, [1, frames.length, 1])),
              full(
                'stsz',
                0,
                u32(0),
                table(
                  frames.length,
                  frames.map(({ data }) => data.length),
                ),
              ),
              full('stco', 0, table(1, [start])),
            ),
          ),
        ),
      ),
    )
  const type = box('ftyp', text('isom'), u32(512), text('isomiso2avc1mp41'))
  const first = type.length + moov(0).length + 8
  return box('', type, moov(first), box('mdat', ...frames.map(({ data }) => data))).subarray(8)
}
