import { count } from '../ui/numbers.ts'

/** "CPU, 2 threads": what the work is done on. */
export const deviceWords = ({ name, threads }: { readonly name: string; readonly threads: number }): string =>
  `${name.toLowerCase() === 'cpu' ? 'CPU' : name}, ${count(threads, 'thread')}`
