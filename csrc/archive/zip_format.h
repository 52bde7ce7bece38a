/*
 * The ZIP format's marks, lengths and little-endian numbers, and the records of an archive that is written.
 *
 * Written archives are stored, not compressed, and hold nothing of the day or the machine they were made on: the
 * same entries give the same bytes.
 */
#ifndef IDNGO_ZIP_FORMAT_H
#define IDNGO_ZIP_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum {
    IDN_ZIP_LOCAL_MARK = 0x04034b50,
    IDN_ZIP_CENTRAL_MARK = 0x02014b50,
    IDN_ZIP_END_MARK = 0x06054b50,
    IDN_ZIP_LOCATOR_MARK = 0x07064b50,
    IDN_ZIP_DESCRIPTOR_MARK = 0x08074b50,
};

/* Lengths of the fixed parts, in bytes. */
enum { IDN_ZIP_LOCAL = 30, IDN_ZIP_CENTRAL = 46, IDN_ZIP_END = 22, IDN_ZIP_LOCATOR = 20 };

static inline uint16_t idn_zip_u16(const unsigned char *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t idn_zip_u32(const unsigned char *p) {
    return (uint32_t)idn_zip_u16(p) | (uint32_t)idn_zip_u16(p + 2) << 16;
}

/* A file in an archive that is written. Names are plain and shorter than 64 KiB. */
struct idn_zip_item {
    size_t name_len;
    uint32_t crc, size, offset;
};

/* What stands before a file's name and data, before its name in the central directory, and at the end. */
void idn_zip_write_local(unsigned char out[IDN_ZIP_LOCAL], const struct idn_zip_item *item);
void idn_zip_write_central(unsigned char out[IDN_ZIP_CENTRAL], const struct idn_zip_item *item);
void idn_zip_write_end(unsigned char out[IDN_ZIP_END], uint16_t count, uint32_t size,
                       uint32_t offset);

#endif
