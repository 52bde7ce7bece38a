/* A policy's evaluations; see evaluate.h. */
#include "jail/evaluate.h"

#include "jail/guard.h"
#include "jail/lua_wire.h"
#include "jail_chunks.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNKS = sizeof idn_jail_chunks / sizeof *idn_jail_chunks };

/* A piece of a longer text, or of the setup. */
struct piece {
    const char *bytes;
    size_t len;
};

struct idn_jail_policy {
    struct idn_jail_bounds bounds;
    struct idn_guard guard;
    /* our own Lua, compiled once: only policies come as text every time */
    struct idn_wire_out chunks[CHUNKS];
    struct piece text, name, facts, fields; /* the policy; empty before the setup */
    char *setup;                    /* where those lie */
    lua_State *left;                /* by an evaluation after which the process is to end */
};

/* One evaluation, as its protected call sees it. */
struct task {
    struct idn_jail_policy *policy;
    struct piece request; /* empty: only the policy's name and version are wanted */
    struct idn_wire_out *out;
    int status; /* of the evaluation */
};

static int append(lua_State *L, const void *bytes, size_t len, void *out) {
    (void)L;
    idn_wire_raw(out, bytes, len);
    return 0;
}

static int compile_chunks(struct idn_jail_policy *policy) {
    lua_State *L = luaL_newstate();
    int good = L != NULL;
    for (int i = 0; good && i < CHUNKS; i++) {
        const struct idn_jail_chunk *chunk = &idn_jail_chunks[i];
        idn_wire_begin(&policy->chunks[i], IDN_WIRE_REPLY);
        good = luaL_loadbufferx(L, chunk->text, chunk->len, chunk->name, "t") == LUA_OK &&
               lua_dump(L, append, &policy->chunks[i], 1) == 0 && idn_wire_end(&policy->chunks[i]);
    }
    if (L)
        lua_close(L);
    return good;
}

struct idn_jail_policy *idn_jail_policy_new(const struct idn_jail_bounds *bounds) {
    struct idn_jail_policy *policy = calloc(1, sizeof *policy);
    if (!policy)
        return NULL;
    policy->bounds = *bounds;
    if (compile_chunks(policy))
        return policy;
    idn_jail_policy_free(policy);
    return NULL;
}

void idn_jail_policy_free(struct idn_jail_policy *policy) {
    if (policy->left)
        lua_close(policy->left);
    for (int i = 0; i < CHUNKS; i++)
        idn_wire_free(&policy->chunks[i]);
    idn_trace_free(&policy->guard.trace);
    free(policy->setup);
    free(policy);
}

static int take_string(struct idn_wire_in *in, struct piece *piece) {
    struct idn_wire_token token;
    if (!idn_wire_next(in, &token) || token.kind != IDN_WIRE_STRING)
        return 0;
    *piece = (struct piece){token.string, token.count};
    return 1;
}

static int take_value(struct idn_wire_in *in, struct piece *piece) {
    const char *begin = in->bytes;
    size_t open = 1;
    struct idn_wire_token token;
    for (; open > 0; open--) {
        if (!idn_wire_next(in, &token))
            return 0;
        open += token.kind == IDN_WIRE_LIST  ? token.count
                : token.kind == IDN_WIRE_MAP ? 2 * token.count
                                             : 0;
    }
    *piece = (struct piece){begin, (size_t)(in->bytes - begin)};
    return 1;
}

/* [text, chunkname, names of facts, fields of each] */
static int take_setup(struct idn_jail_policy *policy, size_t len) {
    struct idn_wire_in in = {policy->setup, len};
    struct idn_wire_token token;
    if (!idn_wire_next(&in, &token) || token.kind != IDN_WIRE_LIST || token.count != 4 ||
        !take_string(&in, &policy->text) || !take_string(&in, &policy->name) ||
        !take_value(&in, &policy->facts))
        return 0;
    policy->fields = (struct piece){in.bytes, in.left};
    return 1;
}

static int require(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, 1);
    lua_rawget(L, -2);
    return 1;
}

static void open_libraries(lua_State *L) {
    static const luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},        {LUA_TABLIBNAME, luaopen_table},
        {LUA_STRLIBNAME, luaopen_string}, {LUA_MATHLIBNAME, luaopen_math},
        {LUA_UTF8LIBNAME, luaopen_utf8},  {NULL, NULL},
    };
    for (const luaL_Reg *library = libraries; library->func; library++) {
        luaL_requiref(L, library->name, library->func, 1);
        lua_pop(L, 1);
    }
    lua_register(L, "require", require);
}

static void load_chunk(lua_State *L, const struct idn_wire_out *code) {
    if (luaL_loadbufferx(L, code->bytes + IDN_WIRE_HEAD, code->len - IDN_WIRE_HEAD, "=idngo", "b"))
        lua_error(L);
}

