import { parentPort, workerData } from 'node:worker_threads';
import { digestPlan, type DigestBasis } from './digest-plan.js';

/** Digests one plan, whose JSON takes seconds at most and must not keep the agent from its other work. */
parentPort?.postMessage(digestPlan(workerData as DigestBasis));
