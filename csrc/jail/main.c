/*
 * idngo-jail: evaluates one policy, again and again, for a host at the other end of two pipes.
 *
 *   idngo-jail MEMORY MILLISECONDS   evaluate; the host starts it so, with an empty environment
 *   idngo-jail --calls               print the system calls that are left once it is confined
 *   idngo-jail --attempt CALL        confine itself, then make that system call (a name or a number): shows that
 *                                    the process does not survive it
 *
 * Dialogue, in frames (wire.h): it says {ready=true} once confined; is sent [text, chunkname, names of facts, fields of
 * each] and answers with the policy's name, version and inputs; is sent [applicant, facts, trace, columns, today, event] as
 * often as wanted, and answers each with a decision. It ends when the requests do.
 */
#include "jail/confine.h"
#include "jail/evaluate.h"
#include "jail/wire.h"

#include <lauxlib.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAD_USAGE = 64, NOT_CONFINED = 77, OTHER_LUA = 78 };

/* Reads exactly `len` bytes; 0 at the end of requests. */
static int read_all(void *into, size_t len) {
    char *at = into;
    while (len > 0) {
        ssize_t n = read(IDN_JAIL_REQUESTS, at, len);
        if (n <= 0)
            return 0;
        at += n;
        len -= (size_t)n;
    }
    return 1;
}

static int write_all(const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = write(IDN_JAIL_REPLIES, bytes, len);
        if (n <= 0)
            return 0;
        bytes += n;
        len -= (size_t)n;
    }
    return 1;
}

/* The next request's value, malloc'd, or NULL when there is none. */
static char *next_request(size_t *len) {
    unsigned char head[IDN_WIRE_HEAD];
    if (!read_all(head, sizeof head))
        return NULL;
    *len = idn_wire_length(head);
    char *bytes = *len > 0 && *len <= IDN_WIRE_REQUEST ? malloc(*len) : NULL;
    if (bytes && read_all(bytes, *len))
        return bytes;
    free(bytes);
    return NULL;
}

static int send_reply(struct idn_wire_out *out) {
    return idn_wire_end(out) && write_all(out->bytes, out->len);
}

static int serve(const struct idn_jail_bounds *bounds) {
    struct idn_wire_out out = {NULL, 0, 0, 0, 0};
    struct idn_jail_policy *policy = idn_jail_policy_new(bounds);
    size_t len;
    char *request;
    idn_wire_begin(&out, IDN_WIRE_REPLY);
    idn_wire_map(&out, 1);
    idn_wire_string(&out, "ready", 5);
    idn_wire_boolean(&out, 1);
    int going = policy && send_reply(&out);
    while (going && (request = next_request(&len))) {
        going = idn_jail_answer(policy, request, len, &out);
        going = send_reply(&out) && going;
        free(request);
    }
    return 0;
}

/* Whether a table with a hole ends where border.c says, however its parts are laid out. */
static int has_our_borders(void) {
    lua_State *L = luaL_newstate();
    if (!L)
        return 0;
    lua_createtable(L, 8, 0);
    for (int i = 1; i <= 8; i++) {
        lua_pushboolean(L, 1);
        if (i == 4)
            lua_pop(L, 1);
        else
            lua_rawseti(L, -2, i);
    }
    int ours = lua_rawlen(L, -1) == 3;
    lua_close(L);
    return ours;
}

/* Only a call that is allowed comes back from here. */
static int attempt(const char *name) {
    long number = strtol(name, NULL, 10);
    if (name[0] < '0' || name[0] > '9')
        number = seccomp_syscall_resolve_name(name);
    if (idn_confine(0))
        return NOT_CONFINED;
    syscall(number, 0L, 0L, 0L, 0L, 0L, 0L);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--calls") == 0) {
        idn_confine_list(stdout);
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--attempt") == 0)
        _exit(attempt(argv[2]));
    unsigned long long memory = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
    unsigned long milliseconds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (memory == 0 || milliseconds == 0) {
        fputs("idngo-jail is started by idngo.policy.jail; it takes --calls or --attempt CALL\n",
              stderr);
        return BAD_USAGE;
    }
    if (!has_our_borders())
        return OTHER_LUA;
    if (idn_confine((size_t)memory))
        return NOT_CONFINED;
    struct idn_jail_bounds bounds = {(size_t)memory, milliseconds};
    _exit(serve(&bounds)); /* exit() may do more than is allowed */
}
