/** Markdown with formulas between dollar signs. Its parser is large, so it comes when it is first needed. Raw HTML stays text. */
import { lazy, Suspense } from 'react'
import styles from './Markdown.module.css'

const Parsed = lazy(async () => {
  const [{ default: ReactMarkdown }, { default: math }, { default: katex }] = await Promise.all([
    import('react-markdown'),
    import('remark-math'),
    import('rehype-katex'),
    import('katex/dist/katex.min.css'),
  ])
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
