import { conform } from '../../../host/testing/conform.ts'
import { median } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { median }, samples)
