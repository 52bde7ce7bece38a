/*
 * idngo.curl: moves bytes for plain Lua over libcurl; knows nothing of the API.
 *
 * Private to the Lua files of this project.
 *   curl.multi{max_connections = n} -> multi      connections are kept alive and shared by its transfers
 *   multi:add(via, method, target, lines, timeout, more | nil) -> id
 *       Nothing moves before step. Ids are small numbers, in use again when their transfer has ended.
 *       lines   the headers, each ended by CRLF
 *       more    {body? | read? and size, write?, fresh?, identity?, silence? and renew?}
 *                 read(n) -> at most n bytes, "" at the end | nil, error
 *                 write(bytes, head) -> true | nil, error
 *                 silence: a body moves, which has to get on within so many seconds; `timeout` is for the first of them
 *                 renew() -> seconds that it may take from now on if it does get on | nil: its slot is another's
 *   multi:step(seconds) -> id, status, head, body | nil, answered
 *                        | id, nil, failure | nothing
 *       Moves bytes until a transfer ends, the time is over or a signal came.
 *       head      status line and header lines as they came
 *       body      nil when a writer took it
 *       answered  monotonic time of the status line
 *       failure {kind, message, sent, complete, permanent, status?, head?, answered?, proxy_status?, error?, moved?}
 *                                                 error: what the caller's read or write returned or threw
 *                                                 moved: of a body that got on no more, the bytes that the other end took
 *   multi:send(via, method, target, lines, timeout, more) -> as step
 *       Ends what is under way, adds this request, and takes a step of its whole time: for one request at a time.
 *   multi:distrust()
 *       The reply that was returned last is another's: its connection is used no more.
 *   multi:cancel(id) -> boolean                   its connection is reset, as on close
 *   multi:drop()                                  the same for all that is under way
 *   multi:count() -> transfers under way
 *   multi:close()                                 also __gc and __close; ends what is under way
 *   In a process that was forked, a multi has no connection, and what was under way ends as a failure: it is the
 *   parent's.
 *   curl.via{…}                                   how a client reaches its server: see lua_via.h
 *   curl.version -> string
 */
#include "../compat.h"
#include "lua_via.h"
#include "transfer.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MULTI "idngo.curl.multi"

int luaopen_idngo_curl(lua_State *L);

struct multi;

/* A transfer and the Lua values it needs; registry references keep those alive. */
struct slot {
    struct idn_transfer transfer;
    struct multi *multi;
    int64_t id;
    struct idn_bytes lines; /* the request's headers, as a list for libcurl */
    int body_ref, read_ref, write_ref, renew_ref, error_ref; /* error_ref: false until there is an error */
    int via_ref; /* kept with the handle's options: as long as it lives, its address means it */
    const struct idn_via *via;
    int orphaned; /* under way when this process was forked: libcurl has it no more */
    struct slot *next, *before; /* in the list of those under way; next also in that of those kept for reuse */
};

struct multi {
    CURLM *curlm;
    pid_t process; /* whose connections these are */
    struct idn_connections connections;
    int64_t replied; /* the connection of the reply that Lua was given last */
    lua_State *L; /* the caller's, only while step runs */
    struct slot *active, *idle;
    struct slot *starting; /* of an add under way, or of one that threw; it is among the active */
    struct slot *ended;    /* told by libcurl but not yet to Lua, of a step that threw too; so is this */
    CURLcode code;         /* how that one ended */
    size_t idle_count, count, paced; /* paced: those under way that have a pace, see transfer.h */
    int64_t last_id; /* the highest that a slot was given */
    long max_connections; /* 0: as many as there are transfers */
};

enum { MAX_IDLE = 256 };

/* What a writer is called for. */
struct piece {
    const struct slot *slot;
    const char *bytes;
    size_t len;
};

/* ---- Lua values of a slot ---- */

static void unref(lua_State *L, int *ref) {
    luaL_unref(L, LUA_REGISTRYINDEX, *ref);
    *ref = LUA_NOREF;
}

/*
 * From here to the slots, what libcurl calls: nothing may throw through it. The error has its place in the registry
 * already.
 */
