import { z } from 'zod'
import full from './full.module.css'
import small from './small.module.css'
import { defineView } from './view.ts'

export const view = defineView({
  schema: z.object({ text: z.string() }),
  Small: ({ value: { text } }) => <p className={small.text}>{text}</p>,
  Full: ({ value: { text } }) => <pre className={full.text}>{text}</pre>,
})
