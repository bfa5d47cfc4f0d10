import type { JSX } from 'preact'
import { ask } from './api.ts'
import { Sign } from './shapes.tsx'
import { age, boxNow, say, status } from './state.ts'

/** On every page until it is used: a forgotten one would put a stranger's name on someone's invoice (dashboard 3.6). */
export function BuyerStrip(): JSX.Element | null {
  const armed = status.value?.armed ?? []
  if (armed.length === 0) return null
  return (
    <div class="strip" role="status">
      {armed.map(({ register, until }) => (
        <p key={register}>
          <Sign level="warning" size={20} />
          <span>{say('buyer.armed', { register })}</span>
          <b>{age(Date.parse(until) - boxNow.value)}</b>
          <button
            type="button"
            class="act second"
            onClick={() => void ask(`/api/v1/registers/${register}/buyer`, {}, { method: 'DELETE' })}
          >
            {say('act.drop')}
          </button>
        </p>
      ))}
    </div>
  )
}