static void keep_error(struct slot *slot, lua_State *L) {
    lua_rawseti(L, LUA_REGISTRYINDEX, slot->error_ref);
}

static size_t call_reader(struct idn_transfer *transfer, char *to, size_t size) {
    struct slot *slot = transfer->owner;
    lua_State *L = slot->multi->L;
    size_t len = (size_t)-1;
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot->read_ref);
    idn_pushint(L, (int64_t)size);
    if (lua_pcall(L, 1, 2, 0) != 0) {
        keep_error(slot, L);
        return len;
    }
    const char *bytes = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &len) : NULL;
    if (bytes && len <= size) {
        memcpy(to, bytes, len);
        lua_pop(L, 2);
        return len;
    }
    keep_error(slot, L);
    lua_pop(L, 1);
    return (size_t)-1;
}

/* write(bytes, head), protected: the strings are made in here. */
static int write_piece(lua_State *L) {
    const struct piece *piece = lua_touserdata(L, 1);
    const struct idn_bytes *head = &piece->slot->transfer.head;
    lua_rawgeti(L, LUA_REGISTRYINDEX, piece->slot->write_ref);
    lua_pushlstring(L, piece->bytes, piece->len);
    lua_pushlstring(L, head->data ? head->data : "", head->len);
    lua_call(L, 2, 2);
    return 2;
}

static int call_writer(struct idn_transfer *transfer, const char *bytes, size_t len) {
    struct slot *slot = transfer->owner;
    lua_State *L = slot->multi->L;
    struct piece piece = {slot, bytes, len};
    lua_pushcfunction(L, write_piece);
    lua_pushlightuserdata(L, &piece);
    if (lua_pcall(L, 1, 2, 0) != 0) {
        keep_error(slot, L);
        return 0;
    }
    int taken = lua_toboolean(L, -2);
    if (taken)
        lua_pop(L, 2);
    else {
        keep_error(slot, L);
        lua_pop(L, 1);
    }
    return taken;
}

/* ---- slots ---- */

static void free_slot(lua_State *L, struct slot *slot) {
    idn_transfer_reset(&slot->transfer);
    unref(L, &slot->via_ref);
    free(slot->transfer.head.data);
    free(slot->transfer.body.data);
    free(slot->lines.data);
    curl_easy_cleanup(slot->transfer.easy);
    free(slot);
}

static struct slot *take_slot(struct multi *multi) {
    struct slot *slot = multi->idle;
    if (slot) {
        multi->idle = slot->next;
        multi->idle_count--;
    } else {
        slot = calloc(1, sizeof *slot);
        if (!slot)
            return NULL;
        slot->transfer.easy = curl_easy_init();
        if (!slot->transfer.easy) {
            free(slot);
            return NULL;
        }
        slot->via_ref = LUA_NOREF;
        slot->id = ++multi->last_id;
        slot->transfer.connections = &multi->connections;
    }
    slot->multi = multi;
    slot->body_ref = slot->read_ref = slot->write_ref = slot->renew_ref = slot->error_ref = LUA_NOREF;
    slot->transfer.owner = slot;
    slot->before = NULL;
    slot->next = multi->active;
    if (slot->next)
        slot->next->before = slot;
    multi->active = slot;
    multi->count++;
    return slot;
}

/* Takes the slot out of the active list and keeps it, or frees it. */
static void drop_slot(lua_State *L, struct multi *multi, struct slot *slot) {
    if (slot->before)
        slot->before->next = slot->next;
    else
        multi->active = slot->next;
    if (slot->next)
        slot->next->before = slot->before;
    multi->count--;
    multi->paced -= slot->transfer.pace.silence > 0;
    if (multi->ended != slot && !slot->orphaned)
        idn_connection_break(&multi->connections, slot->transfer.connection);
    if (multi->starting == slot)
        multi->starting = NULL;
    if (multi->ended == slot)
        multi->ended = NULL;
    unref(L, &slot->body_ref);
    unref(L, &slot->read_ref);
    unref(L, &slot->write_ref);
    unref(L, &slot->renew_ref);
    unref(L, &slot->error_ref);
    if (slot->orphaned) { /* what libcurl made for it is the parent's, too: nothing of it is touched */
        unref(L, &slot->via_ref);
        return;
    }
    curl_multi_remove_handle(multi->curlm, slot->transfer.easy);
    if (multi->idle_count < MAX_IDLE) {
        idn_transfer_reset(&slot->transfer);
        slot->next = multi->idle;
        multi->idle = slot;
        multi->idle_count++;
    } else {
        free_slot(L, slot);
    }
}

