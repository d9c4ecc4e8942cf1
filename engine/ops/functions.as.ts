// Functions in float64, which WebAssembly has not. Those of Math bring tables along, which every thread's instance of the kernels
// would write into the shared memory again, over whatever lies there.

/** e^x: its series over half a doubling, to some 1e-16; 0 below -700, infinity above 700. */
export function exp64(x: f64): f64 {
  if (x < -700) return 0
  if (!(x <= 700)) return x + Infinity
  const n = nearest(x * 1.4426950408889634)
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10
  let sum: f64 = 1
  for (let k: f64 = 14; k > 0; k--) sum = 1 + r / k * sum
  return sum * reinterpret<f64>((<i64>n + 1023) << 52)
}

/** The sine of x, -20 < x < 20: its series over half a period. */
export function sin64(x: f64): f64 {
  const n = nearest(x * 0.3183098861837907)
  const r = x - n * 3.141592653589793
  let sum: f64 = 1
  for (let k: f64 = 21; k > 1; k -= 2) sum = 1 - r * r / (k * (k - 1)) * sum
  return <i32>n & 1 ? -r * sum : r * sum
}
