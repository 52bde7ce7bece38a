/*
 * idngo.curl: moves calls for plain Lua, by HTTP/1.1 over streams that libcurl connects; knows nothing of the API.
 *
 * Private to the Lua files of this project.
 *   curl.wire() -> wire             connections are kept alive and shared by its exchanges
 *   wire:add(route, method, target, lines, by, signer, time, options | nil) -> id
 *       It leaves while steps are taken. Ids are small numbers, in use again when their exchange has ended.
 *       lines   the headers, each ended by CRLF
 *       by      when its time is over, by core.now
 *       signer, time   what signs them when they leave, and the seconds to add to this host's clock; nil: they are signed
 *       options {body? | read? and size, write?, fresh?, identity?, whole?, before?, silence? and renew?}
 *                 read(n) -> at most n bytes, "" at the end | nil, error
 *                 write(bytes, head) -> true | nil, error
 *                 before() -> true | nil, error | "later"     the last word before the first byte, when a connection stands;
 *                 later: the step ends, and it is asked again after wire:ask_again()
 *                 identity: the reply must not be compressed; whole: it cannot show by itself that it was cut
 *                 silence: a body moves, which has to get on within so many seconds; `by` is for the first of them
 *                 renew() -> seconds that it may take from now on if it does get on | nil: its slot is another's
 *   wire:sleep(seconds) -> id       for step: the time came
 *   wire:wait(descriptor, "r" | "w" | "rw", by) -> id | nil, why      for step: see lua_wait.c
 *   wire:step(seconds) -> id, status, head, body | nil, received_at
 *                       | id, nil, failure | id | id, "r" | "w" | "rw" | false | nothing
 *       Moves bytes until an exchange ends, a sleep or a wait is over, the time is, or a signal came.
 *       head      status line and header lines as they came
 *       body      nil when a writer took it
 *       received_at   when the status line came, by core.now
 *       failure {kind, message, sent, complete, permanent, status?, head?, received_at?, proxy_status?, error?, moved?}
 *                                                 error: what the caller's function returned or threw
 *                                                 moved: of a body that got on no more, the bytes that the other end took
 *   wire:send(route, method, target, lines, by, signer, time, options) -> as step
 *       Ends what is under way, adds this request, and takes a step of its whole time: for one request at a time.
 *   Of the reply that was returned last, until the next one:
 *   wire:sent() -> the request's head
 *   wire:distrust()                 the reply is another's: its connection is used no more
 *   wire:ask_again()                those whose `before` said "later"
 *   wire:cancel(id) -> boolean      its connection is reset, as on close
 *   wire:drop()                     the same for all that is under way
 *   wire:count() -> exchanges and sleeps under way
 *   wire:close()                    also __gc and __close; ends what is under way
 *   In a process that was forked, a wire has no connection, and what was under way ends as a failure: it is the parent's.
 *   curl.route{…}                   how a client reaches its server: see lua_route.h
 *   curl.stream(route, seconds), curl.poll(…)   bytes of other protocols: see lua_stream.c and lua_wait.c
 *   curl.version -> string
 */
#include "../compat.h"
#include "system/clock.h"
#include "system/process.h"
#include "lua_call.h"
#include "lua_stream.h"
#include "lua_route.h"

#include <curl/curl.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIRE "idngo.curl.wire"

int luaopen_idngo_curl(lua_State *L);

/* Where the arguments of a request stand. */
enum { ROUTE = 2, METHOD, TARGET, LINES, BY, SIGNER, TIME, OPTIONS };

/* ---- the wire ---- */

/* In a process that was forked: the connections are the parent's. */
static void leave_to_parent(struct wire *wire) {
    idn_streams_leave(&wire->streams);
    wire->replied = 0;
    wire->hot = (struct queue){0};
    for (struct call *call = wire->active; call; call = call->next) {
        call->timer.place = 0;
        call->also = NULL;
        call->is_forked = 1;
        if (!call->is_over)
            idn_queue_push(&wire->ended, call);
        call->is_over = 1;
    }
}

