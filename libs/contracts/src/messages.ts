import type { z } from 'zod';
import { AGENT_MESSAGES } from './agent-messages.js';
import { CHANGE_MESSAGES } from './change-messages.js';
import { TASK_MESSAGES } from './task-messages.js';

export type { MessageExchange, ServiceName } from './message-definition.js';

/** The catalogue: every message that crosses the broker. Fields may be added; a changed meaning is a new version. */
export const MESSAGES = { ...TASK_MESSAGES, ...AGENT_MESSAGES, ...CHANGE_MESSAGES } as const;

export type MessageType = keyof typeof MESSAGES;
export const MESSAGE_TYPES = Object.keys(MESSAGES) as MessageType[];
export type MessageOf<T extends MessageType> = z.infer<(typeof MESSAGES)[T]['schema']>;
