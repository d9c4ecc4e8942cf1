/** The walker's keys: a presenter's clicker turns the steps wherever the focus is. */
import { GraduationCap } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { leaveLesson, nextStep, resumeLesson, stepBack, useLesson } from './store.ts'

const on = (): boolean => useLesson.getState().on

const next: Command = {
  id: 'lesson.next',
  label: 'Lesson: next step',
  group: 'View',
  shortcuts: ['PageDown'],
  enabled: on,
  perform: nextStep,
}

const back: Command = {
  id: 'lesson.back',
  label: 'Lesson: step back',
  group: 'View',
  shortcuts: ['PageUp'],
  enabled: on,
  perform: stepBack,
}

export const walkLesson: Command = {
  id: 'lesson.walk',
  label: 'Walk through the lesson',
  group: 'View',
  icon: GraduationCap,
  keywords: ['learn', 'tutorial', 'teach', 'leave', 'resume', 'steps'],
  enabled: () => useLesson.getState().lesson !== undefined,
  checked: on,
  perform: () => (on() ? leaveLesson() : resumeLesson()),
}

export const lessonCommands = [walkLesson, next, back]
