/* The header lines of a request, as libcurl takes them. See transfer.h. */
#include "transfer.h"

#include <string.h>

int idn_transfer_lines(struct idn_transfer *t, struct idn_bytes *room, const char *block, size_t len,
                       const struct idn_request *request) {
    static char gzip[] = "Accept-Encoding: gzip"; /* libcurl would write it anew for every request */
    /* each switches off what libcurl would add by itself */
    static char no_expect[] = "Expect:", no_type[] = "Content-Type:";
    size_t n = 2;
    for (const char *at = block; (at = memchr(at, '\n', len - (size_t)(at - block))); at++)
        n++;
    if (!idn_bytes_room(room, n * sizeof(struct curl_slist) + len))
        return 0;
    struct curl_slist *list = (void *)room->data, **link = &t->headers;
    char *line = memcpy(list + n, block, len), *end = line + len, *stop;
    for (; line < end && (stop = memchr(line, '\r', (size_t)(end - line))); line = stop + 2) {
        *stop = '\0';
        list->data = line;
        *link = list;
        link = &list++->next;
    }
    if (!t->identity) {
        list->data = gzip;
        *link = list;
        link = &list++->next;
    }
    if (request->body_len >= 0 || strcmp(request->method, "GET") != 0) {
        list->data = request->body_len >= 0 ? no_expect : no_type;
        *link = list;
        link = &list->next;
    }
    *link = NULL;
    return 1;
}
