/*
 * What goes through the pipes between a policy's evaluator and its host: values in frames.
 *
 * A frame is a length (32 bits, little endian) and that many bytes, which hold exactly one value.
 * A value describes itself by its first byte:
 *
 *   T F            true, false
 *   I              integer, 8 bytes, little endian
 *   D              double, the 8 bytes of its IEEE 754 form, little endian
 *   S              string: length (32 bits) and bytes
 *   L              list: count (32 bits) and so many values
 *   M              map: count (32 bits) and so many pairs of key and value; a key is an S or an I
 *
 * There is no nil: what is nil is absent. The reader believes nothing: the process that writes the other end
 * may be an enemy.
 */
#ifndef IDNGO_JAIL_WIRE_H
#define IDNGO_JAIL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define IDN_WIRE_HEAD 4              /* bytes before a frame's value: its length */
#define IDN_WIRE_DEPTH 100           /* lists and maps within each other */
#define IDN_WIRE_REQUEST (16u << 20) /* longest value to an evaluator */
#define IDN_WIRE_OUTCOME (1u << 20)  /* longest value that a policy can have sent */
#define IDN_WIRE_REPLY (2u << 20)    /* longest value from an evaluator: with a trace */

enum idn_wire_kind {
    IDN_WIRE_BOOLEAN,
    IDN_WIRE_INTEGER,
    IDN_WIRE_DOUBLE,
    IDN_WIRE_STRING,
    IDN_WIRE_LIST,
    IDN_WIRE_MAP
};

struct idn_wire_token {
    enum idn_wire_kind kind;
    int boolean;
    int64_t integer;
    double number;
    const char *string; /* inside the bytes that are read */
    uint32_t count;     /* length of a string, values of a list, pairs of a map */
};

struct idn_wire_in {
    const char *bytes;
    size_t left;
};

/* Takes the next value, or the head of a list or map, whose parts come next; 0 when the bytes are not one. */
int idn_wire_next(struct idn_wire_in *in, struct idn_wire_token *token);

/* Whether the bytes are one whole value and nothing more, not too deep, with keys that are keys. */
int idn_wire_sound(const char *bytes, size_t len);

/* Bytes being written. They belong to the caller, and are freed with idn_wire_free. */
enum { IDN_WIRE_TOO_LONG = 1, IDN_WIRE_NO_MEMORY };

struct idn_wire_out {
    char *bytes;
    size_t len, size;
    size_t most; /* longest value allowed */
    int failed;  /* IDN_WIRE_TOO_LONG, IDN_WIRE_NO_MEMORY or 0: nothing is added from then on */
};

/* Each adds one value, or the head of one. */
void idn_wire_boolean(struct idn_wire_out *out, int value);
void idn_wire_integer(struct idn_wire_out *out, int64_t value);
void idn_wire_double(struct idn_wire_out *out, double value);
void idn_wire_string(struct idn_wire_out *out, const char *bytes, size_t len);
void idn_wire_list(struct idn_wire_out *out, size_t count);
void idn_wire_map(struct idn_wire_out *out, size_t count);
void idn_wire_raw(struct idn_wire_out *out, const void *bytes, size_t len); /* as they are */

/* Starts a frame, dropping what was written before; idn_wire_end fills in its length and says whether it is good. */
void idn_wire_begin(struct idn_wire_out *out, size_t most);
int idn_wire_end(struct idn_wire_out *out);
void idn_wire_free(struct idn_wire_out *out);

/* The length a frame's head announces. */
uint32_t idn_wire_length(const unsigned char head[IDN_WIRE_HEAD]);

#endif