static struct wire *check_wire(lua_State *L) {
    struct wire *wire = idn_self(L, WIRE);
    if (!wire->is_open)
        luaL_error(L, "transport is closed");
    if (wire->L) /* also in a child that it has forked: what it is called from uses what would be left to the parent */
        luaL_error(L, "a body's reader or writer must not use the connection it is called from");
    if (wire->streams.process != idn_process()) {
        if (wire->streams.process)
            leave_to_parent(wire);
        if (!idn_streams_open(&wire->streams))
            luaL_error(L, "epoll: %s", strerror(errno));
    }
    if (wire->starting)
        idn_call_drop(L, wire, wire->starting);
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
    luaL_getmetatable(L, IDN_ROUTE);
    wire->routes = lua_topointer(L, -1);
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
        if (call->is_hot) /* a call is in one queue at a time */
            idn_queue_take_out(&wire->hot, call);
        call->is_hot = 0;
        idn_loop_unset(&wire->streams.loop, &call->timer);
        if (!call->is_over)
            idn_queue_push(&wire->ended, call);
        call->is_over = 1;
    } else if (more && !call->is_hot) {
        idn_queue_push(&wire->hot, call);
        call->is_hot = 1;
    }
}

static void go(struct wire *wire, struct call *call) {
    settle(wire, call, idn_exchange_go(&call->exchange));
}

/* ---- beginning ---- */

/* Copies of what a request is written from, for one that does not leave at once. 0 when out of memory. */
static int keep_request(struct call *call) {
    struct idn_http_request *r = &call->exchange.request;
    size_t method_size = strlen(r->method) + 1;
    if (!idn_bytes_room(&call->strings, method_size + r->target_len + r->lines_len))
        return 0;
    char *at = call->strings.data;
    r->method = memcpy(at, r->method, method_size);
    r->target = memcpy(at + method_size, r->target, r->target_len);
    r->lines = memcpy(at + method_size + r->target_len, r->lines, r->lines_len);
    return 1;
}

/* Begins the request that the arguments describe. Where a connection stands, it has yet to leave. */
static struct call *begin(lua_State *L, struct wire *wire) {
    struct idn_route **route_box =
        is_of(L, ROUTE, wire->routes) ? lua_touserdata(L, ROUTE) : luaL_checkudata(L, ROUTE, IDN_ROUTE);
    struct idn_route *route = *route_box;
    double by = luaL_checknumber(L, BY);
    int is_signed = lua_isnoneornil(L, SIGNER), has_options = !lua_isnoneornil(L, OPTIONS);
    struct idn_http_request request = {.method = luaL_checkstring(L, METHOD), .host = route->host, .body_len = -1, .gzip = 1};
    request.target = luaL_checklstring(L, TARGET, &request.target_len);
    request.lines = luaL_checklstring(L, LINES, &request.lines_len);
    if (!is_signed)
        (void)(is_of(L, SIGNER, wire->signers) || luaL_checkudata(L, SIGNER, IDN_SIGNER));
    double skew = is_signed ? 0 : luaL_checknumber(L, TIME);
    if (has_options)
        luaL_checktype(L, OPTIONS, LUA_TTABLE);

    struct call *call = idn_call_take(wire);
    if (!call) {
        luaL_error(L, "not enough memory");
        return NULL;
    }
    struct idn_exchange *x = &call->exchange;
    wire->starting = call; /* the next lines may throw */
    x->phase = IDN_CONNECTS;
    x->started = 0;
    x->route = route;
    route->holders++;
    x->request = request;
    x->fresh = x->is_whole = 0;
    x->pace.silence = 0;
    x->read = NULL;
    x->reply.write = NULL;
    x->before = NULL;
    x->signs = is_signed ? NULL : idn_call_sign;
    call->skew = skew;
    if (!is_signed) {
        struct idn_signer *signer = ((struct idn_signer_box *)lua_touserdata(L, SIGNER))->signer;
        if (!signer)
            luaL_error(L, "signer is closed");
        call->signer = idn_signer_hold(signer);
    }
    if (has_options)
        idn_call_options(L, OPTIONS, call);
    x->until = by;
    call->timer.kind = TIMER_EXCHANGE;
    luaL_checkstack(L, 24, NULL);
    idn_exchange_begin(x, &wire->streams);
    if (!idn_loop_set(&wire->streams.loop, &call->timer, idn_exchange_next(x)))
        luaL_error(L, "not enough memory");
    return call;
}

