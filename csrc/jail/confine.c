/* Resource limits and system calls; see confine.h. */
#include "jail/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

struct call {
    const char *name, *what;
    unsigned conditions;
    struct scmp_arg_cmp condition[2];
};

/* The whole list. A call that is not here, or does not meet its conditions, kills the process. */
static const struct call calls[] = {
    {"read", "from the pipe of requests", 1, {{0, SCMP_CMP_EQ, IDN_JAIL_REQUESTS, 0}}},
    {"write", "to the pipe of replies", 1, {{0, SCMP_CMP_EQ, IDN_JAIL_REPLIES, 0}}},
    {"mmap",
     "memory that is neither a file nor executable",
     2,
     {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
      {3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS}}},
    {"mremap", "memory", 0, {{0}}},
    {"munmap", "memory", 0, {{0}}},
    {"brk", "memory", 0, {{0}}},
    {"clock_gettime", "the deadline, where the kernel has no vDSO", 0, {{0}}},
    {"exit_group", "the end", 0, {{0}}},
#ifdef SANITIZED
    {"madvise", "sanitizer", 0, {{0}}},
    {"futex", "sanitizer", 0, {{0}}},
    {"sched_yield", "sanitizer", 0, {{0}}},
    {"sigaltstack", "sanitizer", 0, {{0}}},
#endif
};

enum { CALLS = sizeof calls / sizeof *calls };

void idn_confine_list(FILE *out) {
    for (int i = 0; i < CALLS; i++)
        fprintf(out, "%s: %s\n", calls[i].name, calls[i].what);
}

static int limit(int resource, rlim_t most) {
    return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most});
}

static int limit_resources(size_t memory) {
    /* Lua's allocator counts what is asked for; this bounds what that costs, with copies under way
     * and requests. The processor's time is bounded by the host, for each evaluation anew. */
    enum { REST = 64 << 20 };
    int failed = limit(RLIMIT_NOFILE, 0) || limit(RLIMIT_FSIZE, 0) || limit(RLIMIT_NPROC, 0) ||
                 limit(RLIMIT_CORE, 0) || limit(RLIMIT_MEMLOCK, 0);
#ifndef SANITIZED /* its shadow is larger than any limit */
    failed = failed || limit(RLIMIT_AS, (rlim_t)memory * 2 + REST);
#else
    (void)memory;
#endif
    return failed;
}

static int filter_calls(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return -1;
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    for (int i = 0; !failed && i < CALLS; i++)
        failed = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
                                        seccomp_syscall_resolve_name(calls[i].name),
                                        calls[i].conditions, calls[i].condition);
    if (!failed)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    errno = -failed;
    return failed;
}

const char *idn_confine(size_t memory) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return "end with the host";
    if (limit_resources(memory) != 0)
        return "limit resources";
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        return "refuse to be looked into";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return "renounce privileges";
    if (filter_calls() != 0)
        return "filter system calls";
    return NULL;
}
