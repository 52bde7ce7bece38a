/*
 * idngo.curl: moves calls for plain Lua, by HTTP/1.1 over streams that libcurl connects; knows nothing of the API.
 *
 * Private to the Lua files of this project.
 *   curl.wire() -> wire             connections are kept alive and shared by its exchanges
 *   wire:add(via, method, target, lines, by, signer, time, more | nil) -> id
 *       Ids are small numbers, in use again when their exchange has ended.
 *       lines   the headers, each ended by CRLF
 *       by      when its time is over, by core.now
 *       signer, time   what signs them when they leave, and the seconds to add to this host's clock; nil: they are signed
 *       more    {body? | read? and size, write?, fresh?, identity?, whole?, before?, silence? and renew?}
 *                 read(n) -> at most n bytes, "" at the end | nil, error
 *                 write(bytes, head) -> true | nil, error
 *                 before() -> true | nil, error     the last word before the first byte, when a connection stands
 *                 identity: the reply must not be compressed; whole: it cannot show by itself that it was cut
 *                 silence: a body moves, which has to get on within so many seconds; `by` is for the first of them
 *                 renew() -> seconds that it may take from now on if it does get on | nil: its slot is another's
 *   wire:sleep(seconds) -> id       for step: the time came
 *   wire:step(seconds) -> id, status, head, body | nil, answered
 *                       | id, nil, failure | id | nothing
 *       Moves bytes until an exchange ends, a sleep is over, the time is, or a signal came.
 *       head      status line and header lines as they came
 *       body      nil when a writer took it
 *       answered  when the status line came, by core.now
 *       failure {kind, message, sent, complete, permanent, status?, head?, answered?, proxy_status?, error?, moved?}
 *                                                 error: what the caller's function returned or threw
 *                                                 moved: of a body that got on no more, the bytes that the other end took
 *   wire:send(via, method, target, lines, by, signer, time, more) -> as step
 *       Ends what is under way, adds this request, and takes a step of its whole time: for one request at a time.
 *   Of the reply that was returned last, until the next one:
 *   wire:sent() -> the request's head
 *   wire:distrust()                 the reply is another's: its connection is used no more
 *   wire:cancel(id) -> boolean      its connection is reset, as on close
 *   wire:drop()                     the same for all that is under way
 *   wire:count() -> exchanges and sleeps under way
 *   wire:close()                    also __gc and __close; ends what is under way
 *   In a process that was forked, a wire has no connection, and what was under way ends as a failure: it is the parent's.
 *   curl.via{…}                     how a client reaches its server: see lua_via.h
 *   curl.version -> string
 */
#include "../compat.h"
#include "core/clock.h"
#include "core/process.h"
#include "exchange.h"
#include "lua_via.h"

#include <curl/curl.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define WIRE "idngo.curl.wire"

int luaopen_idngo_curl(lua_State *L);

struct wire;

enum { TIMER_EXCHANGE = IDN_TIMER_OWN, TIMER_SLEEP };

/* An exchange, or a sleep, and the Lua values that it needs; registry references keep those alive. */
struct call {
    struct idn_timer timer; /* first: a timer is its call */
    struct idn_exchange exchange;
    struct wire *wire;
    int64_t id;
    struct idn_bytes strings; /* method, target and headers of a request that waits for a connection */
    struct idn_signer *signer; /* the client's, while it can be; then */
    struct idn_signer *copy;   /* one of its own, since the client may be closed before there is a connection */
    double skew;
    int body_ref, read_ref, write_ref, renew_ref, before_ref, error_ref; /* error_ref: false until there is one */
    int is_hot, is_over, is_forked;
    struct call *next, *before; /* in the list of those under way; next also in that of those kept for reuse */
    struct call *queued;        /* in the list of those that ended, or that go on at once */
};

struct queue {
    struct call *first, **last;
};