/* The fields that facts may have, by fact; made only for the policy that reads one which is not there. */
static int fields(lua_State *L) {
    const struct idn_jail_policy *policy = lua_touserdata(L, lua_upvalueindex(1));
    return idn_wire_push(L, policy->fields.bytes, policy->fields.len);
}

/* Lua's own messages name a function as it is found among what was required, in no particular order: ours must not be there. */
static void forget_chunks(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (int i = 0; i < CHUNKS - 1; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, idn_jail_chunks[i].name);
    }
    lua_pop(L, 1);
}

/* Pushes what the prelude returns: the policy's environment, how to run it, how to describe an error. */
static void run_prelude(lua_State *L, struct idn_jail_policy *policy) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (int i = 0; i < CHUNKS - 1; i++) {
        load_chunk(L, &policy->chunks[i]);
        lua_call(L, 0, 1);
        lua_setfield(L, -2, idn_jail_chunks[i].name);
    }
    lua_pop(L, 1);
    load_chunk(L, &policy->chunks[CHUNKS - 1]);
    idn_guard_push_host(L);
    idn_wire_push(L, policy->facts.bytes, policy->facts.len);
    lua_setfield(L, -2, "fact_names");
    lua_pushlightuserdata(L, policy);
    lua_pushcclosure(L, fields, 1);
    lua_setfield(L, -2, "fields");
    lua_call(L, 1, 3);
    forget_chunks(L);
}

/* Pushes the policy's chunk, with the environment at `env`. */
static void load_policy(lua_State *L, struct idn_jail_policy *policy, int env) {
    struct idn_guard *guard = &policy->guard;
    lua_Debug chunk;
    lua_pushliteral(L, "@");
    lua_pushlstring(L, policy->name.bytes, policy->name.len);
    lua_concat(L, 2);
    if (luaL_loadbufferx(L, policy->text.bytes, policy->text.len, lua_tostring(L, -1), "t"))
        lua_error(L);
    lua_remove(L, -2);
    lua_pushvalue(L, env);
    lua_setupvalue(L, -2, 1);
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &chunk);
    guard->source = chunk.source;
}

/* From an empty state to what the policy decided; leaves that on the stack. */
static int evaluate(lua_State *L) {
    struct task *task = lua_touserdata(L, 1);
    struct idn_jail_policy *policy = task->policy;
    enum { ENV = 2, RUN, CHUNK, REQUEST, TRACED = 3, PARTS = 6 };
    lua_gc(L, LUA_GCSTOP); /* nothing made so far is garbage */
    open_libraries(L);
    run_prelude(L, policy);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &idn_guard_describe);
    load_policy(L, policy, ENV);
    if (task->request.len > 0) {
        idn_wire_push(L, task->request.bytes, task->request.len);
        luaL_checktype(L, REQUEST, LUA_TTABLE);
        for (int i = 1; i <= PARTS; i++) /* applicant, facts, traced, columns, today, event */
            lua_rawgeti(L, REQUEST, i);
        policy->guard.trace.wanted = lua_toboolean(L, REQUEST + TRACED);
        lua_remove(L, REQUEST + TRACED);
        lua_remove(L, REQUEST);
    }
    lua_gc(L, LUA_GCRESTART);
    idn_guard_watch(L);
    lua_call(L, lua_gettop(L) - RUN, 1);
    return 1;
}

static void add_string(struct idn_wire_out *out, const char *name, const char *value) {
    idn_wire_string(out, name, strlen(name));
    idn_wire_string(out, value, strlen(value));
}

/* What an error came to be for, in a word; of those of the policy itself, which have a message, "policy". */
static const char *reason_of(const struct idn_guard *guard) {
    static const char *const reasons[] = {
        [IDN_GO_ON] = "policy",
        [IDN_STOP_TIME] = "time",
        [IDN_STOP_INSTRUCTIONS] = "instructions",
        [IDN_STOP_MEMORY] = "memory",
        [IDN_STOP_STACK] = "stack",
    };
    return guard->stop == IDN_STOP_MEMORY && guard->starved ? "starved" : reasons[guard->stop];
}

/* Adds an error with the message that is on top, if it is the policy's own. */
static void add_error(lua_State *L, struct idn_wire_out *out, const struct idn_guard *guard) {
    enum { LONGEST_MESSAGE = 4096 };
    size_t len = 0;
    const char *message = guard->stop == IDN_GO_ON ? lua_tolstring(L, -1, &len) : NULL;
    add_string(out, "kind", "error");
    add_string(out, "reason", reason_of(guard));
    idn_wire_string(out, "line", 4);
    idn_wire_integer(out, guard->line);
    if (message) {
        idn_wire_string(out, "message", 7);
        idn_wire_string(out, message, len < LONGEST_MESSAGE ? len : LONGEST_MESSAGE);
    }
}

