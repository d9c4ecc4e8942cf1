import { conform } from '../../../host/testing/conform.ts'
import { hogVector } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { hogVector }, samples)
