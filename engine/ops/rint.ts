/** The nearest whole number, the even one of two: C's rint, OpenCV's cvRound. */
export function rint(v: number): number {
  const low = Math.floor(v)
  return v - low === 0.5 ? low + (low % 2) : Math.round(v)
}
