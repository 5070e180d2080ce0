import { afterAll } from '@jest/globals';
import { stopOneAgentSystem } from './on-one-agent/one-agent-system.js';
import './on-one-agent/lock-file.js';
import './on-one-agent/wrong-root.js';
import './on-one-agent/init-reuse.js';
import './on-one-agent/upload-leftovers.js';
import './on-one-agent/left-behind.js';
import './on-one-agent/given-variables.js';
import './on-one-agent/variable-sets.js';
import './on-one-agent/plan-view.js';
import './on-one-agent/progress.js';
import './on-one-agent/state-door.js';
import './on-one-agent/idempotency.js';
import './on-one-agent/bad-input.js';
import './on-one-agent/command-line-run.js';
// The last one, for it kills the api and starts it again.
import './on-one-agent/log-outage.js';

afterAll(stopOneAgentSystem, 60_000);
