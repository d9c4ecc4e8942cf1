/** Fetches a model from where its entry says. */
import { withPackage } from './registry.ts'
import { withUrl } from './url.ts'

export const withSource: typeof withPackage = (entry, use, watch) =>
  ('url' in entry.source ? withUrl : withPackage)(entry, use, watch)
