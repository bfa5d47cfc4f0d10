import type { Test } from 'tap'

/**
 * A folder for one test. It goes after everything that was put up later has been taken down: `t.testdir` alone removes
 * it before the test's own teardowns, under a gateway that is still writing there.
 */
export function folder(t: Test, content: Parameters<Test['testdir']>[0] = {}): string {
  t.teardown(() => {})
  return t.testdir(content)
}