/* ---- the multi object ---- */

/* The two lowest descriptors that are free. */
static void find_free(int fds[2]) {
    for (int i = 0; i < 2; i++)
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* Makes libcurl's part of the multi; 0 when out of memory. */
static int open_curlm(struct multi *multi) {
    int fds[2], domain = 0;
    socklen_t len = sizeof domain;
    find_free(fds);
    multi->curlm = curl_multi_init();
    if (!multi->curlm)
        return 0;
    /* libcurl opens a pair of sockets to wake itself, which programs that are started would inherit */
    for (int i = 0; i < 2; i++)
        if (getsockopt(fds[i], SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX)
            fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    if (multi->max_connections > 0) {
        curl_multi_setopt(multi->curlm, CURLMOPT_MAX_TOTAL_CONNECTIONS, multi->max_connections);
        curl_multi_setopt(multi->curlm, CURLMOPT_MAXCONNECTS, multi->max_connections);
    }
    multi->process = getpid();
    return 1;
}

/*
 * In a process that was forked: the connections are the parent's. libcurl would say goodbye on them if it cleaned up, so
 * what it made is left as it is, and only the descriptors are closed.
 */
static void leave_to_parent(struct multi *multi) {
    for (struct slot *slot = multi->active; slot; slot = slot->next)
        slot->orphaned = 1;
    idn_connections_leave(&multi->connections);
    multi->curlm = NULL;
    multi->idle = multi->ended = NULL;
    multi->idle_count = 0;
}

static struct multi *check_multi(lua_State *L) {
    struct multi *multi = idn_self(L, MULTI);
    if (!multi->curlm)
        luaL_error(L, "transport is closed");
    if (multi->process != getpid()) {
        leave_to_parent(multi);
        if (!open_curlm(multi))
            luaL_error(L, "not enough memory");
    }
    if (multi->L)
        luaL_error(L, "a body's reader or writer must not use the connection it is called from");
    if (multi->starting)
        drop_slot(L, multi, multi->starting);
    return multi;
}

static int new_multi(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "max_connections");
    long max = (long)luaL_optinteger(L, -1, 0);
    struct multi *multi = lua_newuserdata(L, sizeof *multi);
    memset(multi, 0, sizeof *multi);
    luaL_getmetatable(L, MULTI);
    lua_setmetatable(L, -2);
    multi->max_connections = max;
    if (!open_curlm(multi))
        return luaL_error(L, "not enough memory");
    return 1;
}

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

/* What the table of the rarer settings adds to a request; the slot is in use already. May throw. */
static void take_more(lua_State *L, int more, struct slot *slot, struct idn_request *request) {
    size_t len;
    lua_getfield(L, more, "body");
    request->body = luaL_optlstring(L, -1, NULL, &len);
    if (request->body)
        request->body_len = (int64_t)len;
    slot->body_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_getfield(L, more, "size");
    if (!request->body && !lua_isnil(L, -1))
        request->body_len = (int64_t)luaL_checknumber(L, -1);
    lua_pop(L, 1);
    request->fresh = flag_field(L, more, "fresh");
    slot->transfer.identity = flag_field(L, more, "identity");
    slot->read_ref = ref_field(L, more, "read");
    slot->write_ref = ref_field(L, more, "write");
    slot->renew_ref = ref_field(L, more, "renew");
    lua_getfield(L, more, "silence");
    request->silence = luaL_optnumber(L, -1, 0);
    lua_pop(L, 1);
    slot->transfer.pace.silence = request->silence;
    slot->multi->paced += request->silence > 0;
    if (slot->read_ref != LUA_NOREF || slot->write_ref != LUA_NOREF) {
        lua_pushboolean(L, 0);
        slot->error_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    slot->transfer.read = slot->read_ref == LUA_NOREF ? NULL : call_reader;
    slot->transfer.write = slot->write_ref == LUA_NOREF ? NULL : call_writer;
}

static struct slot *add(lua_State *L, struct multi *multi) {
    enum { VIA_ARG = 2, METHOD, TARGET, LINES, TIMEOUT, MORE };
    size_t lines_len;
    const char *lines = luaL_checklstring(L, LINES, &lines_len);
    struct idn_request request = {
        .method = luaL_checkstring(L, METHOD),
        .target = luaL_checkstring(L, TARGET),
        .timeout = luaL_checknumber(L, TIMEOUT),
        .via = lua_touserdata(L, VIA_ARG),
        .body_len = -1,
    };
    if (!request.via || !multi->idle || multi->idle->via != request.via) /* else it was looked at before */
        request.via = luaL_checkudata(L, VIA_ARG, IDN_VIA);
    int has_more = !lua_isnoneornil(L, MORE);
    if (has_more)
        luaL_checktype(L, MORE, LUA_TTABLE);

    struct slot *slot = take_slot(multi);
    if (!slot) {
        luaL_error(L, "not enough memory");
        return NULL;
    }
    multi->starting = slot; /* the next lines may throw */
    if (slot->via != request.via) {
        unref(L, &slot->via_ref);
        slot->via = NULL;
        lua_pushvalue(L, VIA_ARG);
        slot->via_ref = luaL_ref(L, LUA_REGISTRYINDEX);
        slot->via = request.via;
    }
    if (has_more)
        take_more(L, MORE, slot, &request);
    if (!idn_transfer_lines(&slot->transfer, &slot->lines, lines, lines_len, &request) || !idn_transfer_start(&slot->transfer, &request) ||
        curl_multi_add_handle(multi->curlm, slot->transfer.easy) != CURLM_OK) {
        drop_slot(L, multi, slot);
        luaL_error(L, "not enough memory");
    }
    multi->starting = NULL;
    return slot;
}

static int add_request(lua_State *L) {
    idn_pushint(L, add(L, check_multi(L))->id);
    return 1;
}

static void set_flag(lua_State *L, const char *field, int value) {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, field);
}

static void push_head(lua_State *L, const struct idn_transfer *transfer) {
    lua_pushlstring(L, transfer->head.data, transfer->head.len);
}

static void push_reply(lua_State *L, const struct idn_transfer *transfer) {
    idn_pushint(L, transfer->status);
    push_head(L, transfer);
    if (!transfer->write || transfer->body.len > 0)
        lua_pushlstring(L, transfer->body.data ? transfer->body.data : "", transfer->body.len);
    else
        lua_pushnil(L);
    lua_pushnumber(L, transfer->answered);
}

static void push_failure(lua_State *L, struct slot *slot, CURLcode code) {
    static const struct idn_failure forked = {
        .kind = "io", .message = "this process was forked while the call was under way", .sent = 1, .permanent = 1};
    struct idn_failure failure = slot->orphaned ? forked : idn_transfer_failure(&slot->transfer, code);
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
    if (slot->transfer.stop == IDN_STOP_SILENT && slot->transfer.started > 0) {
        idn_pushint(L, slot->transfer.pace.confirmed);
        lua_setfield(L, -2, "moved");
    }
    if (slot->transfer.status) {
        idn_pushint(L, slot->transfer.status);
        lua_setfield(L, -2, "status");
        push_head(L, &slot->transfer);
        lua_setfield(L, -2, "head");
        lua_pushnumber(L, slot->transfer.answered);
        lua_setfield(L, -2, "answered");
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot->error_ref);
    if (lua_toboolean(L, -1) || slot->transfer.stop == IDN_STOP_CALLER)
        lua_setfield(L, -2, "error");
    else
        lua_pop(L, 1);
}

/* What was under way when this process was forked. */
static struct slot *find_orphan(const struct multi *multi) {
    struct slot *slot = multi->active;
    while (slot && !slot->orphaned)
        slot = slot->next;
    return slot;
}

/* Begins a transfer again that met a connection that was not to be used; 0 when it has to end. */
static int begin_again(struct multi *multi, struct idn_transfer *transfer) {
    if ((transfer->stop != IDN_STOP_UNCLEAN && transfer->stop != IDN_STOP_ENDED) || !idn_transfer_restart(transfer))
        return 0;
    return curl_multi_remove_handle(multi->curlm, transfer->easy) == CURLM_OK &&
           curl_multi_add_handle(multi->curlm, transfer->easy) == CURLM_OK;
}

/* Finds the next transfer that ended, and how; 0 when there is none. */
static int find_ended(struct multi *multi) {
    int left;
    CURLMsg *message;
    if (!multi->ended && multi->active && multi->active->orphaned)
        multi->ended = find_orphan(multi);
    while (!multi->ended && (message = curl_multi_info_read(multi->curlm, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        void *found = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
        struct idn_transfer *transfer = found;
        if (begin_again(multi, transfer))
            continue;
        multi->ended = transfer->owner;
        multi->code = code;
        /* libcurl takes a head that was cut for whole */
        if (code == CURLE_OK && (!transfer->head_done || !transfer->status))
            multi->code = transfer->status ? CURLE_PARTIAL_FILE : CURLE_WEIRD_SERVER_REPLY;
    }
    return multi->ended != NULL;
}

/*
 * Pushes the result of one ended transfer, if any, and drops it. Returns how many values were pushed. When it throws,
 * the result is there for the next step.
 */
static int push_ended(lua_State *L, struct multi *multi) {
    if (!find_ended(multi))
        return 0;
    struct slot *slot = multi->ended;
    int results = 5;
    multi->replied = slot->transfer.connection;
    idn_pushint(L, slot->id);
    if (multi->code == CURLE_OK && slot->transfer.stop == IDN_STOP_NONE && !slot->orphaned) {
        push_reply(L, &slot->transfer);
    } else {
        lua_pushnil(L);
        push_failure(L, slot, multi->code);
        results = 3;
    }
    drop_slot(L, multi, slot);
    return results;
}

/* Asks the owner of a transfer that moves how long it may go on. */
static void renew(lua_State *L, struct slot *slot, double now) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot->renew_ref);
    lua_call(L, 0, 1);
    idn_transfer_go_on(&slot->transfer, now, lua_tonumber(L, -1) > 0 ? lua_tonumber(L, -1) : -1);
    lua_pop(L, 1);
}

/* Of the transfers that have a pace: stops one that may not go on, and tells when to look again. */
static double look_at_pace(lua_State *L, struct multi *multi) {
    double next = HUGE_VAL;
    for (struct slot *slot = multi->active; slot && !multi->ended; slot = slot->next) {
        struct idn_transfer *transfer = &slot->transfer;
        if (transfer->pace.silence == 0 || slot->orphaned)
            continue;
        double now = idn_monotonic(); /* of each: renewing takes a while */
        if (idn_transfer_look(transfer, now) == IDN_PACE_RENEW)
            renew(L, slot, now);
        if (transfer->stop != IDN_STOP_NONE) {
            multi->ended = slot;
            multi->code = CURLE_OPERATION_TIMEDOUT;
        }
        next = fmin(next, idn_transfer_next_look(transfer));
    }
    return next;
}

/* Before bytes move: of the transfers that have a pace, ends one whose slot may be another's by now. */
static void look_at_limits(struct multi *multi) {
    for (struct slot *slot = multi->active; slot && !multi->ended; slot = slot->next)
        if (slot->transfer.pace.silence > 0 && !slot->orphaned && idn_monotonic() >= slot->transfer.pace.limit) {
            idn_transfer_break(&slot->transfer, IDN_STOP_SILENT);
            multi->ended = slot;
            multi->code = CURLE_OPERATION_TIMEDOUT;
        }
}

/* Moves what can move now, and pushes the result of a transfer that ended, if any. *look: when to do so again. */
static int advance(lua_State *L, struct multi *multi, int *running, double *look) {
    *look = HUGE_VAL;
    if (multi->paced > 0)
        look_at_limits(multi);
    if (!multi->ended) {
        multi->L = L;
        CURLMcode code = curl_multi_perform(multi->curlm, running);
        multi->L = NULL;
        if (code != CURLM_OK)
            return luaL_error(L, "libcurl: %s", curl_multi_strerror(code));
    }
    int results = push_ended(L, multi);
    if (results == 0 && multi->paced > 0) {
        *look = look_at_pace(L, multi);
        results = push_ended(L, multi);
    }
    return results;
}

/* Moves bytes until a transfer ends, which it pushes, `until` has come, or a signal has. */
static int move(lua_State *L, struct multi *multi, double until) {
    lua_settop(L, 1);
    luaL_checkstack(L, 24, NULL);
    int results = push_ended(L, multi);
    while (results == 0) {
        int running = 0, ready = 0;
        double look;
        results = advance(L, multi, &running, &look);
        double left = fmin(until, look) - idn_monotonic();
        if (results > 0 || running == 0 || idn_monotonic() >= until)
            break;
        double ms = fmax(left, 0) * 1000 + 1;
        curl_multi_poll(multi->curlm, NULL, 0, ms < 1000000 ? (int)ms : 1000000, &ready);
        if (ready == 0 && idn_monotonic() < until) {
            /* a timer of libcurl's own, or a signal: let both see to their work */
            results = advance(L, multi, &running, &look);
            break;
        }
    }
    return results;
}

static int step(lua_State *L) {
    struct multi *multi = check_multi(L);
    return move(L, multi, idn_monotonic() + luaL_checknumber(L, 2));
}

static int drop_all(lua_State *L) {
    struct multi *multi = check_multi(L);
    while (multi->active)
        drop_slot(L, multi, multi->active);
    return 0;
}

static int send_request(lua_State *L) {
    struct multi *multi = check_multi(L);
    drop_all(L); /* a signal's handler may have thrown its caller out of the wait for it */
    add(L, multi);
    return move(L, multi, HUGE_VAL);
}

static int cancel(lua_State *L) {
    struct multi *multi = check_multi(L);
    int64_t id = idn_checkint(L, 2);
    for (struct slot *slot = multi->active; slot; slot = slot->next)
        if (slot->id == id) {
            drop_slot(L, multi, slot);
            lua_pushboolean(L, 1);
            return 1;
        }
    lua_pushboolean(L, 0);
    return 1;
}

static int distrust(lua_State *L) {
    struct multi *multi = check_multi(L);
    idn_connection_distrust(&multi->connections, multi->replied);
    for (struct slot *slot = multi->active; slot; slot = slot->next)
        if (slot->transfer.connection == multi->replied && slot->transfer.stop == IDN_STOP_NONE)
            slot->transfer.stop = IDN_STOP_DISTRUST;
    return 0;
}

static int count(lua_State *L) {
    idn_pushint(L, (int64_t)check_multi(L)->count);
    return 1;
}

static int close_multi(lua_State *L) {
    struct multi *multi = idn_self(L, MULTI);
    if (multi->L)
        return luaL_error(L, "a body's reader or writer must not close the connection it is called from");
    if (multi->curlm && multi->process != getpid())
        leave_to_parent(multi);
    for (struct slot *slot = multi->active, *next; slot; slot = next) {
        next = slot->next;
        drop_slot(L, multi, slot);
    }
    for (struct slot *slot = multi->idle, *next; slot; slot = next) {
        next = slot->next;
        free_slot(L, slot);
    }
    multi->active = multi->idle = NULL;
    multi->idle_count = 0;
    curl_multi_cleanup(multi->curlm);
    multi->curlm = NULL;
    idn_connections_free(&multi->connections);
    return 0;
}

IDN_EXPORT int luaopen_idngo_curl(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"add", add_request},  {"step", step},         {"send", send_request},   {"cancel", cancel},
        {"distrust", distrust}, {"drop", drop_all}, {"count", count},      {"close", close_multi}, {"__gc", close_multi},    {"__close", close_multi},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"multi", new_multi}, {"via", idn_new_via}, {NULL, NULL}};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return luaL_error(L, "libcurl cannot start");
    idn_newclass(L, MULTI, methods);
    idn_open_via(L);
    lua_newtable(L);
    idn_setfuncs(L, functions);
    lua_pushstring(L, curl_version());
    lua_setfield(L, -2, "version");
    return 1;
}
