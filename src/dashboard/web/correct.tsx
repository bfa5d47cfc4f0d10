import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { How, Situation } from '../../domain/correction.ts'
import type { ChainJson, ContentJson, ProposalJson, RemedyJson } from '../show-correct.ts'
import { ask, type Trouble } from './api.ts'
import { Check } from './correct-check.tsx'
import { Content } from './correct-content.tsx'
import { Done } from './correct-done.tsx'
import { asked, type Draft, dontKeep, fresh, keep, proof, ready } from './correct-draft.ts'
import { Choices, Refusal } from './fields.tsx'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { fresh as freshness, go, path, say } from './state.ts'

interface Identity {
  readonly form: string
  readonly symbol: string
  readonly number: string
}
export type Ordered = { readonly entry?: string; readonly notice?: string }
const SITUATIONS: readonly (readonly [Situation, string])[] = [
  ['goods', 'fix.opt.goods'],
  ['return', 'fix.opt.return'],
  ['undo', 'fix.opt.undo'],
  ['buyer-code', 'fix.opt.taxcode'],
  ['buyer-name', 'fix.opt.name'],
  ['discount', 'fix.opt.discount'],
  ['prepaid', 'fix.opt.prepaid'],
  ['replaced-wrong', 'fix.opt.replaced_wrong'],
  ['adjusted-wrong', 'fix.opt.adjusted_wrong'],
  ['authority', 'fix.opt.authority'],
]

/** From what happened, in the shop's words, to the document the law wants (R-070..R-086, dashboard 3.5). There is no cancel. */
export function Correct({ form, symbol, number }: Identity): JSX.Element {
  const of = `/api/v1/invoices/${form}/${symbol}/${number}`
  const [draft, setDraft] = useState<Draft | undefined>(undefined)
  const [done, setDone] = useState<Ordered | undefined>(undefined)
  const [proposal, setProposal] = useState<ProposalJson | undefined>(undefined)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const chain = useAnswer<ChainJson>(`${of}/chain`)
  const content = useAnswer<ContentJson>(`${of}/content`)
  const remedies = useAnswer<readonly RemedyJson[]>('/api/v1/remedies')
  const refund = new URLSearchParams(path.value.split('?')[1] ?? '').get('phieu')
  useEffect(() => {
    proof.value = undefined
    void begin(of, refund).then((begun) => {
      setDraft(begun.draft)
      setTrouble(begun.trouble)
    })
  }, [of, refund])

  if (!draft || !chain || !content) return <p class="empty">{say('app.loading')}</p>
  if (!chain.ok) return <Refusal trouble={chain.trouble} />
  const say_ = (more: Partial<Draft>): void => {
    const next = { ...draft, ...more }
    setDraft(next)
    keep(`${of}/correction`, next)
  }
  const { live, locked } = chain.value
  const row = remedies?.ok ? remedies.value.find((one) => one.situation === draft.situation) : undefined
  /** What the paper says is proven by its own sum; what a person says instead is his. */
  const change = (more: Partial<Draft>): void => {
    const { paper: _, ...own } = draft
    setDraft({ ...own, ...more })
    keep(`${of}/correction`, { ...own, ...more })
  }
  const remedy = row && within(row, locked)
  const how = draft.how ?? remedy?.how
  const old = freshness.value !== 'live' && freshness.value !== 'late'

  const look = async (): Promise<void> => {
    setBusy(true)
    const answer = await ask<ProposalJson>(`${of}/propose`, {
      ...asked({ ...draft, ...(how ? { how } : {}) }, proof.value),
      ...(draft.how ? { how: draft.how } : {}),
    })
    setBusy(false)
    setTrouble(answer.ok ? undefined : answer.trouble)
    if (!answer.ok) return
    setProposal(answer.value)
    say_({ step: 3 })
  }
  const order = async (): Promise<void> => {
    if (!proposal) return
    setBusy(true)
    const answer = draft.paper
      ? await ask<Ordered>(`/api/v1/entries/${draft.paper}/take-back`, {})
      : await ask<Ordered>(`${of}/${proposal.how}`, asked({ ...draft, how: proposal.how }, proof.value), {
          name: draft.name,
        })
    setBusy(false)
    setTrouble(answer.ok ? undefined : answer.trouble)
    if (!answer.ok) return
    dontKeep()
    setDone(answer.value)
  }
  if (done) return <Done ordered={done} how={proposal?.how ?? 'replace'} back={`/hoa-don/${form}/${symbol}/${number}`} />
  // A reload comes back with what was said, not with what the box answered: step 3 looks again.
  const step = draft.step === 3 && !proposal ? 2 : draft.step
  return (
    <article class="wizard">
      <header class="page-head">
        <Go to={`/hoa-don/${form}/${symbol}/${number}`} class="back">
          ‹ {say('list.number', { number })}
        </Go>
        <h1>{say('fix.title', { number })}</h1>
        <span class="quiet">{say('fix.step', { n: step, all: 3 })}</span>
      </header>
      <p class="note">{say('fix.no_cancel')}</p>
      {locked && <p class="note">{say('fix.lock', { method: say(`fix.method.${locked}`) })}</p>}
      {String(live.number) !== number && live.symbol === symbol && <p class="note">{say('fix.live', { number: live.number })}</p>}
      {step === 1 && (
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault()
            say_({
              step: 2,
              ...(draft.lines || !content.ok ? {} : { lines: content.value.lines, discount: content.value.discount }),
            })
          }}
        >
          <h2>{say('fix.ask')}</h2>
          <Choices
            name="situation"
            label={say('fix.ask')}
            options={SITUATIONS.map(([value, key]) => ({ value, text: say(key) }))}
            value={draft.situation}
            set={(situation) => {
              const { how: _, paper: __, ...rest } = draft
              setDraft({ ...rest, situation })
              keep(`${of}/correction`, { ...rest, situation })
            }}
          />
          {remedy && <Remedy remedy={remedy} how={how ?? remedy.how} set={(chosen) => say_({ how: chosen })} />}
          <p class="acts">
            <button type="submit" class="act" disabled={!draft.situation}>
              {say('act.next')}
            </button>
          </p>
        </form>
      )}
      {step === 2 && (
        <Content
          draft={{ ...draft, ...(how ? { how } : {}) }}
          set={(more) => change(more)}
          {...(content.ok ? { original: content.value } : {})}
          ready={ready({ ...draft, ...(how ? { how } : {}) }) && !busy}
          next={() => void look()}
          back={() => say_({ step: 1 })}
        />
      )}
      {step === 3 && proposal && (
        <Check
          draft={draft}
          proposal={proposal}
          set={say_}
          busy={busy || old}
          issue={() => void order()}
          back={() => say_({ step: 2 })}
        />
      )}
      <Refusal trouble={trouble} />
    </article>
  )
}

