/*
 * What an evaluator gives up before it reads its first byte: everything but thinking, and answering.
 *
 * Confinement does not rest on Lua being free of holes: policies are taken for enemies that may come
 * to run machine code in this process. There is nothing here to take: no secret, no environment, no
 * descriptor but two pipes, and no system call beyond the list in confine.c.
 */
#ifndef IDNGO_JAIL_CONFINE_H
#define IDNGO_JAIL_CONFINE_H

#include <stddef.h>
#include <stdio.h>

enum { IDN_JAIL_REQUESTS = 0, IDN_JAIL_REPLIES = 1 }; /* the two descriptors */

/*
 * NULL, or the step that failed (errno says why); then the process must not go on. `memory` bytes are
 * what the evaluations may allocate; the address space is bounded with room for the rest.
 */
const char *idn_confine(size_t memory);

/* Prints the system calls that are left, one a line, with what they are for. */
void idn_confine_list(FILE *out);

#endif
