/** What the keys and the mouse do in a scene, as its help and the list of shortcuts name it. */
export interface KeyLine {
  readonly words: string
  readonly keys: readonly string[]
}

export const sceneKeys: readonly KeyLine[] = [
  { words: 'Turn', keys: ['Drag', 'Arrow keys'] },
  { words: 'Move sideways', keys: ['Right button drag', 'Shift drag'] },
  { words: 'Zoom', keys: ['Wheel', '+', '−'] },
  { words: 'Fly forward, back, left, right', keys: ['W', 'S', 'A', 'D'] },
  { words: 'Fly down and up', keys: ['Q', 'E'] },
  { words: 'Fly faster', keys: ['Shift'] },
  { words: 'Fly slower', keys: ['Ctrl', 'Alt'] },
  { words: 'Turn the head or the scene', keys: ['V'] },
  { words: 'Go closer to a place', keys: ['Double click'] },
  { words: 'Frame the scene', keys: ['F'] },
  { words: 'Turn it upright', keys: ['R'] },
]
