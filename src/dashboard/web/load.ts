import { useEffect, useState } from 'preact/hooks'
import { type Answer, ask } from './api.ts'
import { lang } from './state.ts'

/** What a page reads from the box: again when its address, the language or `version` changes. An old answer never wins. */
export function useAnswer<T>(url: string, version = 0): Answer<T> | undefined {
  const [answer, set] = useState<{ readonly for: string; readonly answer: Answer<T> } | undefined>(undefined)
  const wanted = `${url} ${lang.value} ${version}`
  useEffect(() => {
    let current = true
    void ask<T>(url).then((got) => {
      if (current) set({ for: wanted, answer: got })
    })
    return () => {
      current = false
    }
  }, [wanted])
  return answer && answer.for.split(' ')[0] === url ? answer.answer : undefined
}
