import { renderDiagnostic } from './render-diagnostic.js';
import { renderOutputs } from './render-outputs.js';
import type { TerraformEvent } from './terraform-events.js';

/**
 * One event of the `-json` stream as terraform would print it for people, or null for what only machines need.
 * Planned changes are left out as well: the log gets terraform's own diff from `terraform show`.
 */
export function renderEvent(event: TerraformEvent): string | null {
  const message = event['@message'];
  const address = event.hook?.resource?.addr ?? '';
  switch (event.type) {
    case 'version':
    case 'planned_change':
    case 'resource_drift':
    case 'refresh_complete':
    case 'provision_complete':
      return null;
    case 'diagnostic':
      return event.diagnostic ? renderDiagnostic(event.diagnostic) : message;
    case 'change_summary':
      return event.changes?.operation === 'plan' ? null : `\n${message}`;
    case 'outputs':
      return renderOutputs(event.outputs ?? {});
    case 'provision_progress':
      return `${address} (${event.hook?.provisioner ?? ''}): ${event.hook?.output ?? ''}`;
    case 'apply_start':
      return event.hook?.action === 'read' ? `${address}: Reading...` : message;
    default:
      return message === '' ? null : message;
  }
}
