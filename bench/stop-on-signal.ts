type Step = () => Promise<unknown>;

const steps: Step[] = [];

/** Ends what was started, the last one first, where somebody ends the measurement: by Ctrl-C, or with SIGTERM. */
export function stopOnSignal(step: Step): void {
  if (steps.length === 0) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        console.error(`${signal}: stopping what was started`);
        void stopAll().finally(() => {
          process.exit(1);
        });
      });
    }
  }
  steps.push(step);
}

async function stopAll(): Promise<void> {
  for (const step of steps.reverse()) {
    await step().catch((error: unknown) => {
      console.error(String(error));
    });
  }
}
