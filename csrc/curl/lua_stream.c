/*
 * Streams of bytes for protocols other than HTTP, as Lua values. Nothing here waits: who is told to, waits for a descriptor
 * as its host does, and asks again.
 *
 *   curl.stream(route, seconds) -> stream | nil, failure      begins to connect, which may take so long
 *   stream:connect() -> true | false, descriptor, by | nil, failure
 *       Goes on with it. false: to be asked again when bytes are to be read from the descriptor, and at that time.
 *   stream:send(bytes, at) -> at | nil, failure | nil, nil, descriptor, what
 *       Sends what can be sent now of the bytes behind the first `at`; the number of those that are sent then. Without one, it
 *       failed, or can be asked again when the descriptor is ready. Where some are left others are to have their turn.
 *   stream:receive(awaits) -> bytes | nil, failure | nil, nil, descriptor, what
 *       The same; one byte at least. awaits: what is to come answers what was just sent, and cannot be here yet; it is not looked
 *       for before the descriptor is ready.
 *   stream:is_silent() -> boolean         it stands, and nothing is to be read, not even its end
 *   stream:close()                        also __gc and __close
 *   stream:reset()                        closes it; what the system has not sent yet is thrown away
 *   failure {kind, message, permanent}    kind: "dns" "connect" "tls" "timeout" "io", and of a stream that stood
 *                                         "closed" in order, "cut": TLS ended without saying so, "reset"
 *
 * Each has a multi handle and, while it connects, a loop of its own: it belongs to no wire, and can be used by any host, one
 * after the other. In a process that was forked it is closed, and its connection is the parent's.
 */
#include "lua_stream.h"

#include "system/clock.h"
#include "system/process.h"
#include "lua_route.h"
#include "stream.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <string.h>
#include <unistd.h>

#define STREAM "idngo.curl.stream"

enum {
    PIECE = 64 * 1024, /* that is offered at once */
    TURN = 8,          /* pieces that move before others have their turn */
    RECEIVED = 32 * 1024
};

/* The streams of one stream. */
struct box {
    struct idn_streams streams;
    struct idn_stream *stream; /* NULL when it is closed */
    int is_torn;               /* bytes that were received are lost: there was no memory */
    size_t held;               /* 1: what TLS gave when it was looked at is `first` of what is received next */
    char first;
    int is_forked;
};

static int fail(lua_State *L, struct idn_failure failure) {
    lua_pushnil(L);
    lua_createtable(L, 0, 4);
    lua_pushstring(L, failure.kind);
    lua_setfield(L, -2, "kind");
    lua_pushstring(L, failure.message);
    lua_setfield(L, -2, "message");
    lua_pushboolean(L, failure.permanent);
    lua_setfield(L, -2, "permanent");
    return 2;
}

static int fail_io(lua_State *L, const char *message) {
    return fail(L, (struct idn_failure){.kind = "io", .message = message});
}

static int fail_end(lua_State *L, const struct idn_stream *stream, enum idn_end end) {
    static const char *const kinds[] = {
        [IDN_CLOSED] = "closed", [IDN_CUT] = "cut", [IDN_RESET] = "reset", [IDN_FAILED] = "io"};
    return fail(L, (struct idn_failure){.kind = kinds[end], .message = idn_stream_message(stream, end)});
}

static void end(struct box *box, int reset) {
    if (box->stream)
        idn_stream_close(box->stream, reset);
    box->stream = NULL;
    if (box->streams.process)
        idn_streams_close(&box->streams);
}

/* In a process that was forked: the connection is the parent's. */
static void leave_to_parent(struct box *box) {
    int fd = box->streams.loop.epoll < 0 ? box->stream->fd : -1; /* else its loop knows of it */
    idn_streams_leave(&box->streams);
    if (fd >= 0)
        close(fd);
    box->stream = NULL;
    box->is_forked = 1;
}

static struct box *check(lua_State *L) {
    struct box *box = idn_self(L, STREAM);
    if (box->stream && box->streams.process != idn_process())
        leave_to_parent(box);
    return box;
}

/* Why a stream that is not there cannot be used. */
static int fail_gone(lua_State *L, const struct box *box) {
    if (box->is_forked)
        return fail_io(L, "this process was forked, and the connection is its parent's");
    return fail_io(L, box->is_torn ? "not enough memory for what was received" : "the stream is closed");
}

/* There was not enough of something to begin. */
static int fail_lack(lua_State *L) {
    const char *what = errno == EMFILE || errno == ENFILE ? strerror(errno) : "not enough memory for a connection";
    return fail(L, (struct idn_failure){.kind = "connect", .message = what});
}

int idn_new_stream(lua_State *L) {
    struct idn_route *route = *(struct idn_route **)luaL_checkudata(L, 1, IDN_ROUTE);
    double seconds = luaL_checknumber(L, 2);
    struct box *box = lua_newuserdata(L, sizeof *box);
    memset(box, 0, sizeof *box);
    luaL_getmetatable(L, STREAM);
    lua_setmetatable(L, -2);
    errno = 0;
    if (!idn_streams_open(&box->streams))
        return fail_lack(L);
    route->connect_timeout = seconds; /* libcurl shares it among the addresses that it tries */
    box->stream = idn_stream_connect(&box->streams, route, box);
    return box->stream ? 1 : fail_lack(L);
}

