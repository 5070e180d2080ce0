import type { Mask, MaskStream } from '@berth/masking';
import type { TerraformEvent } from './terraform-events.js';

/**
 * What provisioners print, without sensitive values. Terraform makes a line of whatever has come when nothing more comes for
 * 0.1 s, so a value may stand in two lines, none of which holds it.
 */
export class ProvisionerOutput {
  private readonly streams = new Map<string, MaskStream | null>();

  constructor(private readonly mask: Mask) {}

  masked(event: TerraformEvent): TerraformEvent {
    const { hook, type } = event;
    if (type !== 'provision_progress' || hook?.output === undefined) {
      return event;
    }
    const output = this.streamOf(hook.resource?.addr ?? '')?.line(Buffer.from(hook.output));
    return output === undefined ? event : { ...event, hook: { ...hook, output: output.toString('utf8') } };
  }

  private streamOf(address: string): MaskStream | null {
    const stream = this.streams.get(address) ?? this.mask.stream();
    this.streams.set(address, stream);
    return stream;
  }
}
