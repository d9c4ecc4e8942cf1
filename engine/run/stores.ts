/** The stores of values as those who count references see them. */
import { CountedStore } from '../memory/store.ts'
import { storesOf, type Value } from '../values/index.ts'
import type { Wired } from './result.ts'

export const countedStores = (value: Value | Wired): CountedStore[] =>
  (value.kind === 'series' ? [] : storesOf(value)).filter(
    (store): store is CountedStore => store instanceof CountedStore,
  )
