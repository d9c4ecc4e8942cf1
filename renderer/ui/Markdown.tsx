/** Markdown with formulas between dollar signs. Its parser is large, so it is loaded on first use. Raw HTML stays text. */
import 'katex/dist/katex.min.css'
import { type ComponentProps, lazy, Suspense, useLayoutEffect, useRef } from 'react'
import { late } from './late.ts'
import styles from './Markdown.module.css'

const parserComes = late(() => Promise.all([import('react-markdown'), import('remark-math'), import('katex')]))

const isMath = (className: string | undefined): boolean => /\blanguage-math\b/.test(className ?? '')

const Parsed = lazy(async () => {
  const [{ default: ReactMarkdown }, { default: math }, { default: katex }] = await parserComes()
  const remark = [math]

  /** Set by KaTeX itself: of HTML made as text, the content security policy refuses the styles. */
  function Tex({ tex, display }: { tex: string; display: boolean }) {
    const box = useRef<HTMLSpanElement>(null)
    useLayoutEffect(() => {
      if (box.current) katex.render(tex, box.current, { displayMode: display, throwOnError: false, strict: 'ignore' })
    }, [tex, display])
    return <span ref={box} translate="no" />
  }

  const components: ComponentProps<typeof ReactMarkdown>['components'] = {
    a: ({ node: _, ...rest }) => <a {...rest} target="_blank" rel="noreferrer" />,
    code: ({ node: _, className, children, ...rest }) =>
      isMath(className) ? (
        <Tex tex={String(children)} display={/\bmath-display\b/.test(className ?? '')} />
      ) : (
        <code className={className} {...rest}>
          {children}
        </code>
      ),
    pre: ({ node, children, ...rest }) => {
      const [first] = node?.children ?? []
      const names = first?.type === 'element' ? [first.properties.className].flat().join(' ') : ''
      return isMath(names) ? children : <pre {...rest}>{children}</pre>
    },
  }
  return {
    default: ({ text }: { text: string }) => (
      <ReactMarkdown remarkPlugins={remark} components={components}>
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
