/*
 * idngo.jail_host: evaluator processes, for idngo.policy.jail.
 *
 *   start(program, memory, milliseconds) -> evaluator | nil, message
 *   evaluator:send(value, seconds, processor_seconds) -> true | nil, what
 *       Waits up to `seconds` until it is written. Throws on a value that cannot be sent.
 *   evaluator:receive(seconds) -> value | nil, what
 *       Waits up to `seconds` for the rest of the reply; may be called again when that was "late".
 *       what: "late", "gone" (it has ended), "bad" (not what a well-behaved evaluator sends),
 *             "large" (only send: the value is longer than IDN_WIRE_REQUEST)
 *   evaluator:stop() -> "exit" | "signal" | nil, number
 *       Kills the process and waits for its end; how it ended. Also __gc and __close.
 *   program               where idngo-jail is: in the directory that holds idngo/jail_host.so
 */
#include "jail/lua_wire.h"
#include "jail/process.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/wait.h>

#define EVALUATOR "idngo.jail.evaluator"

int luaopen_idngo_jail_host(lua_State *L);

struct box {
    struct idn_evaluator evaluator;
    struct idn_wire_out request;
};

static struct box *check_running(lua_State *L) {
    struct box *box = idn_self(L, EVALUATOR);
    if (box->evaluator.pid == 0)
        luaL_error(L, "the evaluator is stopped");
    return box;
}

static int64_t check_deadline(lua_State *L, int index) {
    lua_Number seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds >= 0 && seconds <= 1e6, index, "out of range");
    return idn_evaluator_now() + (int64_t)(seconds * 1e9);
}

static int start(lua_State *L) {
    const char *program = luaL_checkstring(L, 1);
    int64_t memory = idn_checkint(L, 2), milliseconds = idn_checkint(L, 3);
    luaL_argcheck(L, memory > 0, 2, "out of range");
    luaL_argcheck(L, milliseconds > 0 && milliseconds <= INT32_MAX, 3, "out of range");
    struct box *box = lua_newuserdata(L, sizeof *box);
    *box = (struct box){.evaluator = {.to = -1, .from = -1}};
    luaL_getmetatable(L, EVALUATOR);
    lua_setmetatable(L, -2);
    int failed =
        idn_evaluator_start(&box->evaluator, program, (size_t)memory, (unsigned)milliseconds);
    if (!failed)
        return 1;
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", program, strerror(failed));
    return 2;
}

static int push_io(lua_State *L, enum idn_evaluator_io io) {
    static const char *const what[] = {
        [IDN_EVALUATOR_LATE] = "late", [IDN_EVALUATOR_GONE] = "gone", [IDN_EVALUATOR_BAD] = "bad"};
    if (io == IDN_EVALUATOR_DONE) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (io == IDN_EVALUATOR_MEMORY)
        return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    lua_pushstring(L, what[io]);
    return 2;
}

static int evaluator_send(lua_State *L) {
    struct box *box = check_running(L);
    luaL_checkany(L, 2);
    int64_t deadline = check_deadline(L, 3);
    int64_t processor = idn_checkint(L, 4);
    idn_wire_begin(&box->request, IDN_WIRE_REQUEST);
    const char *wrong = idn_wire_value(L, 2, &box->request);
    if (wrong)
        return luaL_error(L, "what is sent %s", wrong);
    if (box->request.failed == IDN_WIRE_NO_MEMORY)
        return luaL_error(L, "not enough memory");
    if (!idn_wire_end(&box->request)) {
        lua_pushnil(L);
        lua_pushliteral(L, "large");
        return 2;
    }
    idn_evaluator_allow(&box->evaluator, (unsigned)processor);
    return push_io(
        L, idn_evaluator_send(&box->evaluator, box->request.bytes, box->request.len, deadline));
}

static int evaluator_receive(lua_State *L) {
    struct box *box = check_running(L);
    int64_t deadline = check_deadline(L, 2);
    enum idn_evaluator_io io = idn_evaluator_receive(&box->evaluator, deadline);
    if (io != IDN_EVALUATOR_DONE)
        return push_io(L, io);
    if (idn_wire_push(L, box->evaluator.reply, box->evaluator.reply_len))
        return 1;
    return push_io(L, IDN_EVALUATOR_BAD);
}

static int evaluator_stop(lua_State *L) {
    struct box *box = idn_self(L, EVALUATOR);
    int status = idn_evaluator_stop(&box->evaluator);
    idn_wire_free(&box->request);
    if (status == -1)
        return 0;
    lua_pushstring(L, WIFSIGNALED(status) ? "signal" : "exit");
    idn_pushint(L, WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return 2;
}

/* Pushes the program's path. Where the module is, the dynamic linker knows, whichever loader of Lua's found it. */
static void push_program(lua_State *L) {
    static const char here;
    Dl_info module;
    const char *path = dladdr(&here, &module) ? module.dli_fname : "";
    const char *slash = strrchr(path, '/');
    slash = slash ? memrchr(path, '/', (size_t)(slash - path)) : NULL;
    if (slash)
        lua_pushlstring(L, path, (size_t)(slash + 1 - path));
    else
        lua_pushliteral(L, "./");
    lua_pushliteral(L, "idngo-jail");
    lua_concat(L, 2);
}

IDN_EXPORT int luaopen_idngo_jail_host(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"send", evaluator_send}, {"receive", evaluator_receive}, {"stop", evaluator_stop},
        {"__gc", evaluator_stop}, {"__close", evaluator_stop},    {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"start", start}, {NULL, NULL}};
    idn_newclass(L, EVALUATOR, methods);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    push_program(L);
    lua_setfield(L, -2, "program");
    return 1;
}
