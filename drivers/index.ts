import type { Driver } from '../src/domain/driver.ts'
import { delimited } from './delimited/index.ts'
import { display } from './display/index.ts'
import { escpos } from './escpos/index.ts'
import { framed } from './framed/index.ts'
import { json } from './json/index.ts'
import { star } from './star/index.ts'
import { text } from './text/index.ts'
import { xml } from './xml/index.ts'

export const drivers: readonly Driver[] = [escpos, star, text, json, xml, delimited, framed, display]

export const driverById = (id: string): Driver | undefined => drivers.find((driver) => driver.id === id)
