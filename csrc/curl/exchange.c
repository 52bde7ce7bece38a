/* The gate, the request, the reply and their time. See exchange.h. */
#include "exchange.h"

#include "system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 64 * 1024, /* of a body, that is offered at once */
    TURN = 8,          /* pieces that move before others have their turn */
    TOGETHER = 16 * 1024, /* a body up to this size leaves with its head */
    RECEIVED = 32 * 1024
};

/* ---- ends ---- */

/* Its end: the stream is let go later, when the caller has judged the reply. */
static void finish(struct idn_exchange *x, enum idn_stop why) {
    if (x->phase == IDN_OVER)
        return;
    if (why != IDN_STOP_NONE)
        x->keep = 0;
    x->stop = why;
    x->phase = IDN_OVER;
}

void idn_exchange_stop(struct idn_exchange *x, enum idn_stop why) {
    finish(x, why);
    if (x->stream) /* what the system has not sent yet does not leave */
        idn_stream_close(x->stream, x->started);
    x->stream = NULL;
}

void idn_exchange_leave(struct idn_exchange *x) {
    if (x->stream && x->keep)
        idn_stream_keep(x->stream);
    else if (x->stream)
        idn_stream_close(x->stream, x->started && x->stop != IDN_STOP_NONE);
    x->stream = NULL;
}

void idn_exchange_free(struct idn_exchange *x) {
    idn_exchange_leave(x);
    idn_reply_free(&x->reply);
    free(x->out.data);
}

/* ---- the gate ---- */

static int is_due(const struct idn_exchange *x) {
    return idn_clock() >= x->until;
}

/* Takes an idle stream, or opens one, which has to be waited for. */
static void find_stream(struct idn_exchange *x, struct idn_streams *streams) {
    x->stream = x->fresh ? NULL : idn_stream_take(streams, x->route, x);
    x->phase = IDN_GATE;
    if (x->stream)
        return;
    x->stream = idn_stream_connect(streams, x->route, x);
    x->is_new = 1;
    x->phase = IDN_CONNECTS;
    if (!x->stream)
        finish(x, IDN_STOP_MEMORY);
}

/* Whether the stream is one on which nothing is to be read; others are passed over, and a new one is waited for. */
static int is_clean(struct idn_exchange *x) {
    while (x->phase == IDN_GATE) {
        struct idn_stream *stream = x->stream;
        enum idn_look found = idn_stream_look(stream);
        if (found == IDN_LOOK_CLEAN)
            return 1;
        if (x->is_new) { /* another would not be better */
            int telling = stream->message[0] && !strchr(stream->message, '@');
            snprintf(x->message, sizeof x->message, "%s",
                     telling ? stream->message : "the server closed the connection before it was asked");
            finish(x, found == IDN_LOOK_ENDED ? IDN_STOP_ENDED : IDN_STOP_UNCLEAN);
            return 0;
        }
        struct idn_streams *streams = stream->streams;
        idn_stream_close(stream, 0);
        find_stream(x, streams);
    }
    return 0;
}

/* Ends it before anything was sent: the stream may serve others. */
static void turn_away(struct idn_exchange *x, enum idn_stop why) {
    finish(x, why);
    x->keep = !x->fresh;
}

/* Writes the head, and with it a small body. */
static enum idn_stop write_request(struct idn_exchange *x) {
    struct idn_http_request *r = &x->request;
    if (x->signs && !(r->signer = x->signs(x, &r->time)))
        return IDN_STOP_CLOSED;
    size_t with = r->body && r->body_len <= TOGETHER ? (size_t)r->body_len : 0;
    if (!idn_bytes_room(&x->out, idn_http_request_room(r) + with))
        return IDN_STOP_MEMORY;
    x->out.len = idn_http_request_write(r, x->out.data);
    if (x->out.len == 0)
        return IDN_STOP_SIGN;
    if (with > 0)
        idn_bytes_append(&x->out, r->body, with);
    x->out_at = 0;
    x->body_at = (int64_t)with;
    return IDN_STOP_NONE;
}

