import type { Schemas } from '@berth/client';
import type { AnsiFilter } from '../output/ansi.js';
import type { Output } from '../output/output.js';
import { oneLine } from '../output/plain.js';
import { changesSentence, statusWords } from '../output/words.js';
import type { Onlooker } from './watch.js';

type Task = Schemas['Task'];
type TaskEvent = Schemas['TaskEvent'];
type Plan = Schemas['PlanDocument'];

/** Steps that a person would be surprised not to hear of: what they waited for begins again, or has ended otherwise. */
const TOLD: ReadonlySet<string> = new Set([
  'release',
  'retry',
  'replan',
  'restore',
  'reservation_ended',
  'late_result',
  'unsaved_state_kept',
  'approve',
  'confirm',
  'discard',
  'cancel',
  'stop',
]);
const MOST_RESOURCES = 20;

/** Tells a person, or a program, of a run as it goes on. */
export class RunReport implements Onlooker {
  private readonly filters = new Map<string, AnsiFilter>();
  private behind: string | undefined;
  private phase: string | undefined;
  /** What the person has just done here, and need not be told. */
  private own: string | undefined;

  constructor(
    private readonly out: Output,
    private readonly id: string,
    /** How the person calls us. */
    private readonly berth: string,
  ) {}

  /** The person does this: it will come back as a step of the timeline. */
  expect(verb: 'confirm' | 'discard' | 'cancel'): void {
    this.own = verb;
  }

  onEvent(event: TaskEvent): void {
    this.out.streamed({ event });
    const { toStatus, message } = event;
    if (this.own === event.event) {
      this.own = undefined;
    } else if (TOLD.has(event.event)) {
      this.note(`${event.event.replaceAll('_', ' ')}: ${oneLine(message)} (${oneLine(event.actor)})`);
    }
    if (toStatus !== null && toStatus !== event.fromStatus) {
      this.out.progress.show(`run ${this.id} ${statusWords(toStatus)} …`);
    }
  }

  onLog(phase: string, text: string): void {
    this.out.streamed({ log: { phase, text } });
    if (this.out.json) {
      return;
    }
    if (this.phase !== undefined && this.phase !== phase) {
      this.out.piece('\n');
    }
    this.phase = phase;
    const filter = this.filters.get(phase) ?? this.out.logFilter();
    this.filters.set(phase, filter);
    this.out.piece(filter.pass(text));
  }

  onWaiting({ waiting }: Task): void {
    if (waiting === null) {
      return;
    }
    this.out.progress.show(`waits: ${oneLine(waiting.message)}`);
    const [, other] =
      /^behind task (\S+) of its workspace, which is apply_pending/.exec(waiting.message) ?? [];
    if (waiting.code === 'BEHIND_TASK' && other !== undefined && this.behind !== other) {
      this.behind = other;
      this.note(
        `It waits behind run ${other}, which waits for a person: ${this.berth} confirm ${other}, or ${this.berth} discard ${other}`,
      );
    }
  }

  /** The plan at a glance, below its log. */
  plan(plan: Plan): void {
    this.out.streamed({ plan: { hash: plan.hash, summary: plan.summary } });
    if (!this.out.json) {
      this.out.lines(['', ...planLines(plan, this.out)]);
    }
  }

  private note(text: string): void {
    this.out.note(this.out.noteColours.paint('yellow', text));
  }
}

const SYMBOLS: Readonly<Record<string, readonly [string, 'green' | 'yellow' | 'red' | 'cyan' | 'gray']>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  delete: ['-', 'red'],
  read: ['<', 'cyan'],
  forget: ['.', 'gray'],
};

/** What the plan would do: each resource with its sign, as far as that is readable, and the sums. */
export function planLines(plan: Plan, { colours }: Pick<Output, 'colours'>): string[] {
  const shown = plan.resources
    .slice(0, MOST_RESOURCES)
    .map(({ address, actions, previousAddress, importing }) => {
      const signs = actions.map((action) => {
        const [sign, colour] = SYMBOLS[action] ?? [' ', 'gray'];
        return colours.paint(colour, sign);
      });
      const moved = previousAddress === null ? '' : ` (moved from ${oneLine(previousAddress)})`;
      const imported = importing === null ? '' : ' (imported)';
      return `  ${signs.join('/')} ${oneLine(address)}${moved}${imported}`;
    });
  const left = plan.resources.length + (plan.cut?.resources ?? 0) - shown.length;
  const drifted = plan.drift.length + (plan.cut?.drift ?? 0);
  return [
    `Plan: ${changesSentence(plan.summary)}.`,
    ...shown,
    ...(left > 0 ? [`  … and ${left} more`] : []),
    ...(drifted > 0 ? [`Changed outside of terraform since the last apply: ${drifted}`] : []),
    ...plan.notShown.map((what) => `Not shown here, and applied all the same: ${oneLine(what)}`),
    ...(plan.complete
      ? []
      : ['This plan is not all: another one is needed after it (targets, or what was put off).']),
  ];
}
