/* The records of an archive that is written. See zip_format.h. */
#include "zip_format.h"

#include <string.h>

enum {
    VERSION = 10,          /* what a reader must know: version 1.0 */
    MADE_BY = 3 << 8 | 10, /* Unix, so that the mode below counts */
    DATE = 1 << 5 | 1,     /* 1980-01-01, the first there is; the time is 00:00 */
};

static const uint32_t REGULAR_FILE = (uint32_t)0100644 << 16;

static void put16(unsigned char *p, uint16_t n) {
    p[0] = (unsigned char)(n & 0xff);
    p[1] = (unsigned char)(n >> 8);
}

static void put32(unsigned char *p, uint32_t n) {
    put16(p, (uint16_t)(n & 0xffff));
    put16(p + 2, (uint16_t)(n >> 16));
}

/* The fields that both headers of a file have, in the same order. */
static void put_common(unsigned char *p, const struct idn_zip_item *item) {
    put16(p, VERSION);
    put16(p + 8, DATE);
    put32(p + 10, item->crc);
    put32(p + 14, item->size);
    put32(p + 18, item->size);
    put16(p + 22, (uint16_t)item->name_len);
}

void idn_zip_write_local(unsigned char out[IDN_ZIP_LOCAL], const struct idn_zip_item *item) {
    memset(out, 0, IDN_ZIP_LOCAL);
    put32(out, IDN_ZIP_LOCAL_MARK);
    put_common(out + 4, item);
}

void idn_zip_write_central(unsigned char out[IDN_ZIP_CENTRAL], const struct idn_zip_item *item) {
    memset(out, 0, IDN_ZIP_CENTRAL);
    put32(out, IDN_ZIP_CENTRAL_MARK);
    put16(out + 4, MADE_BY);
    put_common(out + 6, item);
    put32(out + 38, REGULAR_FILE);
    put32(out + 42, item->offset);
}

void idn_zip_write_end(unsigned char out[IDN_ZIP_END], uint16_t count, uint32_t size,
                       uint32_t offset) {
    memset(out, 0, IDN_ZIP_END);
    put32(out, IDN_ZIP_END_MARK);
    put16(out + 8, count);
    put16(out + 10, count);
    put32(out + 12, size);
    put32(out + 16, offset);
}
