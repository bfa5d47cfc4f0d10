import { verify } from '../../src/commands/verify.ts'
import { issueTime } from '../../src/domain/time.ts'
import type { TestClock } from './clock.ts'
import type { ShopRun } from './shop.ts'

/** Everything that reached the authority, each once. */
export const sent = (shop: ShopRun): readonly Uint8Array[] => [
  ...new Map(shop.messages.map((bytes) => [Buffer.from(bytes).toString('utf8'), bytes])).values(),
]

/** The exit of `tillgate verify`, and whatever it says is wrong: `[0]`. */
export async function verified(paths: readonly string[], clock: TestClock): Promise<readonly (number | string)[]> {
  const said: string[] = []
  const now = issueTime(clock.now())
  const exit = await verify(paths, { lang: 'en', now, out: () => {}, say: (text) => void said.push(text) })
  return [exit, ...said.filter((text) => /^ *✗/.test(text))]
}
