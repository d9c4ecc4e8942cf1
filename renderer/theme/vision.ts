/** Colours as people with other colour vision see them: simulated as Machado, Oliveira and Fernandes (2009) give it, at full severity. */
export const kinds: Readonly<Record<string, readonly number[]>> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}

const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)

/** CIE Lab (D65) of a colour as it is seen. */
export function seen(hex: string, kind: string): readonly [number, number, number] {
  const rgb = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  const m = kinds[kind] ?? []
  const row = (table: readonly number[], i: number, v: readonly number[]): number =>
    [0, 1, 2].reduce((sum, j) => sum + (table[3 * i + j] ?? 0) * (v[j] ?? 0), 0)
  const shown = [0, 1, 2].map((i) => Math.min(1, Math.max(0, row(m, i, rgb))))
  const toXyz = [0.412456, 0.357576, 0.180438, 0.212673, 0.715152, 0.072175, 0.019334, 0.119192, 0.950304]
  const white = [0.95047, 1, 1.08883]
  const [x = 0, y = 0, z = 0] = white.map((w, i) => {
    const t = row(toXyz, i, shown) / w
    return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116
  })
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