static void pass_gate(struct idn_exchange *x) {
    if (!is_clean(x))
        return;
    if (x->before) {
        int is_wanted = x->before(x);
        if (is_wanted == IDN_LATER)
            return;
        x->before = NULL; /* it has answered once */
        if (!is_wanted) {
            turn_away(x, IDN_STOP_REFUSED);
            return;
        }
        if (!is_clean(x)) /* that may have taken a while */
            return;
    }
    enum idn_stop why = is_due(x) ? IDN_STOP_LATE : write_request(x);
    if (why != IDN_STOP_NONE)
        turn_away(x, why);
    else
        x->phase = IDN_SENDS;
}

/* ---- the request ---- */

/* The next bytes to send, 0 when all have left, -1 when it is over. */
static ssize_t next_bytes(struct idn_exchange *x, const char **bytes) {
    struct idn_http_request *r = &x->request;
    if (x->out_at < x->out.len) {
        *bytes = x->out.data + x->out_at;
        return (ssize_t)(x->out.len - x->out_at < PIECE ? x->out.len - x->out_at : PIECE);
    }
    int64_t left = r->body_len - x->body_at;
    if (left <= 0)
        return 0;
    size_t most = left < PIECE ? (size_t)left : PIECE;
    if (r->body) {
        *bytes = r->body + x->body_at;
        return (ssize_t)most;
    }
    if (!idn_bytes_room(&x->out, most)) {
        finish(x, IDN_STOP_MEMORY);
        return -1;
    }
    ssize_t got = x->read(x, x->out.data, most);
    if (got <= 0) {
        finish(x, IDN_STOP_CALLER);
        return -1;
    }
    x->out.len = (size_t)got;
    x->out_at = 0;
    x->body_at += got;
    *bytes = x->out.data;
    return got;
}

/* Counts what left. */
static void sent(struct idn_exchange *x, size_t n) {
    if (x->out_at < x->out.len)
        x->out_at += n;
    else
        x->body_at += (int64_t)n;
}

static int is_written(const struct idn_exchange *x) {
    return x->out_at == x->out.len && x->body_at >= x->request.body_len;
}

/* Sends what can be sent now. 1 when more could be, and others are to have their turn. */
static int send_some(struct idn_exchange *x) {
    for (int i = 0; i < TURN; i++) {
        const char *bytes;
        ssize_t len = next_bytes(x, &bytes);
        if (len < 0)
            return 0;
        if (len == 0) {
            x->phase = IDN_READS;
            if (!idn_stream_wait(x->stream, 0))
                finish(x, IDN_STOP_MEMORY);
            return 0;
        }
        enum idn_end end;
        if (x->started && is_due(x)) { /* the process may have been stopped */
            idn_exchange_stop(x, x->pace.silence > 0 ? IDN_STOP_SILENT : IDN_STOP_TIME);
            return 0;
        }
        x->started = 1;
        ssize_t n = idn_stream_send(x->stream, bytes, (size_t)len, &end);
        if (n < 0) { /* the server may have said why before: its answer wins */
            x->end = end;
            snprintf(x->message, sizeof x->message, "%s", idn_stream_message(x->stream, end));
            x->phase = IDN_READS;
            return 0;
        }
        if (n == 0) {
            if (!idn_stream_wait(x->stream, 1))
                finish(x, IDN_STOP_MEMORY);
            return 0;
        }
        sent(x, (size_t)n);
    }
    return 1;
}

/* ---- the reply ---- */

/* Whether what comes is a file: nothing else that answers may take longer than the first answer has time for. */
static int is_file(const struct idn_exchange *x) {
    return (x->reply.write || !x->request.gzip) && x->reply.status / 100 == 2;
}

/* What the bytes that came, or the end of the stream, have made of the reply. */
static void note_reply(struct idn_exchange *x, enum idn_reply_state state) {
    x->keep = 0;
    if (state == IDN_REPLY_END) {
        x->keep = x->reply.keep && is_written(x) && !x->fresh;
        finish(x, IDN_STOP_NONE);
    } else if (state != IDN_REPLY_MORE) {
        finish(x, state == IDN_REPLY_CALLER ? IDN_STOP_CALLER : state == IDN_REPLY_MEMORY ? IDN_STOP_MEMORY : IDN_STOP_REPLY);
    }
}

