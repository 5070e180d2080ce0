import { performance } from 'node:perf_hooks';
const isTerminal = process.stdout.isTTY === true && !process.env.CI;

/** Shows one line while something runs: with its seconds on a terminal, as it begins and ends elsewhere. */
export async function withProgress(title, work) {
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  let timer;
  const show = () => {
    process.stdout.write(`\r${title} … ${Math.floor((performance.now() - begun) / 1000)} s`);
    timer = setTimeout(show, 1_000);
  };
  if (isTerminal) {
    show();
  } else {
    console.log(`${title} …`);
  }
  let outcome = 'failed after';
  try {
    const result = await work();
    outcome = 'done in';
    return result;
  } finally {
    clearTimeout(timer);
    console.log(`${isTerminal ? '\r\u001b[K' : ''}${title}: ${outcome} ${seconds()}`);
  }
}
