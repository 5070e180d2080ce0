import { z } from 'zod';
import { message, sampleId } from './message-definition.js';

/** What is said of everything that pages show. */
export const CHANGE_MESSAGES = {
  'changes.made': message({
    version: 1,
    schema: z.object({
      changes: z.array(
        z.object({
          /** `task`, `task_event`, `log`, `slot`, `agent`, `dead_letter`; others may come. */
          kind: z.string(),
          /** Null: it belongs to those who run the platform. */
          organizationIds: z.array(z.string().nullable()),
          /** Ids of what was changed; none where they are many. */
          refs: z.array(z.string()),
        }),
      ),
    }),
    exchange: 'changes',
    from: ['api', 'scheduler', 'registry'],
    to: 'api',
    answered: false,
    purpose: 'Something that pages show was changed, and is committed: look now and not at the next sweep.',
    sample: { changes: [{ kind: 'task', organizationIds: [sampleId], refs: [sampleId] }] },
  }),
} as const;
