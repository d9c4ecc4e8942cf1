/** Figures as reports and run records give them. */

/** Of milliseconds: what is more is noise. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000
