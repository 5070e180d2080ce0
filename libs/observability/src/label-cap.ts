/** Keeps the number of a label's values bounded: the first ones that come get a name, all later ones are `other`. */
export class LabelCap {
  private readonly named = new Set<string>();

  constructor(
    private readonly limit: number,
    private readonly form = /^.{1,100}$/,
  ) {}

  of(value: string): string {
    if (this.named.has(value)) {
      return value;
    }
    if (this.named.size >= this.limit || !this.form.test(value)) {
      return 'other';
    }
    this.named.add(value);
    return value;
  }
}

/** For codes of failures, which agents name and so could name without end. */
export function failureCodes(): LabelCap {
  return new LabelCap(100, /^[A-Z][A-Z0-9_]{0,63}$/);
}
