import { setFlagsFromString } from 'node:v8'

// For the console, which makes much garbage and keeps little: left to itself, Node lets 60 MiB of it lie. What is new keeps the
// space that it has, and what is old is collected once it has grown by a tenth. Both may be set while a process runs, other than
// the sizes in NODE_OPTIONS; and before all else is loaded, for what has grown by then stays.
if (process.argv[2] === 'console') {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=10')
}
