import type { RunObservation } from '@berth/contracts';
import { safeDetail } from './render-diagnostic.js';
import type { Diagnostic, TerraformEvent } from './terraform-events.js';

/** What terraform calls it, and what Berth does; a read of a data source is nobody's change. */
const NAMES: Readonly<Record<string, RunObservation['event']>> = {
  planned_change: 'resource_planned',
  resource_drift: 'resource_drifted',
  apply_start: 'resource_started',
  apply_progress: 'resource_progressed',
  apply_complete: 'resource_completed',
  apply_errored: 'resource_failed',
  diagnostic: 'diagnostic',
};
const MAX_MESSAGE = 2_000;

/** What a line of terraform's `-json` stream says of a resource or of a fault, null for any other line. */
export function observationOf(event: TerraformEvent, at: Date): RunObservation | null {
  const name = NAMES[event.type];
  if (name === undefined) {
    return null;
  }
  const base = { at: at.toISOString(), event: name };
  if (event.diagnostic !== undefined) {
    return { ...base, ...describeDiagnostic(event.diagnostic) };
  }
  const { resource, action } = event.change ?? event.hook ?? {};
  if (resource === undefined || action === undefined || action === 'read' || action === 'noop') {
    return null;
  }
  const seconds = event.hook?.elapsed_seconds;
  return {
    ...base,
    message: event['@message'].slice(0, MAX_MESSAGE),
    data: {
      address: resource.addr,
      action,
      ...(resource.resource_type === undefined ? {} : { type: resource.resource_type }),
      ...(seconds === undefined ? {} : { seconds }),
    },
  };
}

function describeDiagnostic(diagnostic: Diagnostic): Pick<RunObservation, 'message' | 'data'> {
  const { severity, summary, address, range } = diagnostic;
  const detail = safeDetail(diagnostic);
  return {
    message: `${summary}${detail === '' ? '' : `: ${detail}`}`.slice(0, MAX_MESSAGE),
    data: {
      severity,
      address: address ?? null,
      file: range?.filename ?? null,
      line: range?.start.line ?? null,
    },
  };
}
