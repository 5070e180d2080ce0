import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { Dialog } from '../design/dialog.js';
import { Notice, problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { useNow } from '../design/time.js';
import { doTo } from '../run/deeds.js';
import { runQuery } from '../runs/queries.js';
import { RunLink, titleOf } from '../runs/run-link.js';
import { StatusBadge } from '../runs/status-badge.js';
import { useMay, useSession } from '../session/session.js';
import { aboutSlot } from './berth.js';
import type { Slot } from './queries.js';

/** What lies in a slot, and the way to free it. */
export function BerthDialog({ slot, onClose }: { readonly slot: Slot; readonly onClose: () => void }) {
  const { client } = useSession();
  const may = useMay();
  const queries = useQueryClient();
  const now = useNow();
  const { data: run } = useQuery({ ...runQuery(client, slot.taskId ?? ''), enabled: slot.taskId !== null });
  const release = useMutation({
    mutationFn: async () => doTo(client, 'release-reservation', slot.taskId ?? ''),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['slots'] });
      onClose();
    },
  });
  const place = run?.workspace ?? undefined;
  return (
    <Dialog title={`Slot ${slot.slotId} of ${slot.agentId}`} onClose={onClose}>
      <div className={controls.form}>
        <p>{aboutSlot(slot, now)}.</p>
        {run === undefined ? null : (
          <p>
            <RunLink run={run}>{titleOf(run)}</RunLink> <StatusBadge status={run.status} />
          </p>
        )}
        {release.error === null ? null : <Notice tone="bad">{problemInWords(release.error)}</Notice>}
        {slot.state === 'reserved' && place !== undefined && may('reservations:release', place) ? (
          <>
            <p className={surface.quiet}>
              Released, the slot is free for others. The plan still waits; confirming it then plans again
              first.
            </p>
            <div>
              <Button
                busy={release.isPending}
                onClick={() => {
                  release.mutate();
                }}
              >
                Release the slot
              </Button>
            </div>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
