import controls from '../design/controls.module.css';
import { Dialog } from '../design/dialog.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { AgentBadge } from './agent-badge.js';
import { DrainButton } from './drain-button.js';
import { nameOf } from './harbour-model.js';
import type { Agent } from './queries.js';

const RUNS = {
  sandbox: 'each in a sandbox',
  user: 'with a user for each slot',
  none: 'not kept apart: each may reach what its agent may',
};

/** What is known of an agent, and the way to drain it. */
export function AgentDialog({ agent, onClose }: { readonly agent: Agent; readonly onClose: () => void }) {
  return (
    <Dialog title={nameOf(agent)} onClose={onClose}>
      <div className={controls.form}>
        <dl className={surface.facts}>
          <dt>State</dt>
          <dd>
            <AgentBadge agent={agent} /> {agent.unwell?.reason}
          </dd>
          <dt>Pool</dt>
          <dd>{agent.pool}</dd>
          <dt>{agent.kind === 'worker' ? 'Builds for' : 'Pod'}</dt>
          <dd>{agent.kind === 'worker' ? agent.platforms.join(', ') : agent.podName}</dd>
          <dt>Slots</dt>
          <dd>
            {agent.slots}, {agent.concurrency} at once
          </dd>
          {agent.isolation === null ? null : (
            <>
              <dt>Runs</dt>
              <dd>{RUNS[agent.isolation]}</dd>
            </>
          )}
          <dt>Version</dt>
          <dd>{agent.version}</dd>
          <dt>Here since</dt>
          <dd>
            <Ago at={agent.registeredAt} />
          </dd>
          <dt>Last heard</dt>
          <dd>{agent.lastHeartbeatAt === null ? 'never' : <Ago at={agent.lastHeartbeatAt} />}</dd>
        </dl>
        <DrainButton agent={agent} />
      </div>
    </Dialog>
  );
}
