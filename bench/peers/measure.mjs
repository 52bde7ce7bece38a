// What the Node programs have in common: node PROGRAM JOB ARGS... WARM_UP COUNT
//
// `jobs` makes of a job's arguments what does it so many times; measure.h says what the printed line holds.
export async function measure(jobs) {
  const [job, ...args] = process.argv.slice(2);
  const count = Number(args.pop()), warmUp = Number(args.pop());
  const work = jobs[job](...args);
  await work(warmUp);
  const used = process.cpuUsage(), started = performance.now();
  const signature = await work(count);
  const { user, system } = process.cpuUsage(used), wall = (performance.now() - started) / 1000;
  const cpu = (user + system) / 1e6, peak = process.resourceUsage().maxRSS;
  console.log(`cpu=${cpu.toFixed(6)} wall=${wall.toFixed(6)} peak=${peak}` + (signature ? ` signature=${signature}` : ""));
}

// `one` so many times, by as many workers as calls are to be made at once.
export async function inParallel(concurrency, times, one) {
  let left = times;
  const worker = async () => { while (left-- > 0) await one(); };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
