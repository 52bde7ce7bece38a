/* Archives in memory for tests: written by the project's own writer, then damaged. */
#ifndef IDNGO_ZIP_BYTES_H
#define IDNGO_ZIP_BYTES_H

#include "archive/zip_format.h"
#include "archive/zip_structure.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct bytes {
    unsigned char *data;
    size_t len;
};

static inline int bytes_read(void *arg, uint64_t at, void *to, size_t len) {
    const struct bytes *bytes = arg;
    if (at > bytes->len || len > bytes->len - at)
        abort(); /* the reader asked for what is not there */
    memcpy(to, bytes->data + at, len);
    return 1;
}

static inline struct idn_zip_input bytes_input(struct bytes *bytes) {
    return (struct idn_zip_input){bytes->len, bytes, bytes_read};
}

static inline void bytes_add(struct bytes *bytes, const void *data, size_t len) {
    bytes->data = realloc(bytes->data, bytes->len + len + 1);
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

/* Writes one file per name, each with `content` in it. */
static inline struct bytes bytes_archive(const char *const *names, size_t count,
                                         const char *content) {
    unsigned char record[IDN_ZIP_CENTRAL];
    struct bytes whole = {NULL, 0}, directory = {NULL, 0};
    size_t len = strlen(content);
    for (size_t i = 0; i < count; i++) {
        struct idn_zip_item item = {strlen(names[i]),
                                    (uint32_t)crc32_z(0, (const unsigned char *)content, len),
                                    (uint32_t)len, (uint32_t)whole.len};
        idn_zip_write_local(record, &item);
        bytes_add(&whole, record, IDN_ZIP_LOCAL);
        bytes_add(&whole, names[i], item.name_len);
        bytes_add(&whole, content, len);
        idn_zip_write_central(record, &item);
        bytes_add(&directory, record, IDN_ZIP_CENTRAL);
        bytes_add(&directory, names[i], item.name_len);
    }
    idn_zip_write_end(record, (uint16_t)count, (uint32_t)directory.len, (uint32_t)whole.len);
    bytes_add(&directory, record, IDN_ZIP_END);
    bytes_add(&whole, directory.data, directory.len);
    free(directory.data);
    return whole;
}

#endif