/** The first method used is the only one left; a notice is always open. */
function within(row: RemedyJson, locked: ChainJson['locked']): RemedyJson {
  if (!locked) return row
  const { or, ...rest } = row
  if (row.how !== 'notify') return { ...rest, how: locked }
  return or ? { ...rest, or: locked } : rest
}

/** Which document it takes, before anything is typed. */
export function Remedy({ remedy, how, set }: { remedy: RemedyJson; how: How; set: (how: How) => void }): JSX.Element {
  return (
    <div class="remedy" aria-live="polite">
      {remedy.or ? (
        <Choices
          name="how"
          label={say('fix.result', { document: '' })}
          options={[remedy.how, remedy.or].map((value) => ({ value, text: say(`fix.doc.${DOCS[value]}`) }))}
          value={how}
          set={set}
        />
      ) : (
        <p>
          <b>{say('fix.result', { document: say(`fix.doc.${DOCS[remedy.how]}`) })}</b>
        </p>
      )}
      <p class="quiet">
        {remedy.needs.map((need) => say(`fix.need.${need.replace('-', '_')}`)).join('. ')}
        {remedy.needs.length > 0 && '. '}
        {say('set.rules.source', { source: remedy.source })}
      </p>
    </div>
  )
}
const DOCS: Readonly<Record<How, string>> = { notify: 'notice', replace: 'replace', adjust: 'adjust' }

/** Where the person stopped, or the return that a till printed, or a fresh sheet. */
async function begin(of: string, refund: string | null): Promise<{ draft: Draft; trouble?: Trouble }> {
  if (refund) {
    const known = await ask<{ draft: Partial<Draft>; form: number; symbol: string; number: number }>(
      `/api/v1/entries/${refund}/refund`,
    )
    if (!known.ok) return { draft: fresh(), trouble: known.trouble }
    const { form, symbol, number, draft } = known.value
    // The live document may be another one by now.
    if (!of.endsWith(`/${form}/${symbol}/${number}`)) go(`/sua-sai/${form}/${symbol}/${number}?phieu=${refund}`, true)
    return { draft: { ...fresh(), ...draft, step: 2, paper: refund } }
  }
  const kept = await ask<{ draft?: Draft }>(`${of}/correction`)
  return { draft: kept.ok && kept.value.draft ? kept.value.draft : fresh() }
}
