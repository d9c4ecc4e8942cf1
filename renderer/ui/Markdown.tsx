/** Markdown with formulas between dollar signs. Its parser is large, so it is loaded on first use. Raw HTML stays text. */
import 'katex/dist/katex.min.css'
import { lazy, Suspense } from 'react'
import { late } from './late.ts'
import styles from './Markdown.module.css'

const parserComes = late(() => Promise.all([import('react-markdown'), import('remark-math'), import('rehype-katex')]))

const Parsed = lazy(async () => {
  const [{ default: ReactMarkdown }, { default: math }, { default: katex }] = await parserComes()
  const remark = [math]
  const rehype = [katex]
  return {
    default: ({ text }: { text: string }) => (
      <ReactMarkdown
        remarkPlugins={remark}
        rehypePlugins={rehype}
        components={{ a: ({ node: _, ...rest }) => <a {...rest} target="_blank" rel="noreferrer" /> }}
      >
        {text}
      </ReactMarkdown>
    ),
  }
})

export function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <Suspense fallback={<p>{text}</p>}>
        <Parsed text={text} />
      </Suspense>
    </div>
  )
}
