/* fork() for Lua, for the specs: forks.fork() -> pid, forks.wait(pid) -> status, forks.exit(code) without clean-up. */
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

int luaopen_forks(lua_State *L) {
    static const luaL_Reg functions[] = {{"fork", do_fork}, {"wait", do_wait}, {"exit", do_exit}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
