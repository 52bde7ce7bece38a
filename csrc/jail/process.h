/*
 * The host's end of an evaluator: its process, and frames to and from it.
 *
 * Nothing here waits beyond a deadline, and nothing the process does can hurt the host: it is sent
 * SIGKILL when it is late, and what it writes is bounded before it is kept. Deadlines are
 * nanoseconds on the monotonic clock.
 */
#ifndef IDNGO_JAIL_PROCESS_H
#define IDNGO_JAIL_PROCESS_H

#include "jail/wire.h"

#include <sys/types.h>

enum idn_evaluator_io {
    IDN_EVALUATOR_DONE,
    IDN_EVALUATOR_LATE, /* not yet; call again, or stop it */
    IDN_EVALUATOR_GONE, /* it has ended */
    IDN_EVALUATOR_BAD,  /* it announced more than is allowed */
    IDN_EVALUATOR_MEMORY /* none here for the reply; call again, or stop it */
};

struct idn_evaluator {
    pid_t pid; /* 0: not running */
    int to, from;
    unsigned char head[IDN_WIRE_HEAD];
    size_t head_len;
    char *reply; /* the frame being read; its value once idn_evaluator_receive is done */
    size_t reply_len, reply_size;
};

/*
 * Starts `program` with an empty environment and no descriptor but its two pipes, in a process group
 * of its own. 0, or an errno; then nothing runs.
 */
int idn_evaluator_start(struct idn_evaluator *evaluator, const char *program, size_t memory,
                        unsigned milliseconds);

/* Lets the process have the processor for so many more seconds, and one; then the kernel ends it, whatever the host does. */
void idn_evaluator_allow(const struct idn_evaluator *evaluator, unsigned seconds);

/* Writes a whole frame. Bytes that came without being asked for make it IDN_EVALUATOR_BAD: they would be taken for the answer. */
enum idn_evaluator_io idn_evaluator_send(struct idn_evaluator *evaluator, const char *bytes,
                                         size_t len, int64_t deadline);

/* Reads the next frame as far as it has come by `deadline`, a deadline in the past does not wait. */
enum idn_evaluator_io idn_evaluator_receive(struct idn_evaluator *evaluator, int64_t deadline);

/* Ends the process with SIGKILL, waits for that, closes all. Its wait status; -1 when there was none. Idempotent. */
int idn_evaluator_stop(struct idn_evaluator *evaluator);

/* The monotonic clock. */
int64_t idn_evaluator_now(void);

#endif
