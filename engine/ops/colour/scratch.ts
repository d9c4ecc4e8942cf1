/** Bytes of scratch memory for each worker: the tables of the conversions that take any. */
export const COLOUR_SCRATCH = 8192