struct wire {
    const void *signers, *vias; /* the metatables of their classes */
    struct idn_streams streams;
    lua_State *L; /* the caller's, only while bytes move */
    struct call *active, *idle;
    struct call *starting; /* of an add under way, or of one that threw; it is among the active */
    struct queue hot, ended; /* ended: not yet told to Lua */
    int idle_count, is_open;
    int64_t last_id, count;
    int64_t replied;          /* the stream of the reply that Lua was given last, */
    struct idn_bytes replied_to; /* and the head of its request */
};

enum { MAX_IDLE = 256 };

/* Where the arguments of a request stand. */
enum { VIA_ARG = 2, METHOD, TARGET, LINES, BY, SIGNER, TIME, MORE };

/* ---- queues ---- */

static void push(struct queue *queue, struct call *call) {
    call->queued = NULL;
    if (!queue->first)
        queue->last = &queue->first;
    *queue->last = call;
    queue->last = &call->queued;
}

static void take_out(struct queue *queue, struct call *call) {
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

static struct call *call_of(struct idn_exchange *exchange) {
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
    struct call *call = call_of(exchange);
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
    struct call *call = call_of(exchange);
    lua_State *L = call->wire->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->before_ref);
    if (lua_pcall(L, 0, 2, 0) != 0) {
        keep_error(call, L);
        return 0;
    }
    return said_yes(call, L);
}

static struct idn_signer *give_signer(struct idn_exchange *exchange, int64_t *time) {
    const struct call *call = call_of(exchange);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *time = (int64_t)floor((double)now.tv_sec + (double)now.tv_nsec / 1e9 + call->skew);
    return call->signer;
}

/* ---- calls ---- */

static void free_call(struct call *call) {
    idn_exchange_free(&call->exchange);
    free(call->strings.data);
    free(call);
}

