/* Bytes that become more, and numbers as bytes. Bytes are zeroed at first; `data` is freed by its owner. */
#ifndef IDNGO_BYTES_H
#define IDNGO_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct idn_bytes {
    char *data;
    size_t len, size;
};

/* Makes room for `size` bytes in all; 0 when out of memory. */
int idn_bytes_room(struct idn_bytes *bytes, size_t size);

int idn_bytes_append(struct idn_bytes *bytes, const char *data, size_t len);

/* Takes all out. A small room stays for the next, a large one is given back. */
void idn_bytes_empty(struct idn_bytes *bytes);

/* Writes a whole number in decimal, without NUL; how many characters it has. */
enum { IDN_DIGITS = 20 };
size_t idn_digits(char room[IDN_DIGITS], int64_t n);

#endif
