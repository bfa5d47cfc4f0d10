import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RemedyJson } from '../show-correct.ts'
import type { Trouble } from './api.ts'
import {
  type ContentRow,
  itemsOf,
  listed,
  mayLook,
  type OrderedRow,
  type ProposedRow,
  type Question,
  questionBody,
  subject,
  sumOf,
} from './batch-ask.ts'
import { Bar, BatchLook, Refused } from './batch-look.tsx'
import { keyOf, type Pick, picksIn } from './batch-pick.ts'
import { BatchQuestion } from './batch-question.tsx'
import { BatchRun } from './batch-run.tsx'
import { inSteps } from './batch-steps.ts'
import { signed } from './correct-check.tsx'
import { proof } from './correct-draft.ts'
import { Refusal } from './fields.tsx'
import { dayOf, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { fresh, go, path, say } from './state.ts'

const OF = '/api/v1/corrections'

/** Several invoices with one error: what they have in common, the same question of each, all ordered, told one by one. */
export function Several(): JSX.Element {
  const query = new URLSearchParams(path.value.split('?')[1] ?? '')
  const [picks] = useState(() => picksIn(query.get('hd') ?? ''))
  /** In the address: asked again after a reload under the same name, nothing is done twice. */
  const [name] = useState(() => query.get('ten') ?? crypto.randomUUID())
  const [contents, setContents] = useState<readonly ContentRow[]>([])
  const [question, setQuestion] = useState<Question>({ why: '', note: '' })
  const [proposed, setProposed] = useState<readonly ProposedRow[] | undefined>(undefined)
  const [ordered, setOrdered] = useState<readonly OrderedRow[] | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const stopped = useRef(false)
  const remedies = useAnswer<readonly RemedyJson[]>('/api/v1/remedies')
  useEffect(() => {
    proof.value = undefined
    if (!query.has('ten')) go(`${path.value}&ten=${name}`, true)
    let here = true
    void inSteps<ContentRow>(`${OF}/content`, picks, {}, (rows) => here && setContents(rows)).then((read) => {
      if (here) setTrouble(read.trouble)
    })
    return () => {
      here = false
      stopped.current = true
    }
  }, [])

  const reading = contents.length < picks.length && !trouble
  const unread = contents.filter(({ fault }) => fault)
  const known = eachOnce(contents.filter(({ fault }) => !fault))
  const items = itemsOf(known)
  const chosen = items.find((item) => item.name === question.item)
  const about = subject(question) === 'item' && chosen ? known.filter((row) => chosen.keys.has(keyOf(row))) : known
  const good = (proposed ?? []).filter(({ fault }) => !fault)
  const old = fresh.value !== 'live' && fresh.value !== 'late'

  const set = (more: Partial<Question>): void => setQuestion({ ...question, ...more } as Question)
  const look = async (): Promise<void> => {
    setBusy(true)
    setProposed([])
    const looked = await inSteps<ProposedRow>(`${OF}/propose`, about, questionBody(question), setProposed)
    setBusy(false)
    setTrouble(looked.trouble)
    if (looked.trouble) setProposed(undefined)
  }
  const order = async (before: readonly OrderedRow[], which: readonly Pick[]): Promise<void> => {
    stopped.current = false
    setBusy(true)
    setTrouble(undefined)
    setOrdered(before)
    const body = questionBody(question, proof.value)
    const done = await inSteps<OrderedRow>(`${OF}/order`, which, body, (rows) => setOrdered([...before, ...rows]), {
      name,
      stopped: () => stopped.current,
    })
    setBusy(false)
    setTrouble(done.trouble)
  }
  const again = (): void => {
    const kept = (ordered ?? []).filter(({ fault }) => !fault)
    const has = new Set(kept.map(keyOf))
    void order(
      kept,
      good.filter((row) => !has.has(keyOf(row))),
    )
  }
  const days = known.flatMap(({ at }) => (at ? [dayOf(Date.parse(at))] : [])).sort()
  return (
    <article class="wizard">
      <header class="page-head">
        <Go to="/hoa-don" class="back">
          ‹ {say('nav.invoices')}
        </Go>
        <h1>{say('many.title', { n: picks.length })}</h1>
      </header>
      <p class="note">{say('fix.no_cancel')}</p>
      {reading ? (
        <Bar text={say('many.reading', { n: contents.length, all: picks.length })} at={contents.length} of={picks.length} />
      ) : (
        <p>
          <b>
            {say('many.common', {
              n: known.length,
              from: shownDate(days[0] ?? ''),
              to: shownDate(days.at(-1) ?? ''),
              sum: signed(sumOf(known.map(({ pay }) => pay))),
            })}
          </b>
          {known.length + unread.length < picks.length && (
            <span class="quiet"> {say('many.once', { n: picks.length - known.length - unread.length })}</span>
          )}
        </p>
      )}
      <Refused rows={unread} title={say('many.unread', { n: unread.length })} />
      {!reading && !proposed && !ordered && (
        <BatchQuestion
          question={question}
          items={items}
          remedies={remedies?.ok ? remedies.value : []}
          count={known.length}
          set={set}
          ready={mayLook(question) && known.length > 0 && !busy}
          look={() => void look()}
        />
      )}
      {proposed && !ordered && busy && (
        <Bar text={say('many.looking', { n: proposed.length, all: about.length })} at={proposed.length} of={about.length} />
      )}
      {proposed && !ordered && !busy && (
        <BatchLook
          question={question}
          rows={proposed}
          contents={contents}
          set={set}
          busy={old}
          order={() => void order([], good)}
          back={() => setProposed(undefined)}
        />
      )}
      {ordered && (
        <BatchRun
          rows={ordered}
          all={good.length}
          going={busy}
          month={listed(good) ? good[0]?.month : undefined}
          stop={() => (stopped.current = true)}
          again={again}
        />
      )}
      <Refusal trouble={trouble} />
    </article>
  )
}

/** Two documents of one chain are one invoice in force: it is corrected once. */
function eachOnce(rows: readonly ContentRow[]): readonly ContentRow[] {
  const seen = new Map<string, ContentRow>()
  for (const row of rows) {
    const key = keyOf(row.live ?? row)
    if (!seen.has(key)) seen.set(key, row)
  }
  return [...seen.values()]
}
