/*
 * One policy and its evaluations, inside the confined process. Every evaluation has a Lua state of
 * its own, made from the policy's text and closed before the next.
 */
#ifndef IDNGO_JAIL_EVALUATE_H
#define IDNGO_JAIL_EVALUATE_H

#include "jail/wire.h"

struct idn_jail_bounds {
    size_t memory; /* bytes a state may hold */
    unsigned long milliseconds;
};

struct idn_jail_policy;

/* NULL without memory. */
struct idn_jail_policy *idn_jail_policy_new(const struct idn_jail_bounds *bounds);

/* Takes apart what an answer of 0 has left, too. The evaluator's process ends without it. */
void idn_jail_policy_free(struct idn_jail_policy *policy);

/*
 * Answers one request into `out` as main.c says. 0 when the process must end after that: the request was none, or
 * taking the state apart could last longer than the host waits.
 */
int idn_jail_answer(struct idn_jail_policy *policy, const char *request, size_t len,
                    struct idn_wire_out *out);

#endif
