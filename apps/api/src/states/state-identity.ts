import { topLevelFields, type FieldRange } from './top-level-fields.js';

/** What terraform knows a state by. */
export interface StateIdentity {
  readonly serial: bigint;
  readonly lineage: string;
}

/** PostgreSQL's bigint; terraform's own has one bit more, and no state has ever been written so often. */
const MAX_SERIAL = 2n ** 63n - 1n;

/** What a state says its serial is, exactly; null where that is no whole number from 0 on. */
export function serialOf(state: Buffer): bigint | null {
  return serialAt(state, topLevelFields(state).get('serial'));
}

function serialAt(state: Buffer, range: FieldRange | undefined): bigint | null {
  const text = range === undefined ? '' : state.toString('utf8', range.from, range.to);
  if (!/^\d{1,19}$/.test(text)) {
    return null;
  }
  const serial = BigInt(text);
  return serial > MAX_SERIAL ? null : serial;
}

/**
 * The same state with this serial and lineage. Only these two are replaced in its bytes, or put in where it has none;
 * those of a state that says them already are its own.
 */
export function withIdentity(state: Buffer, { serial, lineage }: StateIdentity): Buffer {
  const fields = topLevelFields(state);
  return (
    [['lineage', JSON.stringify(lineage)] as const, ['serial', String(serial)] as const]
      .map(([name, value]) => ({ name, value, range: fields.get(name) }))
      .filter(
        ({ range, value }) => range === undefined || state.toString('utf8', range.from, range.to) !== value,
      )
      // From the end on, so that the places before stay where they are.
      .toSorted((one, other) => (other.range?.from ?? 0) - (one.range?.from ?? 0))
      .reduce(
        (bytes, { name, value, range }) =>
          range === undefined ? insertField(bytes, name, value) : replaceRange(bytes, range, value),
        state,
      )
  );
}

function replaceRange(bytes: Buffer, { from, to }: FieldRange, value: string): Buffer {
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(value), bytes.subarray(to)]);
}

function insertField(bytes: Buffer, name: string, value: string): Buffer {
  const at = bytes.indexOf('{') + 1;
  const isEmpty = bytes.toString('utf8', at).trimStart().startsWith('}');
  return replaceRange(bytes, { from: at, to: at }, `${JSON.stringify(name)}:${value}${isEmpty ? '' : ','}`);
}
