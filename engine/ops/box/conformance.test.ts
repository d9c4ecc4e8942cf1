import { conform } from '../../../host/testing/conform.ts'
import { box } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { box }, samples)
