import { useQuery } from '@tanstack/react-query';
import { Notice } from '../design/surface.js';
import { Ago } from '../design/time.js';
import { runQuery, type Run } from '../runs/queries.js';
import { RunLink, titleOf } from '../runs/run-link.js';
import { whyInWords } from '../runs/waiting.js';
import { useSession } from '../session/session.js';

/** Why nothing is done yet, in words, with the run that stands in the way as a link. */
export function WhyItWaits({ run }: { readonly run: Run }) {
  const { client } = useSession();
  const blocker = run.waiting?.taskId ?? null;
  const { data: other } = useQuery({ ...runQuery(client, blocker ?? ''), enabled: blocker !== null });
  if (run.waiting === null || run.status === 'apply_pending') {
    return null;
  }
  return (
    <Notice tone="info">
      <p>
        <strong>Waiting</strong> since <Ago at={run.confirmedAt ?? run.createdAt} />:{' '}
        {whyInWords(run.waiting)}.
      </p>
      {other === undefined ? null : (
        <p>
          In the way: <RunLink run={other}>{titleOf(other)}</RunLink>
        </p>
      )}
    </Notice>
  );
}
