// Loaded in front of a child process: its standard input is a pipe that nobody
// writes to, and that ends when the parent is gone, however it went.
const { isMainThread } = require('node:worker_threads');

// Threads load this as well, and their standard input is closed from the start.
if (isMainThread) {
  process.stdin.once('close', () => process.exit(1));
  process.stdin.resume();
}