static struct call *take_call(struct wire *wire) {
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

/* Takes the call out of the active list and keeps it, or frees it; a stream that it still has is reset. */
static void drop_call(lua_State *L, struct wire *wire, struct call *call) {
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
        take_out(&wire->ended, call);
    if (call->is_hot)
        take_out(&wire->hot, call);
    unref(L, &call->body_ref);
    unref(L, &call->read_ref);
    unref(L, &call->write_ref);
    unref(L, &call->renew_ref);
    unref(L, &call->before_ref);
    unref(L, &call->error_ref);
    if (!call->is_forked) { /* else the stream is the parent's, and what libcurl made for it is left as it is */
        idn_loop_unset(&wire->streams.loop, &call->timer);
        if (!call->is_over)
            idn_exchange_stop(x, IDN_STOP_TIME);
        idn_exchange_leave(x);
    }
    x->stream = NULL;
    idn_via_release(x->via);
    x->via = NULL;
    idn_signer_free(call->copy);
    call->copy = NULL;
    if (wire->idle_count < MAX_IDLE) {
        call->next = wire->idle;
        wire->idle = call;
        wire->idle_count++;
    } else {
        free_call(call);
    }
}

/* ---- the wire ---- */

/* In a process that was forked: the connections are the parent's. */
static void leave_to_parent(struct wire *wire) {
    idn_streams_leave(&wire->streams);
    wire->replied = 0;
    wire->hot = (struct queue){0};
    for (struct call *call = wire->active; call; call = call->next) {
        call->timer.place = 0;
        call->is_forked = 1;
        if (!call->is_over)
            push(&wire->ended, call);
        call->is_over = 1;
    }
}

static struct wire *check_wire(lua_State *L) {
    struct wire *wire = idn_self(L, WIRE);
    if (!wire->is_open)
        luaL_error(L, "transport is closed");
    if (wire->streams.process != idn_process()) {
        if (wire->streams.process)
            leave_to_parent(wire);
        if (!idn_streams_open(&wire->streams))
            luaL_error(L, "epoll: %s", strerror(errno));
    }
    if (wire->L)
        luaL_error(L, "a body's reader or writer must not use the connection it is called from");
    if (wire->starting)
        drop_call(L, wire, wire->starting);
    return wire;
}

static int new_wire(lua_State *L) {
    struct wire *wire = lua_newuserdata(L, sizeof *wire);
    memset(wire, 0, sizeof *wire);
    luaL_getmetatable(L, WIRE);
    lua_setmetatable(L, -2);
    wire->is_open = 1;
    luaL_getmetatable(L, IDN_SIGNER);
    wire->signers = lua_topointer(L, -1);
    luaL_getmetatable(L, IDN_VIA);
    wire->vias = lua_topointer(L, -1);
    lua_pop(L, 2);
    return 1;
}

/* Whether the userdata at `index` is of the class with this metatable: as luaL_checkudata, without the name's way through
   the registry. */
static int is_of(lua_State *L, int index, const void *class) {
    if (!lua_touserdata(L, index) || !lua_getmetatable(L, index))
        return 0;
    const void *found = lua_topointer(L, -1);
    lua_pop(L, 1);
    return found == class;
}

/* What became of a call after bytes could move: it ended, goes on at once, or waits. */
static void settle(struct wire *wire, struct call *call, int more) {
    struct idn_exchange *x = &call->exchange;
    if (x->phase == IDN_OVER) {
        idn_loop_unset(&wire->streams.loop, &call->timer);
        if (!call->is_over)
            push(&wire->ended, call);
        call->is_over = 1;
    } else if (more && !call->is_hot) {
        push(&wire->hot, call);
        call->is_hot = 1;
    }
}

static void go(struct wire *wire, struct call *call) {
    settle(wire, call, idn_exchange_go(&call->exchange));
}

/* ---- beginning ---- */

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

/* What the table of the rarer settings adds to a request; the call is in use already. May throw. */
static void take_more(lua_State *L, int more, struct call *call) {
    struct idn_exchange *x = &call->exchange;
    size_t len;
    lua_getfield(L, more, "body");
    x->request.body = luaL_optlstring(L, -1, NULL, &len);
    if (x->request.body)
        x->request.body_len = (int64_t)len;
    call->body_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_getfield(L, more, "size");
    if (!x->request.body && !lua_isnil(L, -1))
        x->request.body_len = (int64_t)luaL_checknumber(L, -1);
    lua_pop(L, 1);
    x->fresh = flag_field(L, more, "fresh");
    x->request.gzip = !flag_field(L, more, "identity");
    x->is_whole = flag_field(L, more, "whole");
    call->read_ref = ref_field(L, more, "read");
    call->write_ref = ref_field(L, more, "write");
    call->before_ref = ref_field(L, more, "before");
    call->renew_ref = ref_field(L, more, "renew");
    lua_getfield(L, more, "silence");
    x->pace.silence = luaL_optnumber(L, -1, 0);
    lua_pop(L, 1);
    lua_pushboolean(L, 0);
    call->error_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    x->read = call->read_ref == LUA_NOREF ? NULL : call_reader;
    x->reply.write = call->write_ref == LUA_NOREF ? NULL : call_writer;
    x->before = call->before_ref == LUA_NOREF ? NULL : call_before;
}

/* Copies of what a request is written from, for one that has to wait for a connection: of its strings, and of the signer, since
   the client may be closed until then. 0 when out of memory. */
static int keep_request(struct call *call) {
    struct idn_http_request *r = &call->exchange.request;
    size_t method_size = strlen(r->method) + 1;
    if (!idn_bytes_room(&call->strings, method_size + r->target_len + r->lines_len))
        return 0;
    char *at = call->strings.data;
    r->method = memcpy(at, r->method, method_size);
    r->target = memcpy(at + method_size, r->target, r->target_len);
    r->lines = memcpy(at + method_size + r->target_len, r->lines, r->lines_len);
    if (!call->exchange.signs)
        return 1;
    call->signer = call->copy = idn_signer_copy(call->signer);
    return call->copy != NULL;
}

static struct call *add(lua_State *L, struct wire *wire) {
    struct idn_via **via_box = is_of(L, VIA_ARG, wire->vias) ? lua_touserdata(L, VIA_ARG) : luaL_checkudata(L, VIA_ARG, IDN_VIA);
    struct idn_via *via = *via_box;
    double by = luaL_checknumber(L, BY);
    int is_signed = lua_isnoneornil(L, SIGNER), has_more = !lua_isnoneornil(L, MORE);
    struct idn_http_request request = {.method = luaL_checkstring(L, METHOD), .host = via->host, .body_len = -1, .gzip = 1};
    request.target = luaL_checklstring(L, TARGET, &request.target_len);
    request.lines = luaL_checklstring(L, LINES, &request.lines_len);
    if (!is_signed)
        (void)(is_of(L, SIGNER, wire->signers) || luaL_checkudata(L, SIGNER, IDN_SIGNER));
    double skew = is_signed ? 0 : luaL_checknumber(L, TIME);
    if (has_more)
        luaL_checktype(L, MORE, LUA_TTABLE);

