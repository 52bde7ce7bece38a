/* A buffer that grows, and digits. See bytes.h. */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

int idn_bytes_room(struct idn_bytes *bytes, size_t size) {
    enum { FIRST = 1024 };
    if (size <= bytes->size)
        return 1;
    size_t room = bytes->size ? bytes->size : FIRST;
    while (room < size)
        room *= 2;
    char *grown = realloc(bytes->data, room);
    if (!grown)
        return 0;
    bytes->data = grown;
    bytes->size = room;
    return 1;
}

int idn_bytes_append(struct idn_bytes *bytes, const char *data, size_t len) {
    if (!idn_bytes_room(bytes, bytes->len + len))
        return 0;
    if (len > 0)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    return 1;
}

void idn_bytes_empty(struct idn_bytes *bytes) {
    enum { KEEP = 128 * 1024 };
    bytes->len = 0;
    if (bytes->size > KEEP) {
        free(bytes->data);
        *bytes = (struct idn_bytes){0};
    }
}

size_t idn_digits(char room[IDN_DIGITS], int64_t n) {
    char digits[IDN_DIGITS], *first = digits + sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--first = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0)
        *--first = '-';
    size_t len = (size_t)(digits + sizeof digits - first);
    memcpy(room, first, len);
    return len;
}
