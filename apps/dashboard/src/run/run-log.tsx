import { useState } from 'react';
import { Notice } from '../design/surface.js';
import { useLive, useTopic } from '../live/live-context.js';
import { downloadLog } from '../logs/download-log.js';
import type { LogPhase } from '../logs/log-phase.js';
import { LogView } from '../logs/log-view.js';
import type { Run } from '../runs/queries.js';
import { useSession } from '../session/session.js';

const NAMES = {
  plan: 'the log of the plan',
  apply: 'the log of the apply',
  build: 'the log of the build',
} as const;

/** A run's log from its beginning, as it grows. */
export function RunLog({ run, phase }: { readonly run: Run; readonly phase: LogPhase }) {
  const live = useLive();
  const { whoami } = useSession();
  const [problem, setProblem] = useState(false);
  useTopic(`log:${run.id}:${phase}`);
  const log = live.logs.of(run.id, phase);
  const fileName = `${run.workspace?.name ?? 'build'}-${run.id}-${phase}.log`;
  return (
    <>
      {problem ? <Notice tone="bad">The log could not be downloaded. Try again.</Notice> : null}
      <LogView
        log={log}
        name={NAMES[phase]}
        failed={run.status === 'failed' && run.phase === phase}
        onDownload={() => {
          setProblem(false);
          downloadLog({ taskId: run.id, phase, organizationId: whoami.organization.id, fileName }).catch(
            () => {
              setProblem(true);
            },
          );
        }}
      />
    </>
  );
}