    struct call *call = take_call(wire);
    if (!call) {
        luaL_error(L, "not enough memory");
        return NULL;
    }
    struct idn_exchange *x = &call->exchange;
    wire->starting = call; /* the next lines may throw */
    x->phase = IDN_CONNECTS;
    x->started = 0;
    x->via = via;
    via->holders++;
    x->request = request;
    x->fresh = x->is_whole = 0;
    x->pace.silence = 0;
    x->read = NULL;
    x->reply.write = NULL;
    x->before = NULL;
    x->signs = is_signed ? NULL : give_signer;
    call->skew = skew;
    if (!is_signed && !(call->signer = ((struct idn_signer_box *)lua_touserdata(L, SIGNER))->signer))
        luaL_error(L, "signer is closed");
    if (has_more)
        take_more(L, MORE, call);
    x->until = by;
    call->timer.kind = TIMER_EXCHANGE;
    luaL_checkstack(L, 24, NULL);
    idn_exchange_begin(x, &wire->streams);
    if (!idn_loop_set(&wire->streams.loop, &call->timer, idn_exchange_next(x)))
        luaL_error(L, "not enough memory");
    wire->L = L;
    go(wire, call);
    wire->L = NULL;
    if (x->phase == IDN_CONNECTS && !keep_request(call))
        luaL_error(L, "not enough memory");
    wire->starting = NULL;
    return call;
}

static int add_request(lua_State *L) {
    idn_pushint(L, add(L, check_wire(L))->id);
    return 1;
}

static int add_sleep(lua_State *L) {
    struct wire *wire = check_wire(L);
    double seconds = luaL_checknumber(L, 2);
    struct call *call = take_call(wire);
    if (call)
        call->exchange.phase = IDN_OVER;
    if (!call || !idn_loop_set(&wire->streams.loop, &call->timer, idn_clock() + seconds)) {
        if (call)
            drop_call(L, wire, call);
        return luaL_error(L, "not enough memory");
    }
    call->timer.kind = TIMER_SLEEP;
    idn_pushint(L, call->id);
    return 1;
}

/* ---- results ---- */

static void set_flag(lua_State *L, const char *field, int value) {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, field);
}

static void push_bytes(lua_State *L, const struct idn_bytes *bytes) {
    lua_pushlstring(L, bytes->data ? bytes->data : "", bytes->len);
}

static void push_reply(lua_State *L, const struct idn_exchange *x) {
    const struct idn_reply *reply = &x->reply;
    idn_pushint(L, reply->status);
    push_bytes(L, &reply->head);
    if (!reply->write || reply->body.len > 0)
        push_bytes(L, &reply->body);
    else
        lua_pushnil(L);
    lua_pushnumber(L, reply->answered);
}

