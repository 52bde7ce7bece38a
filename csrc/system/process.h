/* Whether this is still the process that made something: what was forked must not use what belongs to its parent. And whether
   the host is still in the same boot. */
#ifndef IDNGO_PROCESS_H
#define IDNGO_PROCESS_H

#include <sys/types.h>

/* getpid without a system call, where the system can wipe a page in the child of a fork. One thread at a time. */
pid_t idn_process(void);

/* The id of the host's boot, with NUL; empty when it cannot be read, and then like no other. */
enum { IDN_BOOT_ID = 40 };
void idn_boot_id(char boot[IDN_BOOT_ID]);

#endif
