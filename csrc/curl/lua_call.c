/* What a call holds of Lua, and tells it. See lua_call.h. */
#include "lua_call.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_IDLE = 256 };

/* ---- queues ---- */

void idn_queue_push(struct queue *queue, struct call *call) {
    call->queued = NULL;
    if (!queue->first)
        queue->last = &queue->first;
    *queue->last = call;
    queue->last = &call->queued;
}

void idn_queue_take_out(struct queue *queue, struct call *call) {
    struct call **link = &queue->first;
    while (*link && *link != call)
        link = &(*link)->queued;
    if (!*link)
        return;
    *link = call->queued;
    if (!*link)
        queue->last = link;
}

/* ---- Lua values of a call ---- */

static void unref(lua_State *L, int *ref) {
    if (*ref != LUA_NOREF)
        luaL_unref(L, LUA_REGISTRYINDEX, *ref);
    *ref = LUA_NOREF;
}

/*
 * From here to the calls, what an exchange asks its owner: nothing may throw through it. The error has its place in the
 * registry already.
 */
static void keep_error(struct call *call, lua_State *L) {
    lua_rawseti(L, LUA_REGISTRYINDEX, call->error_ref);
}

struct call *idn_call_of(struct idn_exchange *exchange) {
    return (struct call *)((char *)exchange - offsetof(struct call, exchange));
}

/* Whether the function said yes; else its error is kept. There are two results. */
static int said_yes(struct call *call, lua_State *L) {
    int yes = lua_toboolean(L, -2);
    if (yes) {
        lua_pop(L, 2);
    } else {
        keep_error(call, L);
        lua_pop(L, 1);
    }
    return yes;
}

static ssize_t call_reader(struct idn_exchange *exchange, char *to, size_t size) {
    struct call *call = idn_call_of(exchange);
    lua_State *L = call->wire->L;
    size_t len;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->read_ref);
    idn_pushint(L, (int64_t)size);
    if (lua_pcall(L, 1, 2, 0) != 0) {
        keep_error(call, L);
        return -1;
    }
    const char *bytes = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &len) : NULL;
    if (bytes && len > 0 && len <= size) {
        memcpy(to, bytes, len);
        lua_pop(L, 2);
        return (ssize_t)len;
    }
    if (bytes && len == 0) {
        lua_pop(L, 1);
        lua_pushliteral(L, "the body ended before its size");
    }
    keep_error(call, L);
    lua_settop(L, -2);
    return -1;
}

/* What a writer is called for. */
struct piece {
    struct call *call;
    const char *bytes;
    size_t len;
};

/* write(bytes, head), protected: the strings are made in here. */
static int write_piece(lua_State *L) {
    const struct piece *piece = lua_touserdata(L, 1);
    const struct idn_bytes *head = &piece->call->exchange.reply.head;
    lua_rawgeti(L, LUA_REGISTRYINDEX, piece->call->write_ref);
    lua_pushlstring(L, piece->bytes, piece->len);
    lua_pushlstring(L, head->data ? head->data : "", head->len);
    lua_call(L, 2, 2);
    return 2;
}

static int call_writer(struct idn_reply *reply, const char *bytes, size_t len) {
    struct call *call = (struct call *)((char *)reply - offsetof(struct call, exchange.reply));
    lua_State *L = call->wire->L;
    struct piece piece = {call, bytes, len};
    lua_pushcfunction(L, write_piece);
    lua_pushlightuserdata(L, &piece);
    if (lua_pcall(L, 1, 2, 0) != 0) {
        keep_error(call, L);
        return 0;
    }
    return said_yes(call, L);
}

static int call_before(struct idn_exchange *exchange) {
    struct call *call = idn_call_of(exchange);
    lua_State *L = call->wire->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->before_ref);
    if (lua_pcall(L, 0, 2, 0) != 0) {
        keep_error(call, L);
        return 0;
    }
    if (lua_type(L, -2) == LUA_TSTRING) {
        lua_pop(L, 2);
        call->wire->is_asked = 1;
        return IDN_LATER;
    }
    return said_yes(call, L);
}

struct idn_signer *idn_call_sign(struct idn_exchange *exchange, int64_t *time) {
    const struct call *call = idn_call_of(exchange);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 + call->skew;
    *time = (int64_t)seconds;
    *time -= seconds < (double)*time; /* down, before 1970 too */
    return call->signer;
}

/* ---- calls ---- */

void idn_call_free(struct call *call) {
    idn_exchange_free(&call->exchange);
    free(call->strings.data);
    free(call);
}

struct call *idn_call_take(struct wire *wire) {
    struct call *call = wire->idle;
    if (call) {
        wire->idle = call->next;
        wire->idle_count--;
    } else {
        call = calloc(1, sizeof *call);
        if (!call)
            return NULL;
        call->id = ++wire->last_id;
        call->wire = wire;
        call->body_ref = call->read_ref = call->write_ref = call->renew_ref = call->before_ref = call->error_ref =
            LUA_NOREF;
    }
    call->is_hot = call->is_over = call->is_forked = 0;
    call->before = NULL;
    call->next = wire->active;
    if (call->next)
        call->next->before = call;
    wire->active = call;
    wire->count++;
    return call;
}