/*
 * Requests that are added one after another leave together, when what came has been told: then the server, who would have to be
 * woken for each, and this process take turns that are longer.
 */
static int add_request(lua_State *L) {
    struct wire *wire = check_wire(L);
    struct call *call = begin(L, wire);
    if (!keep_request(call))
        luaL_error(L, "not enough memory");
    settle(wire, call, call->exchange.phase == IDN_GATE);
    wire->starting = NULL;
    idn_pushint(L, call->id);
    return 1;
}

static int add_wait(lua_State *L) {
    return idn_wait_begin(L, check_wire(L));
}

static int add_sleep(lua_State *L) {
    struct wire *wire = check_wire(L);
    double seconds = luaL_checknumber(L, 2);
    struct call *call = idn_call_take(wire);
    if (call)
        call->exchange.phase = IDN_OVER;
    if (!call || !idn_loop_set(&wire->streams.loop, &call->timer, idn_clock() + seconds)) {
        if (call)
            idn_call_drop(L, wire, call);
        return luaL_error(L, "not enough memory");
    }
    call->timer.kind = TIMER_SLEEP;
    idn_pushint(L, call->id);
    return 1;
}

/* ---- results ---- */

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
        idn_call_drop(L, wire, call);
        return results;
    }
    if (call->timer.kind == TIMER_WAIT && !call->is_forked) {
        idn_wait_push(L, call);
        idn_call_drop(L, wire, call);
        return results + 1;
    }
    if (x->stop == IDN_STOP_NONE && !call->is_forked) {
        idn_call_push_reply(L, x);
        results = 5;
    } else {
        lua_pushnil(L);
        idn_call_push_failure(L, call);
        results = 3;
    }
    wire->replied = x->stream && !call->is_forked ? x->stream->number : 0;
    struct idn_bytes head = wire->replied_to; /* whose room serves the next request */
    wire->replied_to = x->out;
    x->out = head;
    idn_call_drop(L, wire, call);
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
    if (timer->kind == TIMER_SLEEP || timer->kind == TIMER_WAIT) {
        idn_loop_unset(&wire->streams.loop, timer);
        idn_queue_push(&wire->ended, call);
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
    if (ready->kind == IDN_OWNER_GUEST)
        idn_wait_ready(wire, ready);
    else if (stream->state == IDN_STREAM_CONNECTS)
        idn_streams_ready(&wire->streams, ready);
    else if (stream->user)
        go(wire, idn_call_of(stream->user));
    else
        idn_stream_stir(stream);
}

/* Goes on with what came to stand. */
static void look_at_new(struct wire *wire) {
    struct idn_stream *stream;
    while ((stream = idn_streams_told(&wire->streams))) {
        if (!stream->user) {
            idn_stream_close(stream, 0);
            continue;
        }
        struct call *call = idn_call_of(stream->user);
        if (call->exchange.phase == IDN_CONNECTS)
            idn_exchange_connected(&call->exchange);
        go(wire, call);
    }
}

/* What can move without waiting: those that were not done when others had their turn. */
static void move_hot(struct wire *wire) {
    int count = 0;
    for (const struct call *call = wire->hot.first; call; call = call->queued)
        count++;
    for (struct call *call; count > 0 && (call = wire->hot.first); count--) {
        idn_queue_take_out(&wire->hot, call);
        call->is_hot = 0;
        go(wire, call);
    }
}