static void take_bytes(struct idn_exchange *x, const char *bytes, size_t len) {
    int had_head = x->reply.has_head;
    double now = x->reply.status ? x->received_at : idn_clock(); /* before a writer takes its time over the body */
    note_reply(x, idn_reply_take(&x->reply, bytes, len));
    if (x->reply.status)
        x->received_at = now;
    if (x->reply.has_head && is_file(x)) /* its head is as good as a step: making a file takes a while, moving it another */
        x->pace.received += (int64_t)len + (had_head ? 0 : IDN_STEP);
}

/* The stream ended: what that makes of the reply. */
static void take_end(struct idn_exchange *x, enum idn_end end) {
    if (x->reply.status && end != IDN_RESET && end != IDN_FAILED) {
        note_reply(x, idn_reply_eof(&x->reply, end == IDN_CUT && x->is_whole));
        return;
    }
    if (x->end == IDN_OPEN) { /* else sending failed before, and told why */
        x->end = end;
        snprintf(x->message, sizeof x->message, "%s",
                 end == IDN_CLOSED || end == IDN_CUT ? "connection closed before an answer" : idn_stream_message(x->stream, end));
    }
    finish(x, IDN_STOP_BROKEN);
}

/* Where what comes is put, of RECEIVED bytes; NULL when out of memory. On the stack each reply would touch all of it. */
static char *room_of(struct idn_streams *streams) {
    if (!streams->room)
        streams->room = malloc(RECEIVED);
    return streams->room;
}

/* Reads what can be read now. 1 when more could be, and others are to have their turn. */
static int read_some(struct idn_exchange *x) {
    char *room = room_of(x->stream->streams);
    if (!room) {
        finish(x, IDN_STOP_MEMORY);
        return 0;
    }
    for (int i = 0; i < TURN; i++) {
        enum idn_end end;
        ssize_t n = idn_stream_recv(x->stream, room, RECEIVED, &end);
        if (n == 0)
            return 0;
        if (n < 0)
            take_end(x, end);
        else
            take_bytes(x, room, (size_t)n);
        if (x->phase == IDN_OVER)
            return 0;
        /* the system tells when more comes, but nothing of what TLS has read already */
        if (n < RECEIVED && !idn_stream_holds(x->stream))
            return 0;
    }
    return 1;
}

/* ---- life ---- */

void idn_exchange_begin(struct idn_exchange *x, struct idn_streams *streams) {
    idn_reply_begin(&x->reply, strcmp(x->request.method, "HEAD") == 0, x->request.gzip, x->route->max_reply);
    idn_bytes_empty(&x->out);
    x->phase = IDN_CONNECTS;
    x->stop = IDN_STOP_NONE;
    x->started = x->is_new = x->keep = 0;
    x->out_at = 0;
    x->body_at = 0;
    x->end = IDN_OPEN;
    x->stream = NULL;
    x->message[0] = '\0';
    x->pace = (struct idn_pace){.silence = x->pace.silence, .limit = x->until, .looked = x->pace.silence > 0 ? idn_clock() : 0};
    find_stream(x, streams);
}

void idn_exchange_connected(struct idn_exchange *x) {
    if (x->stream->state == IDN_STREAM_STANDS)
        x->phase = IDN_GATE;
    else
        finish(x, IDN_STOP_CONNECT);
}

int idn_exchange_go(struct idn_exchange *x) {
    int more = 0;
    if (x->phase == IDN_GATE)
        pass_gate(x);
    if (x->phase == IDN_SENDS)
        more = send_some(x);
    else if (x->phase == IDN_READS)
        more = read_some(x);
    if (x->phase == IDN_SENDS && !more) /* a server may answer before it has all */
        more = read_some(x);
    return x->phase != IDN_OVER && more;
}

/* ---- time ---- */

