/* Gathers a reply from what idn_http_feed finds in the bytes. See reply.h. */
#include "reply.h"

#include <stdlib.h>
#include <string.h>

void idn_reply_begin(struct idn_reply *reply, int no_body, int may_gzip, size_t max) {
    idn_http_begin(&reply->http, no_body, may_gzip);
    idn_bytes_empty(&reply->head);
    idn_bytes_empty(&reply->body);
    idn_bytes_empty(&reply->rest);
    reply->state = IDN_REPLY_MORE;
    reply->status = reply->has_head = reply->keep = 0;
    reply->max = max;
}

void idn_reply_free(struct idn_reply *reply) {
    idn_http_free(&reply->http);
    free(reply->head.data);
    free(reply->body.data);
    free(reply->rest.data);
    *reply = (struct idn_reply){0};
}

static void take_body(struct idn_reply *reply, const char *bytes, size_t len) {
    if (reply->write && reply->status / 100 == 2) {
        if (!reply->write(reply, bytes, len))
            reply->state = IDN_REPLY_CALLER;
    } else if (len > reply->max - reply->body.len) {
        reply->state = IDN_REPLY_TOO_LARGE;
    } else if (!idn_bytes_append(&reply->body, bytes, len)) {
        reply->state = IDN_REPLY_MEMORY;
    }
}

/* Feeds the reader. How many bytes were used. */
static size_t feed(struct idn_reply *reply, const char *bytes, size_t len) {
    size_t at = 0;
    while (reply->state == IDN_REPLY_MORE) {
        const char *piece;
        size_t used, size;
        enum idn_http_event event = idn_http_feed(&reply->http, bytes + at, len - at, &used, &piece, &size);
        reply->status = reply->http.head.status;
        if (!reply->has_head && event != IDN_HTTP_WRONG && !idn_bytes_append(&reply->head, bytes + at, used))
            reply->state = IDN_REPLY_MEMORY;
        at += used;
        switch (event) {
        case IDN_HTTP_INTERIM:
            reply->head.len = 0;
            break;
        case IDN_HTTP_HEAD:
            reply->has_head = 1;
            break;
        case IDN_HTTP_BODY:
            take_body(reply, piece, size);
            break;
        case IDN_HTTP_END:
            reply->keep = reply->http.head.keep && at == len;
            reply->state = IDN_REPLY_END;
            break;
        case IDN_HTTP_WRONG:
            reply->state = IDN_REPLY_WRONG;
            break;
        default:
            return at;
        }
    }
    return at;
}

enum idn_reply_state idn_reply_take(struct idn_reply *reply, const char *bytes, size_t len) {
    int has_rest = reply->rest.len > 0;
    if (has_rest) {
        if (!idn_bytes_append(&reply->rest, bytes, len))
            return reply->state = IDN_REPLY_MEMORY;
        bytes = reply->rest.data;
        len = reply->rest.len;
    }
    size_t used = feed(reply, bytes, len);
    if (reply->state != IDN_REPLY_MORE)
        return reply->state;
    if (has_rest) {
        reply->rest.len -= used;
        memmove(reply->rest.data, reply->rest.data + used, reply->rest.len);
    } else if (!idn_bytes_append(&reply->rest, bytes + used, len - used)) {
        reply->state = IDN_REPLY_MEMORY;
    }
    return reply->state;
}

enum idn_reply_state idn_reply_eof(struct idn_reply *reply, int cut) {
    if (reply->state != IDN_REPLY_MORE)
        return reply->state;
    if (cut && idn_http_until_eof(&reply->http)) {
        idn_http_cut(&reply->http);
        reply->state = IDN_REPLY_WRONG;
    } else {
        idn_http_eof(&reply->http);
        feed(reply, "", 0);
    }
    reply->keep = 0;
    return reply->state;
}

const char *idn_reply_wrong(const struct idn_reply *reply, int *complete) {
    switch (reply->state) {
    case IDN_REPLY_TOO_LARGE:
        *complete = 1;
        return "reply larger than max_reply";
    case IDN_REPLY_MEMORY:
        *complete = 0;
        return "not enough memory for the reply";
    default:
        *complete = !reply->http.cut;
        return reply->http.wrong;
    }
}
