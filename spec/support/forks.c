/*
 * What the specs need of the system and Lua does not have: forks.fork() -> pid, forks.wait(pid) -> status, forks.exit(code)
 * without clean-up; forks.pipe() -> the descriptors to read from and to write to, forks.write(fd, bytes), forks.close(fd).
 */
#include <lauxlib.h>
#include <sys/wait.h>
#include <unistd.h>

int luaopen_forks(lua_State *L);

static int do_fork(lua_State *L) {
    lua_pushinteger(L, fork());
    return 1;
}

static int do_wait(lua_State *L) {
    int status = -1;
    waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0);
    lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : 256 + status);
    return 1;
}

static int do_exit(lua_State *L) {
    _exit((int)luaL_checkinteger(L, 1));
}

static int do_pipe(lua_State *L) {
    int fds[2];
    if (pipe(fds) != 0)
        return luaL_error(L, "no pipe");
    lua_pushinteger(L, fds[0]);
    lua_pushinteger(L, fds[1]);
    return 2;
}

static int do_write(lua_State *L) {
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    lua_pushinteger(L, write((int)luaL_checkinteger(L, 1), bytes, len));
    return 1;
}

static int do_close(lua_State *L) {
    lua_pushinteger(L, close((int)luaL_checkinteger(L, 1)));
    return 1;
}

int luaopen_forks(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"fork", do_fork}, {"wait", do_wait}, {"exit", do_exit}, {"pipe", do_pipe}, {"write", do_write}, {"close", do_close},
        {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
