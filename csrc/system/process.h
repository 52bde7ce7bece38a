/* Whether this is still the process that made something: what was forked must not use what belongs to its parent. */
#ifndef IDNGO_PROCESS_H
#define IDNGO_PROCESS_H

#include <sys/types.h>

/* getpid without a system call, where the system can wipe a page in the child of a fork. One thread at a time. */
pid_t idn_process(void);

#endif