/* How many pairs a reply about this has, and those of what came of it; its trace may follow. */
static void add_outcome(lua_State *L, struct idn_wire_out *out, const struct task *task, int failed) {
    const struct idn_guard *guard = &task->policy->guard;
    size_t traced = guard->trace.wanted ? 1 : 0, own = guard->stop == IDN_GO_ON ? 1 : 0;
    if (guard->stop == IDN_STOP_NEED) {
        idn_wire_map(out, 2 + traced);
        add_string(out, "kind", "need");
        add_string(out, "fact", guard->fact);
    } else if (failed) {
        idn_wire_map(out, 3 + own + traced);
        add_error(L, out, guard);
    } else {
        idn_wire_map(out, 2 + traced);
        add_string(out, "kind", task->request.len ? "decided" : "policy");
        idn_wire_string(out, task->request.len ? "actions" : "policy", task->request.len ? 7 : 6);
    }
}

/* Writes the reply about the evaluation whose result or error is at 2. Runs nothing of the policy. */
static int report(lua_State *L) {
    struct task *task = lua_touserdata(L, 1);
    struct idn_wire_out *out = task->out;
    const struct idn_guard *guard = &task->policy->guard;
    int failed = task->status != LUA_OK || guard->stop != IDN_GO_ON;
    idn_wire_begin(out, IDN_WIRE_OUTCOME);
    add_outcome(L, out, task, failed);
    if (!failed) {
        const char *wrong = idn_wire_value(L, 2, out);
        if (!wrong && out->failed == IDN_WIRE_TOO_LONG)
            wrong = "is too large";
        if (wrong) {
            lua_pushfstring(L, "what %s %s", task->request.len ? "decide returned" : "the policy declares", wrong);
            idn_wire_begin(out, IDN_WIRE_OUTCOME);
            add_outcome(L, out, task, 1);
        }
    }
    out->most = IDN_WIRE_REPLY; /* a trace takes no room from what is traced */
    if (guard->trace.wanted) {
        idn_wire_string(out, "trace", 5);
        idn_trace_write(&guard->trace, out);
    }
    return 0;
}

/* Allocates nothing: reuses the larger buffer of the start-up message. */
static int say_memory(struct idn_wire_out *out, const struct idn_guard *guard) {
    idn_wire_begin(out, IDN_WIRE_REPLY);
    idn_wire_map(out, 2);
    add_string(out, "kind", "error");
    add_string(out, "reason", guard->starved ? "starved" : "memory");
    return 0;
}

static int answer_in(lua_State *L, struct task *task) {
    struct idn_guard *guard = &task->policy->guard;
    enum { FOR_THE_REPORT = 4 << 20 };
    lua_pushcfunction(L, idn_guard_message);
    lua_pushcfunction(L, evaluate);
    lua_pushlightuserdata(L, task);
    task->status = lua_pcall(L, 1, 1, 1);
    lua_sethook(L, NULL, 0, 0);
    if (task->status != LUA_OK && guard->stop == IDN_GO_ON)
        guard->stop = idn_guard_exhausted(L, task->status);
    guard->memory += FOR_THE_REPORT;
    lua_pushcfunction(L, report);
    lua_pushlightuserdata(L, task);
    lua_pushvalue(L, 2);
    return lua_pcall(L, 2, 0, 0) == LUA_OK;
}

int idn_jail_answer(struct idn_jail_policy *policy, const char *request, size_t len,
                    struct idn_wire_out *out) {
    struct task task = {policy, {request, len}, out, LUA_OK};
    struct idn_guard *guard = &policy->guard;
    out->failed = 1;
    if (!idn_wire_sound(request, len))
        return 0;
    if (!policy->setup) {
        if (!(policy->setup = malloc(len))) {
            guard->starved = 1;
            return say_memory(out, guard);
        }
        memcpy(policy->setup, request, len);
        if (!take_setup(policy, len))
            return 0;
        task.request = (struct piece){NULL, 0};
    }
    guard->memory = policy->bounds.memory;
    idn_guard_reset(guard, policy->bounds.milliseconds);
    lua_State *L = idn_guard_state(guard);
    if (!L)
        return say_memory(out, guard);
    policy->left = L;
    if (!answer_in(L, &task))
        return say_memory(out, guard);
    if (out->failed == IDN_WIRE_NO_MEMORY) {
        guard->starved = 1;
        return say_memory(out, guard);
    }
    if (guard->stop == IDN_STOP_TIME || guard->stop == IDN_STOP_MEMORY)
        return 0;
    lua_close(L);
    policy->left = NULL;
    return 1;
}
