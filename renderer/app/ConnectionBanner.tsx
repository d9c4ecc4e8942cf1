/** What is said while results cannot come: starting, interrupted, turned away. */
import { LoaderCircle, Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { retryConnection, useEngine } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import styles from './ConnectionBanner.module.css'

/** A restart that takes less is not worth a word. */
const patience = 400

export function ConnectionBanner() {
  const connection = useEngine((s) => s.connection)
  const refusal = useEngine((s) => s.refusal)
  const late = useLate(connection === 'lost' || connection === 'connecting')
  if (connection === 'refused')
    return (
      <div className={styles.cover} role="alert">
        <div className={styles.card}>
          <Unplug size={20} aria-hidden />
          <h2>This window cannot connect any more</h2>
          <p>{refusal || 'Open Sightline again with the address that it prints when it starts.'}</p>
          <Button onClick={() => location.reload()}>Reload</Button>
        </div>
      </div>
    )
  if (!late) return null
  return (
    <div className={styles.banner} role="status">
      <LoaderCircle size={14} className={styles.spin} aria-hidden />
      {connection === 'connecting' ? (
        'Starting…'
      ) : (
        <>
          Reconnecting. Go on working: your pipeline is safe, and results return by themselves.
          <Button small onClick={retryConnection}>
            Try now
          </Button>
        </>
      )}
    </div>
  )
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(waiting), waiting ? patience : 0)
    return () => clearTimeout(timer)
  }, [waiting])
  return late && waiting
}
