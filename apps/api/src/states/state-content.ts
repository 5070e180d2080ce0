import { ProblemError } from '../problems/problem-error.js';
import { stateFacts, type StateBody } from './state-facts.js';
import type { StateIdentity } from './state-identity.js';

/** Of objects and lists in each other. */
const MAX_SHOWN_DEPTH = 100;

export type ParsedState = StateBody & StateIdentity;

/** @throws ProblemError 400 where it is no state file; a foreign file must never become the truth */
export function parseState(content: Buffer): ParsedState {
  const { body, serial, lineage, ...state } = readState(content);
  const wrong = [...state.oddities, ...(lineage === null ? ['lineage: must be there'] : [])];
  if (serial === null || lineage === null || wrong.length > 0) {
    throw malformed(`it is no terraform state: ${wrong.join('; ')}`);
  }
  return { ...body, serial, lineage };
}

/** The same of a file that a person gives, which may have no lineage yet. @throws ProblemError 400 */
export function parseGivenState(content: Buffer): { serial: bigint; lineage: string | null } {
  const { serial, lineage, oddities } = readState(content);
  if (serial === null || oddities.length > 0) {
    throw malformed(`it is no terraform state: ${oddities.join('; ')}`);
  }
  return { serial, lineage };
}

/** What is in the state, without the resources' attributes, which hold secrets. */
export function describeState(state: StateBody) {
  return {
    resources: state.resources.flatMap((resource) => {
      const prefix = [resource.module, resource.mode === 'data' ? 'data' : undefined].filter(
        (part) => part !== undefined,
      );
      const base = [...prefix, resource.type, resource.name].join('.');
      return resource.instances.map((instance) => ({
        address: instance.index_key === undefined ? base : `${base}[${JSON.stringify(instance.index_key)}]`,
        type: resource.type,
        provider: resource.provider ?? null,
      }));
    }),
    outputs: Object.fromEntries(
      Object.entries(state.outputs).map(([name, output]) => [
        name,
        {
          type: shown(output.type),
          sensitive: output.sensitive,
          value: output.sensitive ? null : shown(output.value),
        },
      ]),
    ),
  };
}

/** What an answer cannot hold is not shown; the state itself has it. */
function shown(value: unknown): unknown {
  return isDeeper(value, MAX_SHOWN_DEPTH) ? '(too deep to be shown: pull the state to see it)' : value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return depth === 0 || Object.values(value).some((child) => isDeeper(child, depth - 1));
}

function readState(content: Buffer) {
  const facts = stateFacts(content);
  if (facts.fault !== null || facts.body === null) {
    throw malformed(String(facts.fault));
  }
  return { ...facts, body: facts.body };
}

function malformed(fault: string): ProblemError {
  return new ProblemError(400, 'MALFORMED_STATE', `the body cannot be a state: ${fault}`);
}