void idn_call_drop(lua_State *L, struct wire *wire, struct call *call) {
    struct idn_exchange *x = &call->exchange;
    if (call->before)
        call->before->next = call->next;
    else
        wire->active = call->next;
    if (call->next)
        call->next->before = call->before;
    wire->count--;
    if (wire->starting == call)
        wire->starting = NULL;
    if (call->is_over)
        idn_queue_take_out(&wire->ended, call);
    if (call->is_hot)
        idn_queue_take_out(&wire->hot, call);
    unref(L, &call->body_ref);
    unref(L, &call->read_ref);
    unref(L, &call->write_ref);
    unref(L, &call->renew_ref);
    unref(L, &call->before_ref);
    unref(L, &call->error_ref);
    if (!call->is_forked) { /* else the stream is the parent's, and what libcurl made for it is left as it is */
        idn_loop_unset(&wire->streams.loop, &call->timer);
        if (call->timer.kind == TIMER_WAIT)
            idn_wait_end(wire, call);
        if (!call->is_over)
            idn_exchange_stop(x, IDN_STOP_TIME);
        idn_exchange_leave(x);
    }
    x->stream = NULL;
    idn_route_release(x->route);
    x->route = NULL;
    idn_signer_free(call->signer);
    call->signer = NULL;
    if (wire->idle_count < MAX_IDLE) {
        call->next = wire->idle;
        wire->idle = call;
        wire->idle_count++;
    } else {
        idn_call_free(call);
    }
}

/* ---- options of a request ---- */

static int ref_field(lua_State *L, int table, const char *name) {
    lua_getfield(L, table, name);
    return lua_isnil(L, -1) ? (lua_pop(L, 1), LUA_NOREF) : luaL_ref(L, LUA_REGISTRYINDEX);
}

static int flag_field(lua_State *L, int table, const char *name) {
    lua_getfield(L, table, name);
    int is_set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is_set;
}

void idn_call_options(lua_State *L, int options, struct call *call) {
    struct idn_exchange *x = &call->exchange;
    size_t len;
    lua_getfield(L, options, "body");
    x->request.body = luaL_optlstring(L, -1, NULL, &len);
    if (x->request.body)
        x->request.body_len = (int64_t)len;
    call->body_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_getfield(L, options, "size");
    if (!x->request.body && !lua_isnil(L, -1))
        x->request.body_len = (int64_t)luaL_checknumber(L, -1);
    lua_pop(L, 1);
    x->fresh = flag_field(L, options, "fresh");
    x->request.gzip = !flag_field(L, options, "identity");
    x->is_whole = flag_field(L, options, "whole");
    call->read_ref = ref_field(L, options, "read");
    call->write_ref = ref_field(L, options, "write");
    call->before_ref = ref_field(L, options, "before");
    call->renew_ref = ref_field(L, options, "renew");
    lua_getfield(L, options, "silence");
    x->pace.silence = luaL_optnumber(L, -1, 0);
    lua_pop(L, 1);
    lua_pushboolean(L, 0);
    call->error_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    x->read = call->read_ref == LUA_NOREF ? NULL : call_reader;
    x->reply.write = call->write_ref == LUA_NOREF ? NULL : call_writer;
    x->before = call->before_ref == LUA_NOREF ? NULL : call_before;
}

/* ---- results ---- */

static void set_flag(lua_State *L, const char *field, int value) {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, field);
}

static void push_bytes(lua_State *L, const struct idn_bytes *bytes) {
    lua_pushlstring(L, bytes->data ? bytes->data : "", bytes->len);
}

void idn_call_push_reply(lua_State *L, const struct idn_exchange *x) {
    const struct idn_reply *reply = &x->reply;
    idn_pushint(L, reply->status);
    push_bytes(L, &reply->head);
    if (!reply->write || reply->body.len > 0)
        push_bytes(L, &reply->body);
    else
        lua_pushnil(L);
    lua_pushnumber(L, x->received_at);
}

void idn_call_push_failure(lua_State *L, struct call *call) {
    static const struct idn_failure forked = {
        .kind = "io", .message = "this process was forked while the call was under way", .sent = 1, .permanent = 1};
    struct idn_exchange *x = &call->exchange;
    struct idn_failure failure = call->is_forked ? forked : idn_exchange_failure(x);
    lua_createtable(L, 0, 8);
    lua_pushstring(L, failure.kind);
    lua_setfield(L, -2, "kind");
    lua_pushstring(L, failure.message);
    lua_setfield(L, -2, "message");
    set_flag(L, "sent", failure.sent);
    set_flag(L, "complete", failure.complete);
    set_flag(L, "permanent", failure.permanent);
    if (failure.proxy_status) {
        idn_pushint(L, failure.proxy_status);
        lua_setfield(L, -2, "proxy_status");
    }
    if (x->stop == IDN_STOP_SILENT && x->started) {
        idn_pushint(L, x->pace.confirmed);
        lua_setfield(L, -2, "moved");
    }
    if (x->reply.status) {
        idn_pushint(L, x->reply.status);
        lua_setfield(L, -2, "status");
        push_bytes(L, &x->reply.head);
        lua_setfield(L, -2, "head");
        lua_pushnumber(L, x->received_at);
        lua_setfield(L, -2, "received_at");
    }
    if (x->stop == IDN_STOP_CALLER || x->stop == IDN_STOP_REFUSED) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, call->error_ref);
        lua_setfield(L, -2, "error");
    }
}
