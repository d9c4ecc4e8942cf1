/** The median of a small window by exchanges, as WGSL: forgetful selection, unrolled into registers. */

/**
 * Entry point `network`, appended to kernel.wgsl. Among half the numbers and two more, neither the smallest nor the largest can
 * be the median: both are dropped, one more is added, and so on until three are left.
 */
export function networkCode(size: number): string {
  const lines: string[] = []
  let names = 0
  const name = (value: string): string => {
    lines.push(`  let v${names} = ${value};`)
    return `v${names++}`
  }
  let next = 0
  const read = (): string => {
    const [i, j] = [Math.floor(next / size), next % size]
    next++
    return name(`tile[start + ${i}u * across + ${j}u]`)
  }
  const held = Array.from({ length: ((size * size) >> 1) + 2 }, read)
  const exchange = (a: number, b: number): void => {
    const [low, high] = [name(`min(${held[a]}, ${held[b]})`), name(`max(${held[a]}, ${held[b]})`)]
    held[a] = low
    held[b] = high
  }
  for (;;) {
    const last = held.length - 1
    for (let i = 0; i < last - i; i++) exchange(i, last - i)
    const half = held.length >> 1
    for (let i = 1; i < held.length - half; i++) exchange(0, i)
    for (let i = last - 1; i >= half; i--) exchange(i, last)
    if (held.length === 3) break
    held.pop()
    held[0] = read()
  }
  return `
@compute @workgroup_size(16, 16)
fn network(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  fill(l, w);
  const across = ${15 + size}u;
  let start = l.y * across + l.x;
${lines.join('\n')}
  put(l, w, ${held[1]});
}
`
}
