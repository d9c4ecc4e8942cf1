import { describe, expect, it } from 'vitest'
import {
  accepted,
  baseName,
  copyName,
  crumbs,
  folderOf,
  isAbsolute,
  joined,
  relativeTo,
  withExtension,
} from './paths.ts'

describe('crumbs', () => {
  it.each([
    ['/', ['/']],
    ['/home/ada/pictures', ['/', '/home', '/home/ada', '/home/ada/pictures']],
    ['/home/ada/', ['/', '/home', '/home/ada']],
    ['C:\\Users\\Ada', ['C:\\', 'C:\\Users', 'C:\\Users\\Ada']],
    ['C:/Users/Ada', ['C:\\', 'C:\\Users', 'C:\\Users\\Ada']],
  ])('of %s', (path, all) => expect(crumbs(path).map((crumb) => crumb.path)).toEqual(all))
})

it('joins', () => {
  expect(joined('/home', 'a.json')).toBe('/home/a.json')
  expect(joined('/', 'a.json')).toBe('/a.json')
  expect(joined('C:\\Users', 'a.json')).toBe('C:\\Users\\a.json')
  expect(joined('/home', '/tmp/b.json')).toBe('/tmp/b.json')
})

it('sees a path from a folder', () => {
  expect(relativeTo('/home/ada', '/home/ada/pics/a.png')).toBe('pics/a.png')
  expect(relativeTo('/', '/a.png')).toBe('a.png')
  expect(relativeTo('C:\\Ada', 'C:\\Ada\\a.png')).toBe('a.png')
  expect(relativeTo('/home/ada', '/home/adam/a.png')).toBe('/home/adam/a.png')
  expect(relativeTo('/home/ada', '/home/ada')).toBe('/home/ada')
  expect(relativeTo(undefined, '/a.png')).toBe('/a.png')
})

it('takes apart', () => {
  expect(folderOf('/home/ada/a.json')).toBe('/home/ada')
  expect(folderOf('/a.json')).toBe('/')
  expect(folderOf('a.json')).toBeUndefined()
  expect(baseName('C:\\Users\\a.json')).toBe('a.json')
  expect(isAbsolute('pictures/a.png')).toBe(false)
})

it('knows extensions, of several parts and in any case', () => {
  expect(accepted('a.sightline.json', ['sightline.json'])).toBe(true)
  expect(accepted('PHOTO.JPG', ['png', 'jpg'])).toBe(true)
  expect(accepted('a.json', ['sightline.json'])).toBe(false)
  expect(accepted('a.json', undefined)).toBe(true)
  expect(withExtension('edges', ['sightline.json', 'json'])).toBe('edges.sightline.json')
  expect(withExtension('edges.json', ['sightline.json', 'json'])).toBe('edges.json')
})

it('knows a kept copy of a dropped file by its place', () => {
  const hash = '0123456789abcdef0123456789abcdef'
  expect(copyName(`/home/me/.local/share/sightline/pictures/${hash}/cat photo.jpg`)).toBe('cat photo.jpg')
  expect(copyName(`C:\\Users\\me\\sightline\\pictures\\${hash}\\cat.jpg`)).toBe('cat.jpg')
  expect(copyName('/home/me/pictures/cat.jpg')).toBeUndefined()
  expect(copyName('cat.jpg')).toBeUndefined()
})
