/** The keys and gestures of a scene. */
import { Keyboard } from 'lucide-react'
import { IconButton } from '../ui/IconButton.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { Popover } from '../ui/Popover.tsx'
import { sceneKeys } from './keys.ts'
import styles from './ScenePane.module.css'

export function SceneHelp() {
  return (
    <Popover label="Keys and gestures" align="end" trigger={<IconButton icon={Keyboard} label="Keys and gestures" />}>
      <dl className={styles.keys}>
        {sceneKeys.map(({ words, keys }) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key} keys={key} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.small}>In a browser Ctrl W closes the tab: fly slower with Alt there.</p>
    </Popover>
  )
}
