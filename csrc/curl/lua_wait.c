/*
 * Waits for descriptors that are not ours: a database's, or a stream's of lua_stream.c.
 *
 *   wire:wait(descriptor, what, by) -> id | nil, why
 *       what    "r", "w" or "rw": bytes to read, room to write, either
 *       For step: what there is of it, false when the time `by` came first. Any number may wait for one descriptor.
 *   curl.poll(descriptor, what, by) -> "r" | "w" | "rw" | false | nil, why
 *       Waits here. nil alone: a signal came.
 *   The owner of a descriptor has to cancel a wait for it before closing it.
 */
#include "system/clock.h"
#include "lua_call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum { READS = 1, WRITES = 2 };

static const char *const names[] = {"r", "w", "rw", NULL};

static int check_wants(lua_State *L, int index) {
    return luaL_checkoption(L, index, NULL, names) + 1;
}

static int refuse(lua_State *L, int64_t fd, const char *why) {
    lua_pushnil(L);
    lua_pushfstring(L, "descriptor %d: %s", (int)fd, why);
    return 2;
}

static void push_found(lua_State *L, int found) {
    if (found)
        lua_pushstring(L, names[found - 1]);
    else
        lua_pushboolean(L, 0);
}

/* Watches a descriptor for all that wait for it. */
static int watch(struct idn_loop *loop, int fd, struct call *first) {
    uint32_t events = 0;
    for (const struct call *call = first; call; call = call->also)
        events |= (call->wants & READS ? EPOLLIN : 0) | (call->wants & WRITES ? EPOLLOUT : 0);
    return idn_loop_host(loop, fd, first, events);
}

/* It is over. */
static void found(struct wire *wire, struct call *call, int what) {
    call->found = what;
    call->is_over = 1;
    idn_loop_unset(&wire->streams.loop, &call->timer);
    idn_queue_push(&wire->ended, call);
}

int idn_wait_begin(lua_State *L, struct wire *wire) {
    struct idn_loop *loop = &wire->streams.loop;
    int64_t fd = idn_checkint(L, 2);
    int wants = check_wants(L, 3);
    double by = luaL_checknumber(L, 4);
    if (fd < 0 || fd > INT32_MAX)
        return refuse(L, fd, strerror(EBADF));
    if (idn_loop_owner(loop, (int)fd, IDN_OWNER_STREAM))
        return refuse(L, fd, "a call's own");
    struct call *call = idn_call_take(wire);
    if (!call)
        return refuse(L, fd, strerror(ENOMEM));
    call->timer.kind = TIMER_WAIT;
    call->exchange.phase = IDN_OVER;
    call->exchange.stop = IDN_STOP_NONE;
    call->exchange.reply.status = 0;
    call->fd = (int)fd;
    call->wants = wants;
    call->found = 0;
    call->also = idn_loop_owner(loop, (int)fd, IDN_OWNER_GUEST);
    int error = idn_loop_set(loop, &call->timer, by) ? 0 : ENOMEM;
    if (!error && !watch(loop, (int)fd, call))
        error = errno;
    if (error == EPERM) { /* a file, which is always ready */
        call->also = NULL;
        found(wire, call, wants);
    } else if (error) {
        idn_call_drop(L, wire, call);
        return refuse(L, fd, strerror(error));
    }
    idn_pushint(L, call->id);
    return 1;
}

void idn_wait_end(struct wire *wire, struct call *call) {
    struct idn_loop *loop = &wire->streams.loop;
    struct call *first = idn_loop_owner(loop, call->fd, IDN_OWNER_GUEST), **link = &first;
    while (*link && *link != call)
        link = &(*link)->also;
    if (*link) { /* else it was closed, and the number is another's */
        *link = call->also;
        watch(loop, call->fd, first);
    }
    call->also = NULL;
    call->fd = -1;
}

void idn_wait_ready(struct wire *wire, const struct idn_ready *ready) {
    int broken = (ready->events & (EPOLLHUP | EPOLLERR)) != 0;
    int what = (broken || ready->events & EPOLLIN ? READS : 0) | (broken || ready->events & EPOLLOUT ? WRITES : 0);
    for (struct call *call = ready->owner, *also; call; call = also) {
        also = call->also;
        if (call->is_over || !(call->wants & what))
            continue;
        idn_wait_end(wire, call);
        found(wire, call, call->wants & what);
    }
}

void idn_wait_push(lua_State *L, const struct call *call) {
    push_found(L, call->found);
}

int idn_wait_poll(lua_State *L) {
    int64_t fd = idn_checkint(L, 1);
    int wants = check_wants(L, 2);
    double until = luaL_checknumber(L, 3), left = until - idn_clock();
    if (fd < 0 || fd > INT32_MAX)
        return refuse(L, fd, strerror(EBADF));
    struct pollfd polled = {.fd = (int)fd};
    polled.events = (short)((wants & READS ? POLLIN : 0) | (wants & WRITES ? POLLOUT : 0));
    int n = poll(&polled, 1, idn_clock_ms(left));
    if (n > 0 && polled.revents & POLLNVAL)
        return refuse(L, fd, strerror(EBADF));
    if (n < 0 && errno != EINTR)
        return refuse(L, fd, strerror(errno));
    int broken = polled.revents & (POLLHUP | POLLERR);
    int what = (broken || polled.revents & POLLIN ? READS : 0) | (broken || polled.revents & POLLOUT ? WRITES : 0);
    if (n > 0)
        push_found(L, wants & what);
    else if (n == 0 && left <= 1000)
        lua_pushboolean(L, 0);
    else
        lua_pushnil(L);
    return 1;
}
