/** Greets somebody by name. */
export function greeting(name) {
  return `Hello, ${name.trim() === '' ? 'whoever you are' : name.trim()}.`;
}