static void push_failure(lua_State *L, struct call *call) {
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
        lua_pushnumber(L, x->reply.answered);
        lua_setfield(L, -2, "answered");
    }
    if (x->stop == IDN_STOP_CALLER || x->stop == IDN_STOP_REFUSED) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, call->error_ref);
        lua_setfield(L, -2, "error");
    }
}

/*
 * Pushes the result of one call that ended, if any, and drops it. Returns how many values were pushed. When it throws, the
 * result is there for the next step.
 */
static int push_ended(lua_State *L, struct wire *wire) {
    struct call *call = wire->ended.first;
    if (!call)
        return 0;
    struct idn_exchange *x = &call->exchange;
    int results = 1;
    idn_pushint(L, call->id);
    if (call->timer.kind == TIMER_SLEEP) {
        drop_call(L, wire, call);
        return results;
    }
    if (x->stop == IDN_STOP_NONE && !call->is_forked) {
        push_reply(L, x);
        results = 5;
    } else {
        lua_pushnil(L);
        push_failure(L, call);
        results = 3;
    }
    wire->replied = x->stream && !call->is_forked ? x->stream->number : 0;
    struct idn_bytes head = wire->replied_to; /* whose room serves the next request */
    wire->replied_to = x->out;
    x->out = head;
    drop_call(L, wire, call);
    return results;
}

/* ---- moving ---- */

/* Asks the owner of a body that moves how long it may go on. */
static void renew(lua_State *L, struct call *call) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->renew_ref);
    lua_call(L, 0, 1);
    double seconds = lua_tonumber(L, -1);
    lua_pop(L, 1);
    idn_exchange_renew(&call->exchange, seconds > 0 ? seconds : -1);
}

/* A timer came: of libcurl, of a sleep, or of an exchange, whose time is looked at. */
static void look_at_time(lua_State *L, struct wire *wire, struct idn_timer *timer) {
    if (timer->kind == IDN_TIMER_CONNECTS) {
        idn_streams_timer(&wire->streams, timer);
        return;
    }
    struct call *call = (struct call *)timer;
    if (timer->kind == TIMER_SLEEP) {
        idn_loop_unset(&wire->streams.loop, timer);
        push(&wire->ended, call);
        call->is_over = 1;
        return;
    }
    if (idn_exchange_time(&call->exchange) == IDN_TIME_RENEW)
        renew(L, call);
    if (call->exchange.phase != IDN_OVER)
        idn_loop_set(&wire->streams.loop, timer, idn_exchange_next(&call->exchange)); /* it has its place already */
    settle(wire, call, 0);
}

/* Goes on with a stream of which the loop told something. */
static void look_at_stream(struct wire *wire, const struct idn_ready *ready) {
    struct idn_stream *stream = ready->owner;
    if (stream->state == IDN_STREAM_CONNECTS)
        idn_streams_ready(&wire->streams, ready);
    else if (stream->user)
        go(wire, call_of(stream->user));
    else
        idn_stream_stir(stream);
}

/* Goes on with what came to stand. */
static void look_at_new(struct wire *wire) {
    struct idn_stream *stream;
    while ((stream = idn_streams_told(&wire->streams))) {
        struct call *call = call_of(stream->user);
        idn_exchange_connected(&call->exchange);
        go(wire, call);
    }
}

/* What can move without waiting: those that were not done when others had their turn. */
static void move_hot(struct wire *wire) {
    struct queue hot = wire->hot;
    wire->hot = (struct queue){0};
    for (struct call *call = hot.first, *next; call; call = next) {
        next = call->queued;
        call->is_hot = 0;
        if (!call->is_over)
            go(wire, call);
    }
}

