import { conform } from '../../../host/testing/conform.ts'
import { lookup } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { lookup }, samples)
