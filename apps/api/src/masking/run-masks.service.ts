import { Mask, valuesOfVariables } from '@berth/masking';
import { Database, readSealedSecrets, type SealedSecrets } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isUuid } from '../paging.js';
import { SecretBox } from '../secrets/secret-box.js';
import { CERT_PASSWORDS_SEAL, GIT_TOKEN_SEAL, STEPS_SEAL } from '../secrets/seals.js';
import { openInputs } from '../variables/plan-inputs.js';
import { VariablesService } from '../variables/variables.service.js';

/** Opened values in memory: so many runs, and together so many characters, of which each takes some 200 bytes. */
const MAX_MASKS = 500;
const MAX_CHARACTERS = 300_000;

const Steps = z.array(z.object({ environment: z.record(z.string(), z.string()).optional() }));
const Passwords = z.record(z.string(), z.string());

interface Kept {
  readonly mask: Mask;
  readonly characters: number;
}

/**
 * What the api hides in all that is told to it of a run. Agents have hidden it already; those of an older build, and
 * workers, have not. Opened once for each attempt, and kept for as long as others do not need the room.
 */
@Injectable()
export class RunMasks {
  /** The longest unused first. */
  private readonly kept = new Map<string, Kept>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(VariablesService) private readonly variables: VariablesService,
  ) {}

  /** Of one attempt: another one may have been given other variables. @throws Error where they cannot be opened */
  async of(taskId: string, attempt: number): Promise<Mask> {
    const name = `${taskId}/${attempt}`;
    const kept = this.kept.get(name) ?? (await this.open(taskId));
    this.kept.delete(name);
    this.kept.set(name, kept);
    this.makeRoom();
    return kept.mask;
  }

  /** Of a build, whose secrets are the same in each attempt. @throws Error where they cannot be opened */
  async ofBuild(taskId: string): Promise<Mask> {
    return this.of(taskId, 0);
  }

  private async open(taskId: string): Promise<Kept> {
    const sealed = isUuid(taskId) ? await readSealedSecrets(this.database, taskId) : null;
    const values = sealed === null ? [] : await this.valuesOf(sealed);
    return { mask: Mask.of(values), characters: values.reduce((sum, { length }) => sum + length, 0) };
  }

  private async valuesOf(sealed: SealedSecrets): Promise<string[]> {
    const { workspaceId, inputs, gitToken, steps, certPasswords } = sealed;
    const variables =
      inputs !== null
        ? openInputs(this.box, inputs).variables
        : workspaceId === null
          ? []
          : await this.variables.ofRun(workspaceId);
    return [
      ...valuesOfVariables(variables),
      ...(gitToken === null ? [] : passwordsIn(this.text(GIT_TOKEN_SEAL, gitToken))),
      ...(steps === null
        ? []
        : Steps.parse(this.json(STEPS_SEAL, steps)).flatMap(({ environment = {} }) =>
            Object.values(environment),
          )),
      ...(certPasswords === null
        ? []
        : Object.values(Passwords.parse(this.json(CERT_PASSWORDS_SEAL, certPasswords)))),
    ];
  }

  private text(seal: string, sealed: Buffer): string {
    return this.box.open(seal, sealed).toString('utf8');
  }

  private json(seal: string, sealed: Buffer): unknown {
    return JSON.parse(this.text(seal, sealed));
  }

  /** The newest one stays, whatever it takes. */
  private makeRoom(): void {
    let characters = 0;
    for (const { characters: more } of this.kept.values()) {
      characters += more;
    }
    for (const [name, one] of this.kept) {
      const isEnough = this.kept.size <= MAX_MASKS && characters <= MAX_CHARACTERS;
      if (isEnough || this.kept.size === 1) {
        return;
      }
      this.kept.delete(name);
      characters -= one.characters;
    }
  }
}

/** A token alone, or `user:token`. */
function passwordsIn(token: string): string[] {
  return [token, token.slice(token.indexOf(':') + 1)];
}