double idn_exchange_next(const struct idn_exchange *x) {
    double look = x->pace.looked + x->pace.silence / 3;
    return x->pace.silence > 0 && look < x->until ? look : x->until;
}

/* Bytes of the request's body that the other end has confirmed. */
static int64_t confirmed(const struct idn_exchange *x) {
    if (!x->started || !x->stream)
        return 0;
    int64_t n = x->body_at - (int64_t)(x->out.len - x->out_at) - idn_stream_unconfirmed(x->stream);
    return n > 0 ? n : 0;
}

static void move_on(struct idn_exchange *x, double now) {
    const struct idn_pace *pace = &x->pace;
    x->until = now + pace->silence < pace->limit ? now + pace->silence : pace->limit;
}

enum idn_time idn_exchange_time(struct idn_exchange *x) {
    struct idn_pace *pace = &x->pace;
    double now = idn_clock();
    if (pace->silence > 0) {
        int64_t taken = confirmed(x);
        int done = taken == x->request.body_len && taken > pace->confirmed;
        if (taken > pace->confirmed)
            pace->confirmed = taken;
        pace->looked = now;
        int64_t moved = pace->confirmed + pace->received;
        if (now < pace->limit && (moved - pace->mark >= IDN_STEP || done)) {
            pace->mark = moved;
            move_on(x, now);
            if (pace->renewed == 0 || now >= pace->renewed + pace->silence / 3)
                return IDN_TIME_RENEW;
        }
    }
    if (now >= x->until)
        idn_exchange_stop(x, !x->started ? IDN_STOP_LATE : pace->silence > 0 ? IDN_STOP_SILENT : IDN_STOP_TIME);
    return IDN_TIME_FINE;
}

void idn_exchange_renew(struct idn_exchange *x, double seconds) {
    double now = idn_clock();
    if (seconds < 0) {
        idn_exchange_stop(x, IDN_STOP_SLOT);
        return;
    }
    x->pace.renewed = now;
    x->pace.limit = now + seconds;
    move_on(x, now);
}

/* ---- what is told ---- */

static struct idn_failure not_sent(const char *kind, const char *message) {
    return (struct idn_failure){.kind = kind, .message = message};
}

struct idn_failure idn_exchange_failure(struct idn_exchange *x) {
    struct idn_failure f = {.kind = "io", .message = x->message, .sent = x->started};
    switch (x->stop) {
    case IDN_STOP_CONNECT:
        return idn_stream_failure(x->stream);
    case IDN_STOP_REPLY:
        f.kind = "malformed";
        f.message = idn_reply_wrong(&x->reply, &f.complete);
        return f;
    case IDN_STOP_UNCLEAN:
        return not_sent("io", "the server sent something before it was asked");
    case IDN_STOP_ENDED:
        f.kind = x->route->direct ? "connect" : "tls";
        return f;
    case IDN_STOP_LATE:
        return not_sent("timeout", "timed out before the request was sent");
    case IDN_STOP_TIME:
        f.kind = "timeout";
        f.message = x->reply.status ? "timed out while the reply was received" : "timed out waiting for the reply";
        return f;
    case IDN_STOP_SILENT:
        f.kind = "timeout";
        f.message = x->reply.status ? "timed out while the file was received"
                              : "timed out while the request was sent, or waiting for the answer";
        return f;
    case IDN_STOP_SLOT:
        f.kind = "timeout";
        f.message = "its rate-limit slot was another's while its body moved";
        return f;
    case IDN_STOP_REFUSED:
    case IDN_STOP_CLOSED:
        f = not_sent("cancelled", "the client was closed");
        f.permanent = 1;
        return f;
    case IDN_STOP_SIGN:
        return not_sent("io", "libcrypto cannot sign");
    case IDN_STOP_MEMORY:
        f.message = x->started ? "not enough memory for the reply" : "not enough memory for a connection";
        return f;
    case IDN_STOP_CALLER:
        f.message = "reading or writing the body failed";
        f.complete = x->reply.status > 0;
        f.permanent = 1;
        return f;
    default:
        return f;
    }
}
