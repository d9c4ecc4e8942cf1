/** New, open, save. */
import { FilePlus2, FolderOpen, ImagePlus, Save, SaveAll } from 'lucide-react'
import { takeFiles } from '../canvas/files.ts'
import { placeOnCanvas } from '../canvas/store.ts'
import { save, whenSafe } from '../panels/files.ts'
import { newDocument, useEditor } from '../state/editor.ts'
import { clearViewer, openDialog } from '../state/ui.ts'
import type { Command } from './command.ts'

function choosePictures(): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/*'
  input.multiple = true
  const { place } = placeOnCanvas()
  input.onchange = () => takeFiles([...(input.files ?? [])], place)
  input.click()
}

export const newPipeline: Command = {
  id: 'file.new',
  label: 'New pipeline',
  group: 'File',
  icon: FilePlus2,
  shortcuts: ['Alt+N'],
  perform: () =>
    whenSafe(() => {
      newDocument()
      clearViewer()
    }),
}

export const openPipeline: Command = {
  id: 'file.open',
  label: 'Open…',
  group: 'File',
  icon: FolderOpen,
  shortcuts: ['Mod+O'],
  perform: () => whenSafe(() => openDialog('open')),
}

export const savePipeline: Command = {
  id: 'file.save',
  label: 'Save',
  group: 'File',
  icon: Save,
  shortcuts: ['Mod+S'],
  perform: save,
}

export const saveAs: Command = {
  id: 'file.save-as',
  label: 'Save as…',
  group: 'File',
  icon: SaveAll,
  shortcuts: ['Mod+Shift+S'],
  perform: () => openDialog('save-as'),
}

export const addPictures: Command = {
  id: 'add.pictures',
  label: 'Add pictures…',
  group: 'Add',
  icon: ImagePlus,
  keywords: ['image', 'photo', 'imread', 'load', 'file'],
  enabled: () => useEditor.getState().catalogue.has('io/load-image'),
  perform: choosePictures,
}

export const fileCommands = [newPipeline, openPipeline, savePipeline, saveAs, addPictures]