/* One turn: 0 when the time is over, or a signal came. */
static int turn(lua_State *L, struct wire *wire, double until) {
    struct idn_ready ready;
    struct idn_loop *loop = &wire->streams.loop;
    wire->L = L;
    move_hot(wire);
    wire->L = NULL;
    if (wire->ended.first)
        return 1;
    struct idn_timer *timer = idn_loop_first(loop);
    double wake = timer && timer->at < until ? timer->at : until;
    int came = idn_loop_wait(loop, wire->hot.first ? 0 : wake, &ready);
    if (came > 0) {
        wire->L = L;
        look_at_stream(wire, &ready);
        look_at_new(wire);
        wire->L = NULL;
    }
    while ((timer = idn_loop_first(loop)) && timer->at <= idn_clock()) {
        look_at_time(L, wire, timer);
        wire->L = L;
        look_at_new(wire);
        wire->L = NULL;
    }
    return came >= 0 && (wire->ended.first || idn_clock() < until);
}

/* Moves bytes until something ended, which it pushes, `until` has come, or a signal has. */
static int move(lua_State *L, struct wire *wire, double until) {
    while (!wire->ended.first && wire->count > 0 && turn(L, wire, until))
        ;
    return push_ended(L, wire);
}

static int step(lua_State *L) {
    struct wire *wire = check_wire(L);
    luaL_checkstack(L, 24, NULL);
    return move(L, wire, idn_clock() + luaL_checknumber(L, 2));
}

static void drop_active(lua_State *L, struct wire *wire) {
    while (wire->active)
        drop_call(L, wire, wire->active);
}

static int drop_all(lua_State *L) {
    drop_active(L, check_wire(L));
    return 0;
}

static int send_request(lua_State *L) {
    struct wire *wire = check_wire(L);
    drop_active(L, wire); /* a signal's handler may have thrown its caller out of the wait for it */
    add(L, wire);
    return move(L, wire, HUGE_VAL);
}

static int cancel(lua_State *L) {
    struct wire *wire = check_wire(L);
    int64_t id = idn_checkint(L, 2);
    for (struct call *call = wire->active; call; call = call->next)
        if (call->id == id) {
            drop_call(L, wire, call);
            lua_pushboolean(L, 1);
            return 1;
        }
    lua_pushboolean(L, 0);
    return 1;
}

static int sent(lua_State *L) {
    push_bytes(L, &check_wire(L)->replied_to);
    return 1;
}

static int distrust(lua_State *L) {
    struct wire *wire = check_wire(L);
    for (struct idn_stream *stream = wire->streams.idle; stream; stream = stream->older)
        if (stream->number == wire->replied) {
            idn_stream_close(stream, 0);
            break;
        }
    return 0;
}

static int count(lua_State *L) {
    idn_pushint(L, check_wire(L)->count);
    return 1;
}

static int close_wire(lua_State *L) {
    struct wire *wire = idn_self(L, WIRE);
    if (wire->L)
        return luaL_error(L, "a body's reader or writer must not close the connection it is called from");
    if (wire->is_open && wire->streams.process && wire->streams.process != idn_process())
        leave_to_parent(wire);
    drop_active(L, wire);
    for (struct call *call = wire->idle, *next; call; call = next) {
        next = call->next;
        free_call(call);
    }
    wire->idle = NULL;
    wire->idle_count = 0;
    if (wire->streams.process)
        idn_streams_close(&wire->streams);
    free(wire->replied_to.data);
    wire->replied_to = (struct idn_bytes){0};
    wire->is_open = 0;
    return 0;
}

IDN_EXPORT int luaopen_idngo_curl(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"add", add_request}, {"sleep", add_sleep}, {"step", step},   {"send", send_request}, {"sent", sent},
        {"cancel", cancel},   {"drop", drop_all},   {"count", count}, {"distrust", distrust}, {"close", close_wire},
        {"__gc", close_wire}, {"__close", close_wire}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"wire", new_wire}, {"via", idn_new_via}, {NULL, NULL}};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return luaL_error(L, "libcurl cannot start");
    idn_newclass(L, WIRE, methods);
    idn_open_via(L);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    lua_pushstring(L, curl_version());
    lua_setfield(L, -2, "version");
    return 1;
}