/* One turn: 0 when the time is over, or a signal came. */
static int turn(lua_State *L, struct wire *wire, double until) {
    struct idn_ready ready;
    struct idn_loop *loop = &wire->streams.loop;
    wire->L = L;
    move_hot(wire);
    look_at_new(wire);
    wire->L = NULL;
    if (wire->ended.first || wire->is_asked)
        return 1;
    struct idn_timer *timer = idn_loop_first(loop);
    double wake = timer && timer->at < until ? timer->at : until;
    int came = idn_loop_wait(loop, wire->hot.first ? 0 : wake, &ready);
    wire->L = L;
    for (int more = came > 0; more; more = idn_loop_next(loop, &ready)) {
        look_at_stream(wire, &ready);
        look_at_new(wire);
    }
    wire->L = NULL;
    while ((timer = idn_loop_first(loop)) && timer->at <= idn_clock()) {
        look_at_time(L, wire, timer);
        wire->L = L;
        look_at_new(wire);
        wire->L = NULL;
    }
    return came >= 0 && (wire->ended.first || idn_clock() < until);
}

/* Moves bytes until something ended, which it pushes, somebody has to think about what may leave, `until` has come, or a
   signal has. */
static int move(lua_State *L, struct wire *wire, double until) {
    wire->is_asked = 0;
    while (!wire->ended.first && !wire->is_asked && wire->count > 0 && turn(L, wire, until))
        ;
    return push_ended(L, wire);
}

static int step(lua_State *L) {
    struct wire *wire = check_wire(L);
    double seconds = luaL_checknumber(L, 2);
    luaL_checkstack(L, 24, NULL);
    return move(L, wire, wire->ended.first ? 0 : idn_clock() + seconds);
}

static void drop_active(lua_State *L, struct wire *wire) {
    while (wire->active)
        idn_call_drop(L, wire, wire->active);
}

static int drop_all(lua_State *L) {
    drop_active(L, check_wire(L));
    return 0;
}

static int send_request(lua_State *L) {
    struct wire *wire = check_wire(L);
    drop_active(L, wire); /* a signal handler may have thrown out of the previous wait */
    struct call *call = begin(L, wire);
    if (call->exchange.phase == IDN_CONNECTS && !keep_request(call))
        luaL_error(L, "not enough memory");
    wire->L = L;
    go(wire, call);
    wire->L = NULL;
    wire->starting = NULL;
    return move(L, wire, HUGE_VAL);
}

static int cancel(lua_State *L) {
    struct wire *wire = check_wire(L);
    int64_t id = idn_checkint(L, 2);
    for (struct call *call = wire->active; call; call = call->next)
        if (call->id == id) {
            idn_call_drop(L, wire, call);
            lua_pushboolean(L, 1);
            return 1;
        }
    lua_pushboolean(L, 0);
    return 1;
}

static int ask_again(lua_State *L) {
    struct wire *wire = check_wire(L);
    for (struct call *call = wire->active; call; call = call->next)
        if (call->timer.kind == TIMER_EXCHANGE && !call->is_over) /* else it is in another queue: it was the parent's */
            settle(wire, call, call->exchange.phase == IDN_GATE);
    return 0;
}

static int sent(lua_State *L) {
    const struct idn_bytes *head = &check_wire(L)->replied_to;
    lua_pushlstring(L, head->data ? head->data : "", head->len);
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
        idn_call_free(call);
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
        {"wait", add_wait},   {"ask_again", ask_again},
        {"cancel", cancel},   {"drop", drop_all},   {"count", count}, {"distrust", distrust}, {"close", close_wire},
        {"__gc", close_wire}, {"__close", close_wire}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"wire", new_wire}, {"route", idn_new_route}, {"stream", idn_new_stream}, {"poll", idn_wait_poll}, {NULL, NULL}};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return luaL_error(L, "libcurl cannot start");
    idn_newclass(L, WIRE, methods);
    idn_open_route(L);
    idn_open_stream(L);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    /* curl_version() would load LDAP's plugins to tell their version, too */
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    lua_pushfstring(L, "libcurl/%s %s", info->version, info->ssl_version ? info->ssl_version : "without TLS");
    lua_setfield(L, -2, "version");
    return 1;
}
