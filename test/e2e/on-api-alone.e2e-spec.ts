import { afterAll } from '@jest/globals';
import { stopApiAlone } from './on-api-alone/api-alone.js';
import './on-api-alone/audit.js';
import './on-api-alone/command-line-sign-in.js';
import './on-api-alone/command-line-signed-in.js';
import './on-api-alone/command-line-walk.js';
import './on-api-alone/dashboard-serving.js';
import './on-api-alone/given-state.js';
import './on-api-alone/known-configuration.js';

afterAll(stopApiAlone, 60_000);
