import { join } from 'node:path';
import { Mask } from '@berth/masking';
import { LineSplitter, type LongLine } from '../processes/line-splitter.js';
import { ProvisionerOutput } from './provisioner-output.js';
import { renderEvent } from './render-event.js';
import {
  emergencyState,
  emergencyStateIn,
  parseEvent,
  type ChangeSummary,
  type Diagnostic,
  type TerraformEvent,
} from './terraform-events.js';
import { parseTextDiagnostics } from './text-diagnostics.js';

/** A part of a file: from this byte up to that one. */
export interface FilePart {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** What was seen of a run while it ran. */
export interface RunObservations {
  /** When terraform said its version: its own start is over. */
  readonly versionLineAt: Date | null;
  /** When the first change began; from here on nothing may be repeated by the machine. Reads do not count. */
  readonly firstApplyStartAt: Date | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Terraform's own count; an apply that failed has none. */
  readonly changes: ChangeSummary | null;
  readonly appliedResources: number;
  readonly erroredResources: number;
  readonly stderrTail: string;
  /**
   * The state that terraform could save nowhere, not even in errored.tfstate: this is the only copy. One that is too large
   * to be held is where terraform has printed it.
   */
  readonly emergencyState: string | FilePart | null;
  /** What a callback threw; it was not called again, and the run went on. */
  readonly callbackError: unknown;
}

interface Listener {
  readonly json: boolean;
  /** For what it says in several lines; each for itself is masked by whoever takes it. */
  readonly mask?: Mask;
  /** Where the outputs are written as they come, in `stdout` and `stderr`. */
  readonly outputDirectory?: string;
  readonly onText: (text: string) => void;
  readonly onEvent?: (event: TerraformEvent) => void;
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onSpawn?: (spawned: { readonly pid: number; readonly startedAt: Date }) => void;
}

/** Of what is held in memory; a state dump is one line, and a larger one is found in the outputs' file. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024;
const MAX_STDERR_TAIL = 64 * 1024;
/** A run over thousands of resources may fail at each of them. */
const MAX_DIAGNOSTICS = 1_000;

/** Turns the two outputs of a terraform process into events, text and what is known at its end. */
export class RunRecord {
  private readonly out: LineSplitter;
  private readonly err: LineSplitter;
  private readonly provisioners: ProvisionerOutput;
  private readonly diagnostics: Diagnostic[] = [];
  private versionLineAt: Date | null = null;
  private firstApplyStartAt: Date | null = null;
  private changes: ChangeSummary | null = null;
  private appliedResources = 0;
  private erroredResources = 0;
  private stderrTail = '';
  private emergencyState: string | FilePart | null = null;
  private callbackError: unknown = null;

  constructor(private readonly listener: Listener) {
    this.provisioners = new ProvisionerOutput(listener.mask ?? Mask.none);
    const oversize = (length: number): void => {
      this.text(`(a line of ${length} bytes is left out)`);
    };
    this.out = new LineSplitter(
      MAX_LINE_LENGTH,
      (line) => {
        this.outLine(line);
      },
      (length, line) => {
        if (!this.isLongDump(length, line)) {
          oversize(length);
        }
      },
    );
    this.err = new LineSplitter(
      MAX_LINE_LENGTH,
      (line) => {
        this.errLine(line);
      },
      oversize,
    );
  }

  spawned(process: { readonly pid: number; readonly startedAt: Date }): void {
    this.call(() => this.listener.onSpawn?.(process));
  }

  stdout(chunk: Buffer): void {
    const { onStdout } = this.listener;
    if (onStdout) {
      this.call(() => {
        onStdout(chunk);
      });
    } else {
      this.out.push(chunk);
    }
  }

  get changeBegun(): boolean {
    return this.firstApplyStartAt !== null;
  }

  stderr(chunk: Buffer): void {
    this.err.push(chunk);
  }

  finish(): RunObservations {
    this.out.end();
    this.err.end();
    const { versionLineAt, firstApplyStartAt, changes, appliedResources, erroredResources } = this;
    const { emergencyState: state, callbackError } = this;
    const stderrTail = this.stderrTail.slice(-MAX_STDERR_TAIL);
    const diagnostics = this.listener.json ? this.diagnostics : parseTextDiagnostics(stderrTail);
    return {
      versionLineAt,
      firstApplyStartAt,
      diagnostics,
      changes,
      appliedResources,
      erroredResources,
      stderrTail,
      emergencyState: state,
      callbackError,
    };
  }

  private outLine(line: string): void {
    const event = this.listener.json ? parseEvent(line) : null;
    if (event === null) {
      this.text(line);
      return;
    }
    this.emergencyState ??= emergencyState(line);
    this.observe(event);
    this.call(() => this.listener.onEvent?.(event));
    const rendered = renderEvent(this.provisioners.masked(event));
    if (rendered !== null) {
      this.text(rendered);
    }
  }

  private isLongDump(length: number, line: LongLine): boolean {
    const { json, outputDirectory } = this.listener;
    const state = json && outputDirectory !== undefined ? emergencyStateIn(length, line) : null;
    if (state === null || outputDirectory === undefined) {
      return false;
    }
    const path = join(outputDirectory, 'stdout');
    this.emergencyState ??= { path, from: line.from + state.from, to: line.from + state.to };
    this.text(`Emergency state dump (${state.to - state.from} bytes)`);
    return true;
  }

  private errLine(line: string): void {
    this.stderrTail += `${line}\n`;
    // Not at every line: with TF_LOG there are hundreds of thousands.
    if (this.stderrTail.length > 2 * MAX_STDERR_TAIL) {
      this.stderrTail = this.stderrTail.slice(-MAX_STDERR_TAIL);
    }
    this.text(line);
  }

  private observe(event: TerraformEvent): void {
    const changesSomething = event.hook?.action !== 'read';
    switch (event.type) {
      case 'version':
        this.versionLineAt ??= new Date();
        break;
      case 'apply_start':
        this.firstApplyStartAt ??= changesSomething ? new Date() : null;
        break;
      // Of terraform 1.14: what an action does in the world is in no resource.
      case 'action_start':
        this.firstApplyStartAt ??= new Date();
        break;
      case 'apply_complete':
        this.appliedResources += changesSomething ? 1 : 0;
        break;
      case 'apply_errored':
        this.erroredResources += changesSomething ? 1 : 0;
        break;
      case 'change_summary':
        this.changes = event.changes ?? this.changes;
        break;
      case 'diagnostic':
        if (event.diagnostic && this.diagnostics.length < MAX_DIAGNOSTICS) {
          this.diagnostics.push(event.diagnostic);
        }
        break;
      default:
    }
  }

  private text(line: string): void {
    this.call(() => {
      this.listener.onText(`${line}\n`);
    });
  }

  /** A log that cannot be written must not break an apply in the middle. */
  private call(callback: () => void): void {
    if (this.callbackError !== null) {
      return;
    }
    try {
      callback();
    } catch (error) {
      this.callbackError = error ?? new Error('a callback of the run threw nothing');
    }
  }
}