/* ---- connecting ---- */

/* Lets libcurl do what it can do now; 0: it has to wait. */
static int advance(struct box *box) {
    struct idn_streams *streams = &box->streams;
    struct idn_timer *timer = idn_loop_first(&streams->loop);
    struct idn_ready ready;
    if (timer && timer->at <= idn_clock())
        idn_streams_timer(streams, timer);
    else if (idn_loop_wait(&streams->loop, 0, &ready) > 0)
        idn_streams_ready(streams, &ready);
    else
        return 0;
    return 1;
}

static int go_on(lua_State *L) {
    struct box *box = check(L);
    struct idn_stream *stream = box->stream;
    if (!stream)
        return fail_gone(L, box);
    while (stream->state == IDN_STREAM_CONNECTS && advance(box))
        ;
    if (stream->state == IDN_STREAM_OVER)
        return fail(L, idn_stream_failure(stream));
    if (stream->state == IDN_STREAM_STANDS) {
        idn_loop_close(&box->streams.loop); /* a descriptor less for as long as it stands */
        lua_pushboolean(L, 1);
        return 1;
    }
    const struct idn_timer *timer = idn_loop_first(&box->streams.loop);
    lua_pushboolean(L, 0);
    idn_pushint(L, box->streams.loop.epoll);
    lua_pushnumber(L, timer ? timer->at : idn_clock() + 1);
    return 3;
}

/* ---- bytes ---- */

/* Pushes the descriptor to wait for, and for what: TLS may have to read before it can send. */
static int push_wait(lua_State *L, const struct idn_stream *stream, int sends) {
    int want = stream->tls ? SSL_want(stream->tls) : SSL_NOTHING;
    lua_pushnil(L);
    lua_pushnil(L);
    idn_pushint(L, stream->fd);
    lua_pushstring(L, want == SSL_READING ? "r" : want == SSL_WRITING || sends ? "w" : "r");
    return 4;
}

static int send_some(lua_State *L) {
    struct box *box = check(L);
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    int64_t at = idn_checkint(L, 3);
    luaL_argcheck(L, at >= 0 && (uint64_t)at <= len, 3, "beyond the bytes");
    enum idn_end how = IDN_OPEN;
    int64_t before = at;
    ssize_t n = 1;
    if (!box->stream)
        return fail_gone(L, box);
    for (int i = 0; i < TURN && (size_t)at < len && n > 0; i++) {
        size_t left = len - (size_t)at;
        n = idn_stream_send(box->stream, bytes + at, left < PIECE ? left : PIECE, &how);
        at += n > 0 ? n : 0;
    }
    if (n <= 0 && at == before)
        return n < 0 ? fail_end(L, box->stream, how) : push_wait(L, box->stream, 1);
    idn_pushint(L, at); /* what failed after some had left fails again */
    return 1;
}

static int receive(lua_State *L) {
    struct box *box = check(L);
    char room[RECEIVED];
    enum idn_end how;
    if (!box->stream || box->is_torn)
        return fail_gone(L, box);
    if (lua_toboolean(L, 2) && box->stream->route->direct && !box->held) /* TLS may have read it already */
        return push_wait(L, box->stream, 0);
    room[0] = box->first;
    ssize_t n = idn_stream_recv(box->stream, room + box->held, sizeof room - box->held, &how);
    if (box->held)
        n = n > 0 ? n + 1 : 1; /* what ended it comes again */
    if (n < 0)
        return fail_end(L, box->stream, how);
    if (n == 0)
        return push_wait(L, box->stream, 0);
    box->is_torn = 1; /* unless the next line does not throw */
    lua_pushlstring(L, room, (size_t)n);
    box->is_torn = 0;
    box->held = 0;
    return 1;
}

/* Whether nothing is to be read on a stream that stands. Of TLS only reading shows it: tickets come, too. */
static int look(struct box *box) {
    enum idn_end how;
    if (box->is_torn || box->held)
        return 0;
    if (box->stream->route->direct)
        return idn_stream_look(box->stream) == IDN_LOOK_CLEAN;
    ssize_t n = idn_stream_recv(box->stream, &box->first, 1, &how);
    box->held = n > 0;
    return n == 0 && !idn_stream_holds(box->stream);
}

static int is_silent(lua_State *L) {
    struct box *box = check(L);
    lua_pushboolean(L, box->stream && look(box));
    return 1;
}

static int close_stream(lua_State *L) {
    end(check(L), 0);
    return 0;
}

static int reset_stream(lua_State *L) {
    end(check(L), 1);
    return 0;
}

void idn_open_stream(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"connect", go_on},      {"send", send_some},     {"receive", receive},      {"is_silent", is_silent},
        {"close", close_stream}, {"reset", reset_stream}, {"__gc", close_stream}, {"__close", close_stream},
        {NULL, NULL},
    };
    idn_newclass(L, STREAM, methods);
}
