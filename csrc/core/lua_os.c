/*
 * What Lua lacks or has too coarse: clocks, sleep, chance, and what only the system can tell.
 *
 *   core.now()    -> seconds on the monotonic clock, never set back, the same for every process of the host
 *   core.wall()   -> Unix seconds
 *   core.sleep(seconds)           returns early when a signal came
 *   core.random() -> a number from 0 up to, not including, 1; differs between processes, unlike an unseeded
 *                    math.random
 *   core.isatty(fd) -> whether file descriptor 0, 1 or 2 is a terminal
 *   core.shared_with_others(path) -> whether group or others may read the file; nil when there is none
 *   core.folder(path) -> true | nil, "PATH: REASON"      makes a folder for its owner alone (mode 0700); one that is
 *                        there must be no link, be this user's own, and writable by nobody else
 */
#include "folder.h"
#include "lua_core.h"

#include <math.h>

#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int push_clock(lua_State *L, clockid_t id) {
    struct timespec at;
    clock_gettime(id, &at);
    lua_pushnumber(L, (lua_Number)at.tv_sec + (lua_Number)at.tv_nsec / 1e9);
    return 1;
}

static int now(lua_State *L) {
    return push_clock(L, CLOCK_MONOTONIC);
}

static int wall(lua_State *L) {
    return push_clock(L, CLOCK_REALTIME);
}

static int sleep_for(lua_State *L) {
    double seconds = luaL_checknumber(L, 1), whole;
    if (seconds > 0) { /* NaN is not */
        double part = modf(seconds < 1e9 ? seconds : 1e9, &whole);
        struct timespec span = {.tv_sec = (time_t)whole, .tv_nsec = (long)(part * 1e9)};
        nanosleep(&span, NULL);
    }
    return 0;
}

static int random_number(lua_State *L) {
    uint32_t n = 0;
    if (getentropy(&n, sizeof n) != 0) /* and not libcrypto's, which need memory */
        return luaL_error(L, "the system has no random bytes");
    lua_pushnumber(L, (lua_Number)n / 4294967296.0);
    return 1;
}

static int is_terminal(lua_State *L) {
    lua_pushboolean(L, isatty((int)idn_checkint(L, 1)));
    return 1;
}

static int shared_with_others(lua_State *L) {
    struct stat found;
    if (stat(luaL_checkstring(L, 1), &found) != 0)
        return 0;
    lua_pushboolean(L, (found.st_mode & (S_IRGRP | S_IROTH)) != 0);
    return 1;
}

static int own_folder(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *why;
    int fd = idn_folder_open(path, 1, &why);
    if (fd < 0) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: %s", path, why);
        return 2;
    }
    close(fd);
    lua_pushboolean(L, 1);
    return 1;
}

void idn_open_os(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"now", now},
        {"wall", wall},
        {"sleep", sleep_for},
        {"random", random_number},
        {"isatty", is_terminal},
        {"shared_with_others", shared_with_others},
        {"folder", own_folder},
        {NULL, NULL},
    };
    idn_setfuncs(L, functions);
}
