/*
 * Included before every file for ./dev coverage alone: luaL_argcheck as it is meant. The library's own takes the result of
 * luaL_argerror, which never returns, for a condition, and so has branches that nothing can take.
 */
#if __has_include(<lauxlib.h>)
#include <lauxlib.h>
#include <lua.h>
#undef luaL_argcheck
#define luaL_argcheck(L, condition, arg, message)                                                  \
    ((condition) ? (void)0 : (void)luaL_argerror(L, arg, message))
#endif
