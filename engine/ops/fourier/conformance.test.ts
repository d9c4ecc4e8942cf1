import { conform } from '../../../host/testing/conform.ts'
import { fourier } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { fourier }, samples)
