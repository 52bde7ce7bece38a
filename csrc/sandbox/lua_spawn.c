/*
 * A sandbox in a process of its own, for the demo and for tests: a client that blocks cannot serve itself.
 *
 *   host.spawn(fn) -> pid, line | nil, message
 *       Forks. The child runs fn(ready), which calls ready(line) once it serves, and exits when fn returns or
 *       when the parent is gone. The parent waits for that line; nil and why when the child ended without it.
 *   host.stop(pid)        asks the child to end (SIGTERM) and waits until it has
 */
#include "lua_host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int ready(lua_State *L) {
    int fd = *(int *)lua_touserdata(L, lua_upvalueindex(1));
    size_t len;
    const char *line = luaL_checklstring(L, 1, &len);
    if (write(fd, line, len) != (ssize_t)len)
        return luaL_error(L, "the parent is gone");
    close(fd);
    return 0;
}

/* Entry point of the child process: calls what is on the stack. Never returns, and throws nothing into the parent's code. */
static void run_child(lua_State *L, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    int failed = lua_pcall(L, 1, 0, 0);
    if (failed)
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    fflush(NULL);
    _exit(failed);
}

/* Reads what the child says until it closes its end. */
static size_t read_line(int fd, char *line, size_t size) {
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, line + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    return len;
}

struct child {
    pid_t pid;
    char line[256];
    size_t len;
};

/* The results of spawn, protected: a child must not be forgotten for want of memory. */
static int push_child(lua_State *L) {
    const struct child *child = lua_touserdata(L, 1);
    idn_pushint(L, child->pid);
    lua_pushlstring(L, child->line, child->len);
    return 2;
}

static void end_child(pid_t child) {
    kill(child, SIGTERM);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static int spawn(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int ends[2];
    pid_t parent = getpid();
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    int *end = lua_newuserdata(L, sizeof *end); /* the child's call, made while an error is still the parent's own */
    lua_pushcclosure(L, ready, 1);
    if (pipe(ends) != 0)
        return luaL_error(L, "pipe: %s", strerror(errno));
    *end = ends[1];
    fflush(NULL); /* what is buffered must not be written twice */
    struct child child = {.pid = fork()};
    if (child.pid == 0) {
        close(ends[0]);
        run_child(L, parent);
    }
    close(ends[1]);
    if (child.pid > 0)
        child.len = read_line(ends[0], child.line, sizeof child.line);
    close(ends[0]);
    if (child.len == 0) {
        if (child.pid > 0)
            end_child(child.pid);
        lua_pushnil(L);
        lua_pushliteral(L, "the sandbox did not start");
        return 2;
    }
    lua_settop(L, 0);
    lua_pushcfunction(L, push_child);
    lua_pushlightuserdata(L, &child);
    if (lua_pcall(L, 1, 2, 0) != 0) {
        end_child(child.pid);
        return lua_error(L);
    }
    return 2;
}

static int stop(lua_State *L) {
    pid_t child = (pid_t)idn_checkint(L, 1);
    luaL_argcheck(L, child > 0, 1, "process id expected");
    end_child(child);
    return 0;
}

void idn_open_spawn(lua_State *L) {
    static const luaL_Reg functions[] = {{"spawn", spawn}, {"stop", stop}, {NULL, NULL}};
    idn_setfuncs(L, functions);
}
